//! The tickets that got no good answer.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::answer::{AppliedRule, RankedArticle};
use helpdex::{
    Audience, FeedbackEvent, KnowledgeBase, Reason, Result, SuggestOptions, Suggestions, Timestamp,
};
use helpdex_text::{Analyzer, Locale};

use crate::content_words::content_words;
use crate::known_ticket::{KnownTicket, by_ticket};

use super::report::RuleUse;

/// A ticket that got no good answer.
pub(super) struct UnansweredTicket {
    pub id: String,
    /// The requester, else the id of the ticket.
    pub requester: String,
    pub at: Timestamp,
    /// The language that it was searched in; "" when nothing was.
    pub language: String,
    /// The masked text.
    pub text: String,
    /// The content words in their order: the term, and the word in lower case as the ticket spells it.
    pub words: Vec<(String, String)>,
    /// The articles that agents linked, or that the customer says solved it.
    pub linked: BTreeSet<String>,
    /// The articles that were rejected.
    pub rejected: BTreeSet<String>,
    /// The best candidates, best first.
    pub ranking: Vec<RankedArticle>,
    /// The article that the asker may not see and that would be offered.
    pub hidden: Option<String>,
}

/// What became of all tickets when they were asked.
#[derive(Default)]
pub(super) struct Asked {
    /// The number of all tickets.
    pub tickets: usize,
    /// The tickets without a good answer, in the order of their ids.
    pub unanswered: Vec<UnansweredTicket>,
    /// The rules that changed answers, by their ids.
    pub rules: BTreeMap<String, RuleUse>,
}

/// Asks all tickets.
pub(super) fn ask(
    knowledge_base: &KnowledgeBase,
    events: &[FeedbackEvent],
    asker: &Audience,
    now: Timestamp,
    options: &SuggestOptions,
) -> Result<Asked> {
    let known = by_ticket(events)?;
    let batch = knowledge_base.batch(asker, now, options)?;
    let tickets = known.values().map(|known| Ok(known.first.ticket.clone()));
    let mut analyzers = BTreeMap::new();
    let mut found = Asked::default();
    for (known, answer) in known.values().zip(batch.suggest_many(tickets)) {
        let answer = answer?;
        let offered = answer.offered();
        let is_answered = offered.iter().any(|article| {
            known.linked.contains(&article.article_id)
                || known.linked.contains(&article.translation_group)
        });
        found.tickets += 1;
        for rule in &answer.applied_rules {
            found.count_rule(rule, is_answered);
        }
        if !is_answered {
            let ticket = UnansweredTicket::new(known, answer, &mut analyzers);
            found.unanswered.push(ticket);
        }
    }
    Ok(found)
}

impl Asked {
    fn count_rule(&mut self, rule: &AppliedRule, is_answered: bool) {
        let counted = self.rules.entry(rule.rule_id.clone());
        let counted = counted.or_insert_with(|| RuleUse {
            rule_id: rule.rule_id.clone(),
            effect: rule.effect,
            article_id: rule.article_id.clone(),
            tickets: 0,
            unanswered: 0,
        });
        counted.tickets += 1;
        counted.unanswered += usize::from(!is_answered);
    }
}

impl UnansweredTicket {
    fn new(
        known: &KnownTicket<'_>,
        answer: Suggestions,
        analyzers: &mut BTreeMap<Locale, Analyzer>,
    ) -> Self {
        let text = known.text();
        let locale = answer.searched_locales.first().cloned();
        let language = locale.as_ref().map_or("", Locale::language).to_owned();
        let words = match locale {
            Some(locale) => {
                let analyzer = analyzers
                    .entry(locale.clone())
                    .or_insert_with(|| Analyzer::new(&locale));
                content_words(analyzer, &text)
            }
            // Nothing was searched: the ticket says nothing.
            None => Vec::new(),
        };
        let event = known.first;
        Self {
            id: event.ticket_id.clone(),
            requester: known.requester().to_owned(),
            at: event.at,
            words,
            language,
            text,
            linked: known.linked.clone(),
            rejected: known.rejected.clone(),
            hidden: match answer.reason() {
                Some(Reason::HiddenFromAudience { article_id, .. }) => Some(article_id.clone()),
                _ => None,
            },
            ranking: answer.ranking,
        }
    }
}
