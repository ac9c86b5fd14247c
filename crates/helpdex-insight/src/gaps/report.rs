//! The gaps of a knowledge base.

use std::collections::BTreeMap;

use helpdex::Timestamp;
use helpdex::confidence::Interval;
use helpdex::settings::RuleEffect;
use helpdex_text::names;
use serde::Serialize;

/// The gaps of a knowledge base.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GapReport {
    /// The number of tickets that were asked.
    pub tickets: usize,
    /// The number of those that got no good answer.
    pub unanswered: usize,
    /// The number of those in the gaps below; the others are too rare or too different.
    pub in_gaps: usize,
    /// The gaps, those of the most requesters first.
    pub gaps: Vec<Gap>,
    /// The rules that changed answers, in the order of their ids; without those on articles that the reader may not see.
    pub rules: Vec<RuleUse>,
}

/// A [rule](helpdex::settings::Rule) that changed answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleUse {
    /// The id of the rule.
    pub rule_id: String,
    /// Whether it pins or blocks the article.
    pub effect: RuleEffect,
    /// The id of the article.
    pub article_id: String,
    /// The number of tickets whose answers it changed.
    pub tickets: usize,
    /// The number of those that got no good answer.
    pub unanswered: usize,
}

/// A group of tickets that got no good answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Gap {
    /// Why they got none.
    pub cause: Cause,
    /// The words that set the group apart from other tickets, the most distinctive first.
    pub words: Vec<String>,
    /// Phrases that several requesters used, the most frequent first.
    pub phrases: Vec<Phrase>,
    /// The number of tickets.
    pub tickets: usize,
    /// The number of distinct requesters.
    pub requesters: usize,
    /// The number of tickets by language.
    pub locales: BTreeMap<String, usize>,
    /// The moment of the oldest ticket.
    pub first_at: Timestamp,
    /// The moment of the newest ticket.
    pub last_at: Timestamp,
    /// Whether more requesters ask than before.
    pub trend: Trend,
    /// The article that comes closest; `None` when none does.
    pub nearest: Option<NearestArticle>,
    /// The masked text of the ticket in the middle of the group; `None` unless it was asked for.
    pub extract: Option<String>,
    /// The ids of the tickets, in order.
    pub ticket_ids: Vec<String>,
}

/// Words that follow each other in tickets of several requesters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Phrase {
    /// The words, in lower case.
    pub text: String,
    /// The number of distinct requesters who used it.
    pub requesters: usize,
}

/// Why a group of tickets got no good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Cause {
    /// No article answers them.
    Missing,
    /// Agents link an article that is not offered.
    NotFound,
    /// An article that the asker may not see would answer them. Only agents are told.
    NotVisible,
    /// Agents link an article in another language.
    OtherLanguage,
    /// An article was shown for them and rejected.
    DoesNotHelp,
}

names!(Cause, "cause" {
    Missing => "missing",
    NotFound => "not_found",
    NotVisible => "not_visible",
    OtherLanguage => "other_language",
    DoesNotHelp => "does_not_help",
});

/// The article that comes closest to a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NearestArticle {
    /// The id of the article.
    pub article_id: String,
    /// The title of the article.
    pub title: String,
    /// The number of tickets of the group that it is the best article for, or that agents linked it to.
    pub tickets: usize,
    /// The mean probability that it answers one of them, in [0, 1].
    pub probability: f64,
    /// The words of the group that the article lacks.
    pub lacks: Vec<String>,
}

/// The share of a group in all requesters lately, compared with before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trend {
    /// The direction.
    pub direction: TrendDirection,
    /// The requesters of the group in the last days.
    pub recent: usize,
    /// The requesters of the group before.
    pub before: usize,
    /// The share of `recent` in both, with its 95% interval.
    pub recent_share: Interval,
    /// The share that a group has whose share in all requesters does not change.
    pub expected_share: f64,
}

/// The direction of a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TrendDirection {
    /// All of it is from the last days, and more than chance.
    New,
    /// More than before, and more than chance.
    Rising,
    /// No more and no less than chance.
    Steady,
    /// Less than before, and more than chance.
    Falling,
}

names!(TrendDirection, "direction" {
    New => "new",
    Rising => "rising",
    Steady => "steady",
    Falling => "falling",
});
