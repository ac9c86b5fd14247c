//! The report on a change.

use helpdex::confidence::Interval;
use helpdex_text::names;
use serde::Serialize;

/// The effect of a change of articles on the answers to tickets.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PreviewReport {
    /// The number of tickets.
    pub tickets: usize,
    /// The number of tickets of which people said which articles answer them.
    pub linked: usize,
    /// The number of tickets that were asked again after the change, because their answer could change.
    pub asked_again: usize,
    /// Tickets whose first offered article is right, of those that are linked.
    pub right: Shift,
    /// Tickets whose first offered article is wrong: linked to others, rejected, or said to have no article. Of all tickets.
    pub wrong: Shift,
    /// Tickets that are offered something, of all tickets.
    pub offered: Shift,
    /// The articles that changed, in the order of their ids.
    pub changed_articles: Vec<ChangedArticle>,
    /// The articles that are first for other tickets than before; those that lose the most right answers first.
    pub articles: Vec<ArticleEffect>,
    /// The tickets whose first article or silence changed, those that lose a right answer first.
    pub changes: Vec<TicketChange>,
}

/// A count before and after a change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Shift {
    /// The count before.
    pub before: usize,
    /// The count after.
    pub after: usize,
    /// The number of tickets that are counted before and not after.
    pub lost: usize,
    /// The number of tickets that are counted after and not before.
    pub won: usize,
    /// The difference of the shares, after less before, with its 95% interval for paired shares (Agresti and Min 2005).
    /// `None` without tickets.
    pub difference: Option<Interval>,
}

/// An article that a change adds, changes or removes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChangedArticle {
    /// The id of the article.
    pub article_id: String,
    /// The way in which it changed.
    pub kind: ArticleChange,
    /// The title, the new one if it changed.
    pub title: String,
}

/// The way in which an article changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArticleChange {
    /// There was no such article, or the audience could not see it.
    Added,
    /// The text that readers see is another one.
    Changed,
    /// The article is gone, or the audience can no longer see it.
    Removed,
}

names!(ArticleChange, "change of an article" {
    Added => "added",
    Changed => "changed",
    Removed => "removed",
});

/// The effect of a change on the tickets of one article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ArticleEffect {
    /// The id of the article.
    pub article_id: String,
    /// The number of tickets that it is offered first for before the change.
    pub first_before: usize,
    /// The number of tickets that it is offered first for after the change.
    pub first_after: usize,
    /// The number of tickets for which it was the right first article, and no longer is the first.
    pub right_lost: usize,
    /// The number of tickets for which it becomes the right first article.
    pub right_won: usize,
}

/// A ticket whose first offered article or silence changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TicketChange {
    /// The id of the ticket.
    pub ticket_id: String,
    /// The way in which its answer changes.
    pub kind: ChangeKind,
    /// The first article before; `None` for silence.
    pub before: Option<FirstArticle>,
    /// The first article after; `None` for silence.
    pub after: Option<FirstArticle>,
    /// The articles that people say answer it, in order.
    pub linked: Vec<String>,
    /// The words of the ticket, at most six, that came into a changed article which had or has a part in the answer.
    pub words_came: Vec<String>,
    /// The words of the ticket, at most six, that went from such an article.
    pub words_gone: Vec<String>,
}

/// The first article that is offered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FirstArticle {
    /// The id of the article.
    pub article_id: String,
    /// The title of the article.
    pub title: String,
    /// The probability that it answers the ticket, in (0, 1).
    pub probability: f32,
}

/// The way in which the answer to a ticket changes, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ChangeKind {
    /// The first article was right; now it is wrong.
    RightBecomesWrong,
    /// The first article was right; now nothing is offered.
    RightBecomesSilent,
    /// Nothing was offered; now the first article is wrong.
    SilentBecomesWrong,
    /// Another article comes first, and no right answer is lost or won.
    OtherArticle,
    /// An article was offered of which nobody said whether it is right; now nothing is.
    Silenced,
    /// Nothing was offered; now an article is of which nobody said whether it is right.
    Offered,
    /// The first article was wrong; now nothing is offered.
    WrongBecomesSilent,
    /// The first article was not right, or nothing was offered; now the first article is right.
    BecomesRight,
}

names!(ChangeKind, "change of an answer" {
    RightBecomesWrong => "right_becomes_wrong",
    RightBecomesSilent => "right_becomes_silent",
    SilentBecomesWrong => "silent_becomes_wrong",
    OtherArticle => "other_article",
    Silenced => "silenced",
    Offered => "offered",
    WrongBecomesSilent => "wrong_becomes_silent",
    BecomesRight => "becomes_right",
});
