//! Report cards of articles.

use helpdex::{Locale, Timestamp, Visibility};
use helpdex_text::names;
use serde::Serialize;

use crate::metrics::{Rate, Rejections};

/// The report cards of the articles of a knowledge base.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CardReport {
    /// The number of solved tickets that were asked.
    pub tickets: usize,
    /// The number of visits in the events that were shown an article of a card, or acted on one.
    pub visits: usize,
    /// The cards: those with something to do first, by the tickets or visits that it affects, most first; then by id.
    pub cards: Vec<ArticleCard>,
}

/// How an article does. No single score is given: [`to_do`](Self::to_do) says what to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ArticleCard {
    /// The id of the article.
    pub article_id: String,
    /// The title of the article.
    pub title: String,
    /// The locale of the article.
    pub locale: Locale,
    /// The visibility of the article.
    pub visibility: Visibility,
    /// The last change of the article; `None` when it is not known.
    pub updated_at: Option<Timestamp>,
    /// Things to do about it, those that affect most tickets or visits first; often none.
    pub to_do: Vec<ToDo>,
    /// The counts from events.
    pub events: EventCounts,
    /// The counts from solved tickets.
    pub tickets: TicketCounts,
    /// The articles that are offered first for tickets that this one answers, at most five, most tickets first.
    pub loses_to: Vec<Rival>,
    /// The words of its tickets that it has nowhere, at most six; each of at least `min_requesters` requesters.
    pub lacks: Vec<String>,
    /// The words of its tickets that its body has and its title and headings have not, at most six; as `lacks`.
    pub lacks_in_title: Vec<String>,
    /// The sections that answer its tickets, at most five, most tickets first.
    pub sections: Vec<SectionUse>,
    /// The share of right first answers before and after its last change; `None` without judged visits on both sides.
    pub since_change: Option<SinceChange>,
    /// The version of it in the main locale that changed later; `None` when there is none.
    pub lags_behind: Option<String>,
}

/// The counts of visits, from events. A visit counts once in each.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EventCounts {
    /// Visits that were shown the article first.
    pub first: usize,
    /// Visits that were shown the article.
    pub offered: usize,
    /// Visits that opened the article.
    pub clicked: usize,
    /// Visits that would have opened an average article shown at the same ranks. It corrects for people who click the first
    /// result, right or wrong: clicks over expected clicks (Zhang and Jones, "Comparing click logs and editorial labels for
    /// training query rewriting", 2007).
    pub expected_clicks: f64,
    /// `clicked` at ranks that are known, divided by `expected_clicks`: 1 for an article that is opened as often as others at its
    /// ranks. `None` for an article that was never shown, and where nobody clicks.
    pub click_ratio: Option<f64>,
    /// Visits that say it helped.
    pub helpful: usize,
    /// Visits that say it solved the problem.
    pub resolved: usize,
    /// Visits that rejected it, by reason.
    pub rejected: Rejections,
    /// Visits in which an agent linked it.
    pub linked: usize,
    /// Visits in which an agent linked it and it had not been offered.
    pub linked_not_offered: usize,
    /// Visits that were shown it, opened no other one, and wrote a ticket all the same, though they had opened it.
    pub opened_and_ticket: usize,
    /// Visits whose first article it was and of which somebody said that it was right, of those of which somebody said anything.
    pub precision: Rate,
}

/// The counts of solved tickets, asked now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TicketCounts {
    /// Tickets that it is offered first for.
    pub first: usize,
    /// Tickets that people say it answers.
    pub linked: usize,
    /// Tickets that it answers and is offered first for.
    pub right: usize,
    /// Tickets that it answers and that are offered other articles first.
    pub lost: usize,
    /// Tickets that it answers and that are offered nothing.
    pub silent: usize,
    /// Tickets that it is offered first for, and that another article answers, or none.
    pub wrong: usize,
}

/// An article that is offered first for tickets that another one answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rival {
    /// The id of the other article.
    pub article_id: String,
    /// The title of the other article.
    pub title: String,
    /// The tickets that this article answers and that the other one is offered first for.
    pub lost: usize,
    /// The tickets that the other one answers and that this one is offered first for.
    pub taken: usize,
}

/// A section that answers tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SectionUse {
    /// The heading; "" for the text before the first one.
    pub heading: String,
    /// The tickets that the article answers rightly with a passage of it.
    pub tickets: usize,
}

/// The precision of an article before and after its last change.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SinceChange {
    /// Right first answers, of those that were judged before the change.
    pub before: Rate,
    /// Right first answers, of those that were judged since.
    pub after: Rate,
    /// Whether it became worse: the interval of the difference (Newcombe 1998) lies below 0.
    pub is_worse: bool,
}

/// Something to do about an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ToDo {
    /// The kind of the task.
    pub kind: Task,
    /// The number of tickets or visits that it affects.
    pub tickets: usize,
    /// The other article that it is about, with [`Task::Merge`] and [`Task::UpdateTranslation`].
    pub other: Option<String>,
}

/// A thing to do about an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Task {
    /// Add the words that customers use: agents link it, and search does not offer it first.
    AddWords,
    /// Merge it with another article, or tell the two apart: each is offered for tickets of the other.
    Merge,
    /// Answer the question: people say that it is about their problem and does not solve it, or opened it and wrote a ticket.
    Rewrite,
    /// Say what it is about: people say that it is not about their problem, or it is first for tickets of other articles.
    Narrow,
    /// Look at its last change: since then fewer of its first answers are right.
    CheckChange,
    /// Translate it again: the version in the main locale changed later.
    UpdateTranslation,
    /// Decide whether it is needed: no ticket and no visit was ever offered it, and nobody linked it.
    NeverSuggested,
}

names!(Task, "task" {
    AddWords => "add_words",
    Merge => "merge",
    Rewrite => "rewrite",
    Narrow => "narrow",
    CheckChange => "check_change",
    UpdateTranslation => "update_translation",
    NeverSuggested => "never_suggested",
});
