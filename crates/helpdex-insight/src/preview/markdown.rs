//! The report on a change as Markdown, for a comment on a pull request.

use std::fmt::Write as _;

use super::report::{FirstArticle, PreviewReport, Shift, TicketChange};

/// The most articles and tickets that the Markdown lists; the report has all.
const MAX_ROWS: usize = 20;

/// Writes a report as Markdown: the counts, the articles, and the tickets, right answers that are lost first.
///
/// Ids and titles are in code spans, so that nothing of them is read as markup, a link or the mention of a person.
///
/// ```
/// use helpdex::{Audience, KnowledgeBase, Timestamp};
/// use helpdex_insight::preview::{PreviewOptions, markdown, preview};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// let now = Timestamp::from_unix_seconds(0);
/// knowledge_base.writer()?.publish(now)?;
/// let after = knowledge_base.writer()?.preview(now)?;
/// let report = preview(&knowledge_base, &after, &[], &Audience::public(), now, &PreviewOptions::default())?;
/// assert!(markdown(&report).contains("No ticket is answered otherwise"));
/// # Ok::<(), helpdex::Error>(())
/// ```
#[must_use]
pub fn markdown(report: &PreviewReport) -> String {
    let mut text = format!(
        "### What this change does to {} tickets\n\n",
        report.tickets
    );
    let headline = if report.changes.is_empty() {
        "No ticket is answered otherwise than before."
    } else if report.right.lost > 0 {
        "**Right answers are lost.**"
    } else {
        "No right answer is lost."
    };
    text.push_str(headline);
    text.push_str("\n\n| | before | after | lost | won | difference (95% interval) |\n|---|---|---|---|---|---|\n");
    let linked = report.linked;
    row(
        &mut text,
        &format!("first article right, of {linked} linked"),
        &report.right,
    );
    row(&mut text, "first article wrong", &report.wrong);
    row(&mut text, "something offered", &report.offered);
    articles(&mut text, report);
    tickets(&mut text, &report.changes);
    text
}

fn row(text: &mut String, name: &str, shift: &Shift) {
    let difference = shift.difference.map_or("–".to_owned(), |difference| {
        format!(
            "{:+.1} points ({:+.1} to {:+.1})",
            difference.value * 100.0,
            difference.low * 100.0,
            difference.high * 100.0
        )
    });
    let Shift {
        before,
        after,
        lost,
        won,
        ..
    } = shift;
    let _ = writeln!(
        text,
        "| {name} | {before} | {after} | {lost} | {won} | {difference} |"
    );
}

fn articles(text: &mut String, report: &PreviewReport) {
    if !report.changed_articles.is_empty() {
        text.push_str("\nChanged articles:\n\n");
        for article in report.changed_articles.iter().take(MAX_ROWS) {
            let _ = writeln!(
                text,
                "- {}: {}",
                code(&article.article_id),
                article.kind.name()
            );
        }
        and_more(text, report.changed_articles.len());
    }
    if report.articles.is_empty() {
        return;
    }
    text.push_str("\n| article | first before | first after | right lost | right won |\n|---|---|---|---|---|\n");
    for effect in report.articles.iter().take(MAX_ROWS) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            code(&effect.article_id),
            effect.first_before,
            effect.first_after,
            effect.right_lost,
            effect.right_won
        );
    }
    and_more(text, report.articles.len());
}

fn tickets(text: &mut String, changes: &[TicketChange]) {
    if changes.is_empty() {
        return;
    }
    text.push_str("\n| ticket | change | before | after | words that came | words that went |\n|---|---|---|---|---|---|\n");
    for change in changes.iter().take(MAX_ROWS) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            code(&change.ticket_id),
            change.kind.name().replace('_', " "),
            first(change.before.as_ref()),
            first(change.after.as_ref()),
            words(&change.words_came),
            words(&change.words_gone)
        );
    }
    and_more(text, changes.len());
}

fn first(article: Option<&FirstArticle>) -> String {
    article.map_or("silence".to_owned(), |article| {
        format!("{} {:.2}", code(&article.article_id), article.probability)
    })
}

fn words(words: &[String]) -> String {
    if words.is_empty() {
        return String::new();
    }
    code(&words.join(" "))
}

fn and_more(text: &mut String, all: usize) {
    if all > MAX_ROWS {
        let _ = writeln!(text, "\nand {} more.", all - MAX_ROWS);
    }
}

/// Returns text from outside as a code span that also holds inside a table.
fn code(text: &str) -> String {
    let inside: String = text
        .chars()
        .map(|c| match c {
            '`' => '\'',
            '|' => '¦',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    format!("`{inside}`")
}
