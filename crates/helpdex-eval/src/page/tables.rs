//! Writes the tables of the page: the comparison with simple methods, and the figures of slices of the tickets.

use std::collections::BTreeMap;

use helpdex::confidence::Interval;
use helpdex::{Locale, escape_html};

use super::numbers::percent_interval;
use crate::evaluation::{EvaluationReport, PeriodFigures};
use crate::html::{number, percent};
use crate::metrics::{Figures, RankingFigures};

pub(super) fn comparison(report: &EvaluationReport) -> String {
    let mut rows = vec![
        ranking_row("Helpdex", &report.figures.ranking),
        ranking_row("Plain word search (BM25)", &report.plain_bm25),
    ];
    if let Some(popularity) = &report.popularity {
        rows.push(ranking_row("The most popular articles, always", popularity));
    }
    format!(
        "<section>\n<h2>Compared with simple methods</h2>\n\
         <p>How well the articles are ordered, over the tickets that have an answer, whether anything was shown or not.\
         </p>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\"></th>\
         <th scope=\"col\">First is right</th><th scope=\"col\">… each article counting the same</th>\
         <th scope=\"col\">Right ones in the first five</th><th scope=\"col\">MRR@10</th><th scope=\"col\">nDCG@10</th>\
         </tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n</section>\n",
        rows.concat()
    )
}

fn ranking_row(name: &str, figures: &RankingFigures) -> String {
    format!(
        "<tr><th scope=\"row\">{name}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        share(figures.precision_at_1),
        figures.macro_precision_at_1.map_or("–".to_owned(), percent),
        share(figures.recall_at_5),
        mean(figures.mrr_at_10),
        mean(figures.ndcg_at_10),
    )
}

/// Returns a table of the periods of a back-test; "" for other runs.
pub(super) fn periods(by_period: &[PeriodFigures]) -> String {
    let rows = by_period.iter().map(|period| {
        let (from, until) = (period.from.date(), period.until.date());
        (format!("{from} to {until}"), &period.figures)
    });
    slices(
        "Over time",
        "When",
        rows,
        "Each ticket was answered by what was known before its part of the time began. The last column is over the tickets \
         that have an answer, shown or not.",
    )
}

/// Returns a table of the locales; "" when there is only one.
pub(super) fn locales(by_locale: &BTreeMap<Locale, Figures>) -> String {
    let rows = by_locale
        .iter()
        .map(|(locale, figures)| (locale.to_string(), figures));
    slices(
        "By the locale of the ticket",
        "Locale",
        rows,
        "The locale is the one that the ticket states, else the one that its text looks like. The last column is over the \
         tickets that have an answer, shown or not.",
    )
}

/// Returns a table with one row for each slice of the tickets; "" when there is only one slice.
fn slices<'a>(
    heading: &str,
    column: &str,
    slices: impl ExactSizeIterator<Item = (String, &'a Figures)>,
    note: &str,
) -> String {
    if slices.len() < 2 {
        return String::new();
    }
    let rows: Vec<String> = slices
        .map(|(slice, figures)| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                escape_html(&slice),
                number(figures.tickets),
                share(figures.coverage),
                share(figures.selective_precision),
                share(figures.ranking.precision_at_1),
            )
        })
        .collect();
    format!(
        "<section>\n<h2>{heading}</h2>\n<div class=\"scroll\"><table>\n<thead><tr>\
         <th scope=\"col\">{column}</th><th scope=\"col\">Tickets</th><th scope=\"col\">Answered</th>\
         <th scope=\"col\">Right when answered</th><th scope=\"col\">First is right</th></tr></thead>\n\
         <tbody>\n{}</tbody>\n</table></div>\n<p class=\"note\">{note}</p>\n</section>\n",
        rows.concat()
    )
}

/// Returns a table cell with a mean and its interval; a dash for `None`.
fn mean(interval: Option<Interval>) -> String {
    interval.map_or("–".to_owned(), |mean| {
        format!(
            "{:.2} <span class=\"interval\">{:.2} to {:.2}</span>",
            mean.value, mean.low, mean.high
        )
    })
}

/// Returns a table cell with a share and its interval, in percent; a dash for `None`.
fn share(interval: Option<Interval>) -> String {
    interval.map_or("–".to_owned(), |share| {
        format!(
            "{} <span class=\"interval\">{}</span>",
            percent(share.value),
            percent_interval(&share)
        )
    })
}
