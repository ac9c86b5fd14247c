//! The result of an import of articles, with what became of every record and file.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::{Locale, Visibility};

use crate::articles::Articles;
use crate::error_list::ErrorList;
use crate::source::Source;
use crate::spool::Spool;

/// The articles that were read, and what became of every other record and file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Import {
    /// The source that the files were read as.
    pub source: Source,
    /// The reason for which the source was chosen, as the end of "detected by ...".
    pub detected_by: String,
    /// The number of records: articles, and records that are left out or skipped.
    pub records: usize,
    /// The articles, read one by one from the spool. All other fields are complete before the first article is read.
    pub articles: Articles,
    /// The number of articles, by locale and visibility.
    pub counts: BTreeMap<Locale, BTreeMap<Visibility, usize>>,
    /// The records that are not articles for readers, by reason; each entry names the file or record.
    pub left_out: BTreeMap<LeftOut, ErrorList>,
    /// One error for each file or record that cannot be read.
    pub skipped: ErrorList,
    /// The ids of the records that cannot be read, if known, and the ids that several records claim. Articles with
    /// these ids in a knowledge base stay there.
    pub unread_ids: BTreeSet<String>,
    /// The number of records that cannot be read and whose id is not known.
    pub unread_without_id: usize,
    /// The files that the source does not read, by the ending of their names.
    pub passed_over: BTreeMap<String, PassedOver>,
    /// Errors for symbolic links, pipes, devices and sockets, which are never followed, and for archives in a folder that
    /// cannot be opened.
    pub not_followed: ErrorList,
    /// The articles that were made internal against a wider default, because a key or a line of theirs seems to
    /// restrict who may read them and is not one that Helpdex reads. Each entry names the key or line with path and
    /// line number. Articles that state their visibility are not among them.
    pub made_internal: ErrorList,
    /// The number of articles that are internal because their source does not prove that everybody may read them.
    pub unproven: usize,
    /// The redirects that the pages and the settings of the site state: each an address or a path of the help center,
    /// with the id of the article or the new address or path that it leads to. They are for
    /// [`ArticleLinks::redirect`](crate::ArticleLinks::redirect).
    pub redirects: Vec<(String, String)>,
    /// Other things that the report should mention, one entry for each kind.
    pub warnings: Vec<Warning>,
}

impl Import {
    /// Returns an import without any record.
    pub(crate) fn of_nothing(source: Source, detected_by: String) -> Self {
        Self {
            source,
            detected_by,
            records: 0,
            articles: Articles::new(Spool::new(), Vec::new()),
            counts: BTreeMap::new(),
            left_out: BTreeMap::new(),
            skipped: ErrorList::default(),
            unread_ids: BTreeSet::new(),
            unread_without_id: 0,
            passed_over: BTreeMap::new(),
            not_followed: ErrorList::default(),
            made_internal: ErrorList::default(),
            unproven: 0,
            redirects: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// The files with one name ending that were not read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PassedOver {
    /// The number of files with this name ending.
    pub count: usize,
    /// The path of the first file with this name ending.
    pub first: String,
}

/// Something in the files that the user should know, such as a missing include, with the number of times that it
/// occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The name of the kind, such as `unresolved_include`.
    pub kind: &'static str,
    /// The number of times that this kind of warning occurs.
    pub count: usize,
    /// The file or record where this kind of warning first occurs.
    pub first: String,
    /// The text of the warning: its meaning, and what the user can do.
    pub message: &'static str,
}

/// The reason for which a record is not an article for readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// The record is a draft.
    Draft,
    /// The record is hidden from the pages or from the search of its help center.
    Hidden,
    /// The record is archived, or in the bin.
    Archived,
    /// The record is to be published later, and its source states no date until which it could be withheld.
    Scheduled,
    /// The record has no text.
    Empty,
    /// The page is a part that other pages include.
    Partial,
    /// The page only leads to another page.
    Redirect,
    /// The record is an older version of a page.
    OldVersion,
    /// The record is a copy of the page in another locale, without a translation.
    Untranslated,
    /// The record states no locale, and the options give no default.
    NoLocale,
    /// The page is of a kind that answers nothing, such as a list of links or an image.
    NotAnArticle,
    /// The record is a question without an accepted answer.
    Unanswered,
}

impl LeftOut {
    /// Returns the name of the reason, such as `draft` or `old_version`.
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
