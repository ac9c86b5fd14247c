//! The rules of support leads that apply to a ticket.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::Locale;

use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::route::Route;
use crate::error::Result;
use crate::rules::{Rule, RuleEffect};
use crate::search::view::View;
use crate::snapshot::generation::Generation;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

/// Rules on articles that the reader may see, in the order of ids.
#[derive(Default)]
pub(super) struct RulesInSight<'q>(Vec<RuleInSight<'q>>);

/// A rule with the key of its article, which its translations share.
struct RuleInSight<'q> {
    rule: &'q Rule,
    key: u64,
}

impl<'q> RulesInSight<'q> {
    /// Finds the rules that are in force and whose article the reader may see.
    pub(super) fn of(
        generation: &'q Generation,
        views: &BTreeMap<&Locale, View<'_>>,
        now: Timestamp,
    ) -> Result<Self> {
        let rules = generation.settings().rules.iter();
        let mut in_sight = Vec::new();
        for rule in rules.filter(|rule| rule.is_in_force(now)) {
            for view in views.values() {
                if let Some(article) = view.find_article(&rule.article_id)? {
                    let key = generation.article_keys(views).of(view, article)?.key;
                    in_sight.push(RuleInSight { rule, key });
                    break;
                }
            }
        }
        Ok(Self(in_sight))
    }

    /// Returns the rules, in the order of ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'q Rule> {
        self.0.iter().map(|in_sight| in_sight.rule)
    }

    /// Keeps the rules that a ticket matches; an empty ticket matches none. A block wins over a pin of the same article.
    pub(super) fn matching(
        mut self,
        ticket: &Ticket,
        analysed: &mut AnalysedTicket<'_>,
        route: &Route,
    ) -> Self {
        let texts = [analysed.clean.subject(), analysed.clean.text()];
        if self.0.is_empty()
            || !texts
                .iter()
                .any(|text| text.contains(char::is_alphanumeric))
        {
            return Self::default();
        }
        let searched = route.locales().next().map(|(locale, _)| locale);
        let Some(locale) = ticket.locale.as_ref().or(searched) else {
            return Self::default();
        };
        self.0
            .retain(|in_sight| in_sight.rule.matches(ticket, analysed, locale));
        let blocked = self.keys(RuleEffect::Block);
        self.0.retain(|in_sight| {
            in_sight.rule.effect == RuleEffect::Block || !blocked.contains(&in_sight.key)
        });
        self
    }

    /// Returns the keys of the pinned articles.
    pub(super) fn pinned_keys(&self) -> BTreeSet<u64> {
        self.keys(RuleEffect::Pin)
    }

    fn keys(&self, effect: RuleEffect) -> BTreeSet<u64> {
        let rules = self.0.iter();
        rules
            .filter(|in_sight| in_sight.rule.effect == effect)
            .map(|in_sight| in_sight.key)
            .collect()
    }

    /// Returns the rule on an article with these keys, its own and those of its copies: a block before a pin, else the
    /// first by id.
    pub(super) fn on(&self, keys: impl Iterator<Item = u64>) -> Option<&'q Rule> {
        if self.0.is_empty() {
            return None;
        }
        let keys: BTreeSet<u64> = keys.collect();
        let own = self
            .0
            .iter()
            .filter(|in_sight| keys.contains(&in_sight.key));
        let first = own.min_by_key(|in_sight| in_sight.rule.effect == RuleEffect::Pin);
        first.map(|in_sight| in_sight.rule)
    }
}
