//! The past tickets that a model is trained on, and the texts of articles that are used like tickets.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use helpdex_text::{Analyzer, CleanTicket, Content, Locale, clean_ticket};

use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::past::ticket_terms;
use crate::error::Result;
use crate::index::postings::TermField;
use crate::model::ticket_terms::{TermKind, TicketTerms, term_key};
use crate::search::view::View;
use crate::snapshot::shared_groups::ArticleKeys;
use crate::train::past_ticket::PastTicket;

/// The fewest requesters who must have used a term that occurs in tickets only, or had a class of the classifier of vectors,
/// so that words of a single person stay out of a model.
pub(super) const MIN_REQUESTERS: usize = 2;

/// A past ticket with the data that training uses.
pub(super) struct TrainingTicket<'a> {
    pub past: PastTicket<'a>,
    pub clean: CleanTicket,
    pub terms: TicketTerms,
    /// The order in which tickets are visited: a hash of the id of the oldest repetition, then the id.
    pub order: ([u8; 32], &'a str),
    /// The hash of the requester, because tickets of one requester are held out together.
    pub requester: [u8; 32],
    /// The hashes of the requesters of all repetitions, at most [`MIN_REQUESTERS`].
    pub requesters: Vec<[u8; 32]>,
}

impl<'a> TrainingTicket<'a> {
    pub(super) fn new(past: PastTicket<'a>, locales: &[Locale]) -> Self {
        let solved = past.solved;
        // It is clean already, and cleaning twice is cleaning once.
        let subject = (!solved.subject.is_empty()).then_some(&*solved.subject);
        let clean = clean_ticket(subject, Content::Text(&solved.text));
        let oldest = &past.repetitions.oldest.ticket_id;
        let requesters = past.repetitions.requesters.iter();
        Self {
            terms: ticket_terms(
                solved.locale.as_ref(),
                &mut AnalysedTicket::new(&clean),
                locales,
            ),
            clean,
            order: (hash(oldest), oldest),
            requester: hash(past.requester()),
            requesters: requesters
                .take(MIN_REQUESTERS)
                .map(|name| hash(name))
                .collect(),
            past,
        }
    }
}

fn hash(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// The title or the body of an article, used as if it were the text of a ticket.
pub(super) struct ArticleExample {
    pub group: u64,
    pub terms: TicketTerms,
}

/// Returns examples from the articles that solved at least one ticket.
pub(super) fn article_examples(
    keys: ArticleKeys<'_>,
    training_tickets: &[TrainingTicket<'_>],
) -> Result<Vec<ArticleExample>> {
    let solved: BTreeSet<u64> = training_tickets
        .iter()
        .flat_map(|training_ticket| training_ticket.past.right.keys().copied())
        .collect();
    let mut article_examples = Vec::new();
    for group in solved {
        for (locale, view) in keys.views {
            let articles = keys.articles(view, group)?;
            if articles.is_empty() {
                continue;
            }
            let analyzer = Analyzer::new(locale);
            for number in articles {
                let (segment, number) = view.locate(number);
                let title = segment.stored_head(number)?.title;
                let sections = segment.stored_sections(number)?;
                let body = sections.iter().flat_map(|section| {
                    let passages = section.passages.iter();
                    std::iter::once(&section.heading).chain(passages)
                });
                let body: Vec<&str> = body.map(String::as_str).collect();
                article_examples.push(ArticleExample {
                    group,
                    terms: TicketTerms::of_texts(&[&title], &analyzer),
                });
                article_examples.push(ArticleExample {
                    group,
                    terms: TicketTerms::of_texts(&body, &analyzer),
                });
            }
        }
    }
    Ok(article_examples)
}

/// Returns the keys of the terms that occur both in articles and in tickets.
pub(super) fn article_terms(
    views: &BTreeMap<&Locale, View<'_>>,
    training_tickets: &[TrainingTicket<'_>],
) -> Result<HashSet<u64>> {
    let asked: HashSet<u64> = training_tickets
        .iter()
        .flat_map(|training_ticket| training_ticket.terms.iter())
        .map(|term| term.key)
        .collect();
    let mut terms = HashSet::new();
    for view in views.values() {
        view.for_each_term(|field, text| {
            let kinds: &[TermKind] = match field {
                TermField::Words => &[TermKind::Word, TermKind::FunctionWord],
                TermField::Grams => &[TermKind::Gram],
            };
            for kind in kinds {
                let key = term_key(*kind, text);
                if asked.contains(&key) {
                    terms.insert(key);
                }
            }
        })?;
    }
    Ok(terms)
}
