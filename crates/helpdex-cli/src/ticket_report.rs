//! Prints the report of an import of tickets.

use helpdex_import::{TicketImport, TicketSummary};

use crate::failure::Failure;
use crate::output;

/// The number of missing addresses that are printed; `--json` has all.
const SHOWN_MISSING: usize = 10;

/// Prints the report of an import, to standard error if standard output has something else.
pub(crate) fn print_tickets(
    import: &TicketImport,
    json: bool,
    to_stderr: bool,
) -> Result<(), Failure> {
    let summary = import.summary();
    if json && !to_stderr {
        return Ok(output::print_json(&summary)?);
    }
    let mut lines = lines_of(&summary);
    lines.extend(lines_of_missing(&summary));
    for line in lines {
        if to_stderr {
            output::note(&line);
        } else {
            output::line(&line);
        }
    }
    Ok(())
}

fn lines_of(summary: &TicketSummary) -> Vec<String> {
    let mut lines = vec![
        format!(
            "source: {} (detected by {})",
            summary.source, summary.detected_by
        ),
        format!(
            "tickets: {} read, {} solved with a text, {} linked, {} unlinked",
            summary.tickets_read, summary.with_text, summary.linked, summary.unlinked
        ),
    ];
    if let Some(rate) = summary.link_rate {
        lines.push(format!(
            "link rate: {:.1}% of solved tickets have an article",
            rate * 100.0
        ));
    }
    for (by, count) in &summary.linked_by {
        lines.push(format!("  found by {by}: {count}"));
    }
    for (reason, count) in &summary.left_out {
        lines.push(format!("left out: {count} {}", reason.replace('_', " ")));
    }
    if summary.private_messages > 0 {
        lines.push(format!(
            "private messages, never read: {}",
            summary.private_messages
        ));
    }
    if !summary.columns.is_empty() {
        lines.push(format!("columns: {}", summary.columns));
    }
    if summary.months.len() > 1 {
        for (month, counts) in &summary.months {
            lines.push(format!(
                "  {month}: {} linked, {} unlinked",
                counts.linked, counts.unlinked
            ));
        }
    }
    lines
}

fn lines_of_missing(summary: &TicketSummary) -> Vec<String> {
    if summary.missing_articles.is_empty() {
        return Vec::new();
    }
    let mut missing: Vec<(&String, &usize)> = summary.missing_articles.iter().collect();
    missing.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let mut lines = vec![format!(
        "links to articles that are not there: {}",
        missing.len()
    )];
    let shown = missing.into_iter().take(SHOWN_MISSING);
    lines.extend(shown.map(|(page, count)| format!("  {page}: {count}")));
    lines
}

/// Warns of records that cannot be read, and of why an import gives no usable figures.
pub(crate) fn warn_of_tickets(import: &TicketImport) {
    output::warn_of_skipped(&import.skipped);
    let mut tickets = import.tickets.iter();
    if import.tickets.is_empty() {
        output::warn(
            "no solved ticket with a text was read; the report counts what is left out, by reason",
        );
    } else if tickets.all(|ticket| ticket.found_by.is_none()) {
        output::warn(
            "no reply links an article; give the articles with their addresses (--base-url for documentation), or the export \
             with the replies of agents",
        );
    }
}
