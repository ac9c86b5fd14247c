//! Passes the articles of a source to a writer, as a build does.

use std::collections::BTreeSet;

use helpdex::report::Changes;
use helpdex::{Article, Writer};
use helpdex_import::Import;

use crate::failure::Failure;
use crate::output;

/// The number of articles below which articles are removed without `--allow-removal`.
const FEW_REMOVALS: usize = 10;

/// The most ids of articles to be removed that an error names.
const SHOWN_IDS: usize = 20;

/// Passes the articles to the writer, and removes those that are gone from the source. An article that cannot be read stays
/// as it was.
pub(crate) fn take_articles(
    writer: &mut Writer,
    articles: Vec<Article>,
    import: &Import,
    allow_removal: bool,
) -> Result<Changes, Failure> {
    let gone = gone(writer, &articles, import, allow_removal)?;
    if import.unread_ids.is_empty() && import.unread_without_id == 0 {
        return Ok(writer.sync(articles)?);
    }
    let mut changes = writer.upsert(articles)?;
    changes.removed = writer.remove(gone)?.removed;
    Ok(changes)
}

/// Returns the ids of the articles that are gone from the source. An article that cannot be read stays as it was;
/// if the id of an unreadable one is not known, all articles stay.
fn gone(
    writer: &Writer,
    articles: &[Article],
    import: &Import,
    allow_removal: bool,
) -> Result<Vec<String>, Failure> {
    let mut kept: BTreeSet<&str> = articles.iter().map(Article::id).collect();
    kept.extend(import.unread_ids.iter().map(String::as_str));
    let count = writer.articles().count();
    let gone = writer.articles().map(Article::id).filter(|id| {
        // A translation stays with the article that cannot be read.
        let group = id.split_once('@').map_or(*id, |(group, _)| group);
        !kept.contains(id) && !import.unread_ids.contains(group)
    });
    let gone: Vec<String> = gone.map(str::to_owned).collect();
    if import.unread_without_id > 0 && !gone.is_empty() {
        output::warn(
            "nothing was removed, because skipped articles may be in the knowledge base from an earlier build",
        );
        return Ok(Vec::new());
    }
    if gone.len() > FEW_REMOVALS && gone.len() * 10 > count && !allow_removal {
        let shown: Vec<&str> = gone.iter().take(SHOWN_IDS).map(String::as_str).collect();
        return Err(format!(
                "{} of {count} articles are gone and would be removed: {}{}; give --allow-removal if they are to be, or \
                 another folder",
                gone.len(),
                shown.join(", "),
                if gone.len() > SHOWN_IDS { ", ..." } else { "" }
            )
            .into());
    }
    Ok(gone)
}
