//! The counts of a preview.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Answer;
use super::changed::ChangedArticles;
use super::report::{ArticleEffect, ChangeKind, PreviewReport, Shift, TicketChange};
use super::words::changed_words;
use crate::intervals::paired_difference;
use crate::known_ticket::KnownTicket;

/// The counts of a preview so far.
#[derive(Default)]
pub(super) struct Tally {
    tickets: usize,
    linked: usize,
    right: Counts,
    wrong: Counts,
    offered: Counts,
    articles: BTreeMap<String, ArticleEffect>,
    changes: Vec<TicketChange>,
}

/// The tickets that are counted before and after.
#[derive(Default)]
struct Counts {
    before: usize,
    after: usize,
    lost: usize,
    won: usize,
}

impl Counts {
    fn add(&mut self, before: bool, after: bool) {
        self.before += usize::from(before);
        self.after += usize::from(after);
        self.lost += usize::from(before && !after);
        self.won += usize::from(after && !before);
    }

    fn shift(&self, all: usize) -> Shift {
        Shift {
            before: self.before,
            after: self.after,
            lost: self.lost,
            won: self.won,
            difference: paired_difference(self.lost, self.won, all),
        }
    }
}

impl Tally {
    pub(super) fn add(
        &mut self,
        known: &KnownTicket<'_>,
        old: &Answer,
        new: &Answer,
        changed: &ChangedArticles,
    ) {
        let (was_right, is_right) = (old.is_right == Some(true), new.is_right == Some(true));
        self.tickets += 1;
        self.linked += usize::from(!known.linked.is_empty());
        self.right.add(was_right, is_right);
        self.wrong
            .add(old.is_right == Some(false), new.is_right == Some(false));
        self.offered.add(old.first.is_some(), new.first.is_some());
        let is_other = old.first_id() != new.first_id();
        if let Some(id) = old.first_id() {
            let effect = self.effect(id);
            effect.first_before += 1;
            effect.right_lost += usize::from(is_other && was_right && !is_right);
        }
        if let Some(id) = new.first_id() {
            let effect = self.effect(id);
            effect.first_after += 1;
            effect.right_won += usize::from(is_other && is_right && !was_right);
        }
        if !is_other {
            return;
        }
        let (words_came, words_gone) = changed_words(known, old, new, changed);
        self.changes.push(TicketChange {
            ticket_id: known.first.ticket_id.clone(),
            kind: kind(old, new),
            before: old.first.clone(),
            after: new.first.clone(),
            linked: known.linked.iter().cloned().collect(),
            words_came,
            words_gone,
        });
    }

    fn effect(&mut self, id: &str) -> &mut ArticleEffect {
        let effect = self.articles.entry(id.to_owned()).or_default();
        id.clone_into(&mut effect.article_id);
        effect
    }

    pub(super) fn into_report(
        mut self,
        asked_again: usize,
        changed: &ChangedArticles,
    ) -> PreviewReport {
        self.changes
            .sort_by(|a, b| (a.kind, &a.ticket_id).cmp(&(b.kind, &b.ticket_id)));
        let firsts = self
            .changes
            .iter()
            .flat_map(|change| change.before.iter().chain(&change.after));
        let involved: BTreeSet<&str> = firsts.map(|first| &*first.article_id).collect();
        let mut articles: Vec<ArticleEffect> = self.articles.into_values().collect();
        articles.retain(|effect| involved.contains(&*effect.article_id));
        articles.sort_by(|a, b| {
            (b.right_lost, b.right_won, &a.article_id).cmp(&(
                a.right_lost,
                a.right_won,
                &b.article_id,
            ))
        });
        PreviewReport {
            tickets: self.tickets,
            linked: self.linked,
            asked_again,
            right: self.right.shift(self.linked),
            wrong: self.wrong.shift(self.tickets),
            offered: self.offered.shift(self.tickets),
            changed_articles: changed.report(),
            articles,
            changes: self.changes,
        }
    }
}

fn kind(old: &Answer, new: &Answer) -> ChangeKind {
    match (&old.first, old.is_right, &new.first, new.is_right) {
        (_, Some(true), _, Some(true)) => ChangeKind::OtherArticle,
        (_, _, _, Some(true)) => ChangeKind::BecomesRight,
        (_, Some(true), None, _) => ChangeKind::RightBecomesSilent,
        (_, Some(true), Some(_), _) => ChangeKind::RightBecomesWrong,
        (None, _, _, Some(false)) => ChangeKind::SilentBecomesWrong,
        (None, ..) => ChangeKind::Offered,
        (_, Some(false), None, _) => ChangeKind::WrongBecomesSilent,
        (_, _, None, _) => ChangeKind::Silenced,
        _ => ChangeKind::OtherArticle,
    }
}
