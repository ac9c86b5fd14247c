//! The result of an import: the articles, and what became of everything else.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::{Locale, Visibility};

use crate::articles::Articles;
use crate::error_list::ErrorList;
use crate::source::Source;

/// The articles that were read, and what became of everything else.
#[derive(Debug)]
#[non_exhaustive]
pub struct Import {
    /// The source of the files.
    pub source: Source,
    /// Why they seem to come from there, as the end of "detected by ...".
    pub detected_by: String,
    /// The number of records: articles, and what is left out or skipped.
    pub records: usize,
    /// The articles, read one by one from a temporary file. Everything else here is complete before the first one is.
    pub articles: Articles,
    /// The number of articles, by locale and visibility.
    pub counts: BTreeMap<Locale, BTreeMap<Visibility, usize>>,
    /// Records that are no articles for readers, by reason: each entry names the file or record.
    pub left_out: BTreeMap<LeftOut, ErrorList>,
    /// One error for each file or record that cannot be read.
    pub skipped: ErrorList,
    /// The ids of the records that cannot be read, as far as they are known, and those that several claim: what is in a
    /// knowledge base under them stays there.
    pub unread_ids: BTreeSet<String>,
    /// The number of records that cannot be read and have no id that is known.
    pub unread_without_id: usize,
    /// Files that the source does not read, by the ending of their names.
    pub passed_over: BTreeMap<String, PassedOver>,
    /// Symbolic links, pipes, devices and sockets, which are never followed.
    pub not_followed: ErrorList,
    /// The articles that are internal although the default is wider, since a key or a line of theirs, which is named with
    /// path and line, reads as if it kept them from readers and is not read as such. An article that states its visibility is
    /// not among them.
    pub made_internal: ErrorList,
    /// The number of articles that are internal, since their source does not prove that everybody may read them.
    pub unproven: usize,
    /// Other things that a reader of the report should know, a line a kind.
    pub warnings: Vec<Warning>,
}

/// Files of one ending that were not read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PassedOver {
    /// The number of files.
    pub count: usize,
    /// The path of the first one.
    pub first: String,
}

/// One kind of thing that a reader of the report should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The name of the kind, such as `unresolved_include`.
    pub kind: &'static str,
    /// The number of times that it occurs.
    pub count: usize,
    /// The first place.
    pub first: String,
    /// The meaning and the remedy.
    pub message: &'static str,
}

/// Why a record is no article for readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// It is a draft.
    Draft,
    /// It is hidden from the pages or from the search of its help center.
    Hidden,
    /// It is archived, or moved to the bin.
    Archived,
    /// It is published later; its text has no date by which it could be kept for then.
    Scheduled,
    /// It has no text.
    Empty,
    /// It is a part that other pages include.
    Partial,
    /// It leads to another page.
    Redirect,
    /// It is an older version of a page.
    OldVersion,
    /// It is a copy of the page in another locale, and not a translation.
    Untranslated,
    /// It states no locale, and no default is given.
    NoLocale,
    /// It is a page of a kind that answers nothing, such as a list of links or an image.
    NotAnArticle,
    /// It is a question without an accepted answer.
    Unanswered,
}

impl LeftOut {
    /// Returns its name, such as `draft` or `old_version`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Hidden => "hidden",
            Self::Archived => "archived",
            Self::Scheduled => "scheduled",
            Self::Empty => "empty",
            Self::Partial => "partial",
            Self::Redirect => "redirect",
            Self::OldVersion => "old_version",
            Self::Untranslated => "untranslated",
            Self::NoLocale => "no_locale",
            Self::NotAnArticle => "not_an_article",
            Self::Unanswered => "unanswered",
        }
    }
}
