//! Writes the head of the page: the result in one sentence, four figures, and the shares of all outcomes.

use helpdex::confidence::{Interval, clopper_pearson};
use helpdex::escape_html;

use super::chart;
use super::numbers::percent_interval;
use super::tally::Tally;
use crate::evaluation::EvaluationReport;
use crate::html::{number, percent, plural};

pub(super) fn header(report: &EvaluationReport, tally: &Tally) -> String {
    let headline = match (tally.coverage(), tally.precision()) {
        (None, _) => "There was no ticket to answer.".to_owned(),
        (Some(_), None) => format!(
            "Helpdex would have answered none of {}.",
            plural(tally.tickets, "ticket")
        ),
        (Some(coverage), Some(precision)) => format!(
            "Helpdex would have answered {} of these tickets, and {} of its answers were right.",
            percent(coverage.value),
            percent(precision.value)
        ),
    };
    let (which, is_backtest) = match (report.by_period.first(), report.by_period.last()) {
        (Some(first), Some(last)) => {
            let (from, until) = (first.from.date(), last.until.date());
            (format!("from {from} to {until}"), true)
        }
        _ => (
            format!("of the split <b>{}</b>", escape_html(&report.split)),
            false,
        ),
    };
    let learned = if is_backtest {
        "Each was answered by what was known before it came."
    } else if report.learned {
        "It had learned from tickets that were solved before."
    } else {
        "It had learned nothing from solved tickets."
    };
    let left_out = if report.empty_articles == 0 {
        String::new()
    } else {
        format!(
            " {} without text left out.",
            plural(report.empty_articles, "article")
        )
    };
    format!(
        "<header>\n<p class=\"eyebrow\">Helpdex evaluation</p>\n<h1>{headline}</h1>\n\
         <p class=\"lede\">{} {which} against {}.{left_out} {learned}</p>\n</header>\n",
        plural(tally.tickets, "ticket"),
        plural(report.articles, "article"),
    )
}

pub(super) fn overview(tally: &Tally) -> String {
    let tiles = [
        tile(
            "Answered",
            tally.coverage(),
            &format!(
                "{} of {}",
                number(tally.offered),
                plural(tally.tickets, "ticket")
            ),
        ),
        tile(
            "Right when answered",
            tally.precision(),
            &format!(
                "{} of {}",
                number(tally.right),
                plural(tally.offered, "first answer")
            ),
        ),
        tile(
            "Answered although nothing helps",
            clopper_pearson(tally.false_offers, tally.unanswerable),
            &format!(
                "{} of {} that people marked as without answer",
                number(tally.false_offers),
                plural(tally.unanswerable, "ticket")
            ),
        ),
        tile(
            "Could be deflected",
            clopper_pearson(tally.in_first_three, tally.tickets),
            &format!(
                "a right article is among the first three; for {} of all tickets there is one at all",
                clopper_pearson(tally.answerable, tally.tickets)
                    .map_or("none".to_owned(), |share| percent(share.value))
            ),
        ),
    ];
    format!(
        "<section class=\"tiles\" aria-label=\"At a glance\">\n{}</section>\n{}",
        tiles.concat(),
        chart::shares(&[
            ("right", "answered, right", tally.right),
            ("wrong", "answered, wrong", tally.offered - tally.right),
            (
                "missed",
                "silent, though an article helps",
                tally.silent_answerable
            ),
            (
                "silent",
                "silent, and nothing helps",
                tally.silent_unanswerable()
            ),
        ])
    )
}

fn tile(name: &str, share: Option<Interval>, note: &str) -> String {
    let (value, interval) = share.map_or(("–".to_owned(), String::new()), |share| {
        let interval = format!(
            "<span class=\"interval\">{}</span>",
            percent_interval(&share)
        );
        (percent(share.value), interval)
    });
    format!(
        "<div class=\"tile\"><h2>{name}</h2><p class=\"figure\">{value} {interval}</p><p class=\"note\">{note}</p></div>\n"
    )
}
