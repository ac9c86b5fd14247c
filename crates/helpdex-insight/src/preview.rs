//! A preview of a change of articles: the tickets whose first article or silence it changes, before it is published.

mod affected;
mod answer;
mod changed;
mod markdown;
mod options;
mod report;
mod tally;
mod words;

use std::collections::BTreeMap;

use helpdex::{Audience, FeedbackEvent, KnowledgeBase, Result, Timestamp};

use self::affected::Affected;
use self::answer::{Answer, ask};
use self::changed::ChangedArticles;
pub use self::markdown::markdown;
pub use self::options::PreviewOptions;
pub use self::report::{
    ArticleChange, ArticleEffect, ChangeKind, ChangedArticle, FirstArticle, PreviewReport, Shift,
    TicketChange,
};
use self::tally::Tally;
use crate::known_ticket::{KnownTicket, by_ticket};

/// Compares the answers of two states of a knowledge base to tickets: the first article that is offered, or silence.
///
/// `before` is the knowledge base, and `after` what [`Writer::preview`](helpdex::Writer::preview) makes of it; any two will do. `tickets` are
/// solved tickets with what people did about them. A ticket whose linked articles are known tells whether a change is for
/// better or for worse; every other one tells only that its answer changes. Give tickets that the model has not learned
/// from: those that it knows are answered from memory, whatever the articles say.
///
/// Only tickets whose answer can change are asked again: those that have a changed article among their ten candidates, a
/// word that came into or went from a changed article or one spelled like it, or an answer that hangs on a small
/// difference: 0.01, and 0.08 for each percent of the articles that changed. All are asked again when a tenth of the articles
/// changed, a model or the settings; see [`ask_all`](PreviewOptions::ask_all).
///
/// Takes the time of a batch of the tickets, and of another one of those that are asked again.
///
/// ```
/// use helpdex::{Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, Ticket, Timestamp, Verdict, Visibility};
/// use helpdex_insight::preview::{ChangeKind, PreviewOptions, preview};
///
/// let article = |id: &str, title: &str| {
///     Article::new(ArticleFields {
///         id: id.into(),
///         locale: "en".into(),
///         title: title.into(),
///         visibility: Visibility::Public,
///         ..ArticleFields::default()
///     })
/// };
/// let knowledge_base = KnowledgeBase::in_memory();
/// let mut writer = knowledge_base.writer()?;
/// let now = Timestamp::from_unix_seconds(0);
/// writer.upsert([article("refund", "Refund a payment to the card")?, article("pin", "Reset your PIN")?])?;
/// writer.publish(now)?;
///
/// writer.upsert([article("refund", "Give something back")?])?;
/// let after = writer.preview(now)?;
/// let ticket = FeedbackEvent {
///     ticket_id: "1".into(),
///     ticket: Ticket::from_text("refund of the payment to my card"),
///     at: now,
///     verdict: Verdict::Linked,
///     articles: vec!["refund".into()],
///     key: None,
/// };
/// let report = preview(&knowledge_base, &after, &[ticket], &Audience::public(), now, &PreviewOptions::default())?;
/// assert_eq!(report.right.lost, 1);
/// assert_eq!(report.changes[0].kind, ChangeKind::RightBecomesSilent);
/// assert_eq!(report.changes[0].words_gone, ["refund", "payment", "card"]);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a ticket that cannot be learned, and those of
/// [`KnowledgeBase::batch`].
pub fn preview(
    before: &KnowledgeBase,
    after: &KnowledgeBase,
    tickets: &[FeedbackEvent],
    audience: &Audience,
    now: Timestamp,
    options: &PreviewOptions,
) -> Result<PreviewReport> {
    let known = by_ticket(tickets)?;
    let known: Vec<&KnownTicket<'_>> = known.values().collect();
    let (changed, articles) = ChangedArticles::between(before, after, audience, now)?;
    let old = ask(before, &known, audience, now, &options.suggest)?;
    let is_same_model = before.model(audience) == after.model(audience)
        && before.settings() == after.settings()
        && before.locales(audience, now) == after.locales(audience, now);
    let affected = if options.ask_all || !is_same_model {
        None
    } else {
        Affected::new(&changed, articles)
    };
    let again: Vec<usize> = (0..known.len())
        .filter(|&number| {
            let affected = affected.as_ref();
            affected.is_none_or(|affected| affected.contains(known[number], &old[number]))
        })
        .collect();
    let asked: Vec<&KnownTicket<'_>> = again.iter().map(|&number| known[number]).collect();
    let new = ask(after, &asked, audience, now, &options.suggest)?;
    let mut new: BTreeMap<usize, Answer> = again.into_iter().zip(new).collect();
    let mut tally = Tally::default();
    for (number, (known, old)) in known.iter().zip(&old).enumerate() {
        let new = new.remove(&number);
        tally.add(known, old, new.as_ref().unwrap_or(old), &changed);
    }
    Ok(tally.into_report(asked.len(), &changed))
}
