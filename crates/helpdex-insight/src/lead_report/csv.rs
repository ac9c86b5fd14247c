//! The tables of the report as comma-separated values.

use super::report::LeadReport;
use crate::metrics::{Figures, Rate};

/// Writes the report as files of comma-separated values (RFC 4180), each with its name. A cell that a spreadsheet would take for a
/// formula begins with an apostrophe.
#[must_use]
pub fn csv_files(report: &LeadReport) -> Vec<(&'static str, String)> {
    vec![
        ("metrics.csv", metrics(report)),
        ("gaps.csv", gaps(report)),
        ("articles.csv", articles(report)),
        ("copies.csv", copies(report)),
        ("tickets.csv", tickets(report)),
    ]
}

fn metrics(report: &LeadReport) -> String {
    let mut table = row(&[
        "dimension",
        "value",
        "figure",
        "count",
        "of",
        "share",
        "low",
        "high",
    ]);
    add_figures(&mut table, "overall", "", &report.metrics.overall);
    for slice in &report.metrics.slices {
        add_figures(
            &mut table,
            slice.dimension.name(),
            &slice.value,
            &slice.figures,
        );
    }
    table
}

fn add_figures(table: &mut String, dimension: &str, value: &str, figures: &Figures) {
    let mut rates = vec![
        ("offer_rate", figures.offer_rate),
        ("view_rate", figures.view_rate),
        ("click_rate", figures.click_rate),
        ("resolution_rate", figures.resolution_rate),
        ("ticket_rate", figures.ticket_rate),
    ];
    if let Some(live) = figures.live_precision {
        rates.push(("live_precision", live.precision));
    }
    for (name, rate) in rates {
        let Rate {
            count,
            of,
            interval,
            ..
        } = rate;
        let shares = interval.map_or([String::new(), String::new(), String::new()], |share| {
            [share.value, share.low, share.high].map(|value| format!("{value:.4}"))
        });
        let [share, low, high] = &shares;
        let (count, of) = (count.to_string(), of.to_string());
        table.push_str(&row(&[
            dimension, value, name, &count, &of, share, low, high,
        ]));
    }
    let deflection = figures.deflection;
    for (name, count) in [
        ("deflection_none", deflection.none),
        ("deflection_potential", deflection.potential),
        ("deflection_confirmed", deflection.confirmed),
        ("deflection_unseen", deflection.unseen),
    ] {
        table.push_str(&row(&[
            dimension,
            value,
            name,
            &count.to_string(),
            "",
            "",
            "",
            "",
        ]));
    }
}

fn gaps(report: &LeadReport) -> String {
    let mut table = row(&[
        "words",
        "cause",
        "requesters",
        "tickets",
        "trend",
        "first",
        "last",
        "nearest_article",
        "lacks",
        "ticket_ids",
    ]);
    for gap in &report.gaps.gaps {
        let nearest = gap.nearest.as_ref();
        table.push_str(&row(&[
            &gap.words.join(" "),
            gap.cause.name(),
            &gap.requesters.to_string(),
            &gap.tickets.to_string(),
            gap.trend.direction.name(),
            &gap.first_at.to_string(),
            &gap.last_at.to_string(),
            nearest.map_or("", |nearest| &nearest.article_id),
            &nearest.map_or(String::new(), |nearest| nearest.lacks.join(" ")),
            &gap.ticket_ids.join(" "),
        ]));
    }
    table
}

fn articles(report: &LeadReport) -> String {
    let mut table = row(&[
        "article",
        "title",
        "to_do",
        "affected",
        "other",
        "tickets_first",
        "tickets_linked",
        "tickets_right",
        "tickets_lost",
        "tickets_silent",
        "offered",
        "clicked",
        "click_ratio",
        "resolved",
        "lacks",
    ]);
    for card in &report.cards.cards {
        let (tickets, events) = (&card.tickets, &card.events);
        let task = card.to_do.first();
        let ratio = events.click_ratio;
        table.push_str(&row(&[
            &card.article_id,
            &card.title,
            task.map_or("", |task| task.kind.name()),
            &task.map_or(String::new(), |task| task.tickets.to_string()),
            task.and_then(|task| task.other.as_deref()).unwrap_or(""),
            &tickets.first.to_string(),
            &tickets.linked.to_string(),
            &tickets.right.to_string(),
            &tickets.lost.to_string(),
            &tickets.silent.to_string(),
            &events.offered.to_string(),
            &events.clicked.to_string(),
            &ratio.map_or(String::new(), |ratio| format!("{ratio:.2}")),
            &events.resolved.to_string(),
            &card.lacks.join(" "),
        ]));
    }
    table
}

fn copies(report: &LeadReport) -> String {
    let mut table = row(&["kind", "left", "right", "left_text", "right_text"]);
    for pair in &report.copies.differing {
        table.push_str(&row(&[
            pair.kind.name(),
            &pair.left.article_id,
            &pair.right.article_id,
            &pair.left_sentence,
            &pair.right_sentence,
        ]));
    }
    for pair in &report.copies.copies {
        table.push_str(&row(&[
            pair.kind.name(),
            &pair.left.article_id,
            &pair.right.article_id,
            &pair.left.heading,
            &pair.right.heading,
        ]));
    }
    table
}

fn tickets(report: &LeadReport) -> String {
    let mut table = row(&["week", "tickets", "linked"]);
    for week in &report.weeks {
        table.push_str(&row(&[
            &week.week,
            &week.tickets.to_string(),
            &week.linked.to_string(),
        ]));
    }
    table
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    cells.join(",") + "\r\n"
}

/// Quotes a cell where it must be, and keeps a spreadsheet from taking it for a formula.
fn escaped(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
