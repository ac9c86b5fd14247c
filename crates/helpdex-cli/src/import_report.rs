//! The report of an import: articles by locale and visibility, and everything that is not an article.

use std::collections::BTreeMap;
use std::path::Path;

use helpdex::Article;
use helpdex_import::{ErrorList, Import, ImportOptions, read_articles};
use serde::Serialize;

use crate::failure::Failure;
use crate::output;

/// The number of records that are printed for each reason; `--json` has a hundred.
const SHOWN_RECORDS: usize = 3;

/// The report of an import, in the form of the JSON output.
#[derive(Serialize)]
pub(crate) struct ImportReport {
    source: &'static str,
    detected_by: String,
    records: usize,
    /// The records that are not articles, by reason; those that cannot be read have the reason `unreadable`.
    skipped: BTreeMap<&'static str, Skipped>,
    /// The number of records that cannot be read.
    pub skipped_count: usize,
    /// The number of files that the source does not read, by the ending of their names.
    passed_over: BTreeMap<String, usize>,
    not_followed: Vec<String>,
    not_followed_count: usize,
    made_internal: Vec<String>,
    made_internal_count: usize,
    /// The number of articles that are internal because their source does not say who may see them.
    unproven: usize,
    warnings: Vec<WarningLine>,
    /// The number of articles, by locale and visibility.
    locales: BTreeMap<String, BTreeMap<&'static str, usize>>,
}

#[derive(Serialize)]
struct Skipped {
    count: usize,
    /// The first hundred records with this reason.
    records: Vec<String>,
}

#[derive(Serialize)]
struct WarningLine {
    kind: &'static str,
    count: usize,
    first: String,
    message: &'static str,
}

impl ImportReport {
    /// Returns the report of an import.
    pub(crate) fn new(import: &Import) -> Self {
        let left_out = import.left_out.iter();
        let unreadable = Some(("unreadable", &import.skipped)).filter(|(_, list)| !list.is_empty());
        let skipped = left_out
            .map(|(reason, list)| (reason.name(), list))
            .chain(unreadable);
        let locales = import.counts.iter().map(|(locale, counts)| {
            let counts = counts
                .iter()
                .map(|(visibility, count)| (visibility.name(), *count));
            (locale.to_string(), counts.collect())
        });
        let passed_over = import.passed_over.iter();
        let warnings = import.warnings.iter().map(|warning| WarningLine {
            kind: warning.kind,
            count: warning.count,
            first: warning.first.clone(),
            message: warning.message,
        });
        Self {
            source: import.source.name(),
            detected_by: import.detected_by.clone(),
            records: import.records,
            skipped: skipped
                .map(|(reason, list)| (reason, listed(list)))
                .collect(),
            skipped_count: import.skipped.count(),
            passed_over: passed_over
                .map(|(ending, files)| (ending.clone(), files.count))
                .collect(),
            not_followed: output::texts(&import.not_followed),
            not_followed_count: import.not_followed.count(),
            made_internal: output::texts(&import.made_internal),
            made_internal_count: import.made_internal.count(),
            unproven: import.unproven,
            warnings: warnings.collect(),
            locales: locales.collect(),
        }
    }

    /// Prints the source of the articles, and what was not read.
    pub(crate) fn print(&self) {
        output::line(&format!(
            "source: {} (detected by {})",
            self.source, self.detected_by
        ));
        for (reason, skipped) in &self.skipped {
            if *reason != "unreadable" {
                let shown: Vec<&str> = skipped
                    .records
                    .iter()
                    .take(SHOWN_RECORDS)
                    .map(|r| &**r)
                    .collect();
                output::line(&format!(
                    "left out: {} {}, such as {}",
                    skipped.count,
                    reason.replace('_', " "),
                    shown.join("; ")
                ));
            }
        }
        if !self.passed_over.is_empty() {
            let endings: Vec<String> = self
                .passed_over
                .iter()
                .map(|(ending, count)| format!("{count} .{ending}"))
                .collect();
            output::line(&format!("files that are not read: {}", endings.join(", ")));
        }
    }

    /// Warns if most files of a help center were passed over, or if nobody outside may read any article.
    pub(crate) fn warn_at_the_end(&self) {
        let passed_over: usize = self.passed_over.values().sum();
        if passed_over > self.records {
            output::warn(&format!(
                "most files were not read: {passed_over} of {}; give another folder, or name the source with --from",
                passed_over + self.records
            ));
        }
        if self.unproven > 0 {
            output::warn(&format!(
                "{} articles are internal, since their source does not say who may read them; give --visibility public if \
                 everybody may",
                self.unproven
            ));
        }
    }
}

fn listed(list: &ErrorList) -> Skipped {
    Skipped {
        count: list.count(),
        records: output::texts(list),
    }
}

/// Warns of what was not read, of articles that are internal because a key or a line seems to restrict them, and of
/// everything else that the report should mention.
pub(crate) fn warn_of_import(import: &Import) {
    output::warn_of_skipped(&import.skipped);
    output::warn_of_each("passed over ", &import.not_followed);
    output::warn_of_each("", &import.made_internal);
    for warning in &import.warnings {
        output::warn(&format!(
            "{} {}, first {}",
            warning.count, warning.message, warning.first
        ));
    }
}

/// Returns the reason for which an import has no article: everything is left out, or cannot be read.
pub(crate) fn why_no_article(path: &Path, import: &Import) -> String {
    let path = path.display();
    let mut reasons: Vec<String> = import
        .left_out
        .iter()
        .map(|(reason, list)| format!("{} {}", list.count(), reason.name().replace('_', " ")))
        .collect();
    if reasons.is_empty() {
        return match import.skipped.count() {
            0 => format!(
                "{path} has no article; give another folder, or name the source with --from"
            ),
            _ => format!("no article of {path} can be read; correct the files first"),
        };
    }
    if !import.skipped.is_empty() {
        reasons.push(format!("{} unreadable", import.skipped.count()));
    }
    format!(
        "all {} records of {path} are left out: {}; give other articles, or publish these first",
        import.records,
        reasons.join(", ")
    )
}

/// The articles of a command, and the redirects that lead to them.
pub(crate) struct ReadArticles {
    pub articles: Vec<Article>,
    /// The redirects, as in [`Import::redirects`].
    pub redirects: Vec<(String, String)>,
}

/// Reads the articles for a command that needs at least one, and warns of what is not read.
pub(crate) fn read_some_articles(
    path: &Path,
    options: &ImportOptions,
) -> Result<ReadArticles, Failure> {
    some_articles_of(read_articles(path, options)?, path)
}

/// Takes the articles of an import, with its warnings; no article is an error.
pub(crate) fn take_some_articles(
    import: &mut Import,
    path: &Path,
) -> Result<Vec<Article>, Failure> {
    warn_of_import(import);
    let articles = import
        .articles
        .by_ref()
        .collect::<helpdex::Result<Vec<_>>>()?;
    if articles.is_empty() {
        return Err(why_no_article(path, import).into());
    }
    Ok(articles)
}

/// Reads the articles that replies link to, for a command that reads tickets too: records of tickets among the articles
/// need no warning.
pub(crate) fn read_linked_articles(
    path: &Path,
    options: &ImportOptions,
) -> Result<ReadArticles, Failure> {
    let mut import = read_articles(path, options)?;
    import.warnings.retain(|warning| warning.kind != "tickets");
    some_articles_of(import, path)
}

fn some_articles_of(mut import: Import, path: &Path) -> Result<ReadArticles, Failure> {
    Ok(ReadArticles {
        articles: take_some_articles(&mut import, path)?,
        redirects: import.redirects,
    })
}
