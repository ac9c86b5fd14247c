//! What was offered, and what became of it.

use std::fmt::Write as _;

use super::definitions::link;
use crate::metrics::{Figures, MetricReport, Rate};
use helpdex_eval::html::{number, percent, plural};

pub(super) fn section(report: &MetricReport) -> String {
    let figures = &report.overall;
    if figures.offer_rate.of == 0 {
        return "<section>\n<h2>What became of attempts</h2>\n<p>No events were recorded. <code>helpdex record</code> keeps what \
                happens after answers, and this section shows it.</p>\n</section>\n"
            .to_owned();
    }
    let mut tiles = vec![
        tile("Offered", "offered", figures.offer_rate, "attempts"),
        tile("Opened", "opened", figures.click_rate, "shown articles"),
        tile(
            "Ticket all the same",
            "ticket",
            figures.ticket_rate,
            "shown articles",
        ),
    ];
    if let Some(live) = &figures.live_precision {
        let alarm = if live.is_broken {
            "judged; the promise does not hold"
        } else {
            "judged"
        };
        tiles.push(tile(
            "Right when judged",
            "precision",
            live.precision,
            alarm,
        ));
    }
    format!(
        "<section>\n<h2>What became of {} {}</h2>\n<div class=\"tiles\">\n{}</div>\n{}{}</section>\n",
        plural(figures.offer_rate.of, "attempt"),
        link("attempt"),
        tiles.concat(),
        outcomes(figures, report.window_hours),
        caused(figures)
    )
}

fn tile(name: &str, anchor: &str, rate: Rate, of: &str) -> String {
    let (value, interval) = rate
        .interval
        .map_or(("–".to_owned(), String::new()), |share| {
            let interval = format!(
                "<span class=\"interval\">{:.0} to {:.0}%</span>",
                share.low * 100.0,
                share.high * 100.0
            );
            (percent(share.value), interval)
        });
    format!(
        "<div class=\"tile\"><h3>{name} {}</h3><p class=\"figure\">{value} {interval}</p><p class=\"note\">{} of {} {of}</p></div>\n",
        link(anchor),
        number(rate.count),
        number(rate.of)
    )
}

#[expect(clippy::cast_precision_loss, reason = "counts of attempts")]
fn outcomes(figures: &Figures, window_hours: u32) -> String {
    let deflection = figures.deflection;
    let parts = [
        ("confirmed", deflection.confirmed),
        ("potential", deflection.potential),
        ("unseen", deflection.unseen),
        ("none", deflection.none),
    ];
    let all: usize = parts.iter().map(|(_, count)| count).sum();
    let (mut bars, mut list, mut left) = (String::new(), String::new(), 0.0);
    for (name, count) in parts {
        let width = 100.0 * count as f64 / (all as f64).max(1.0);
        let _ = write!(
            bars,
            "<rect class=\"{name}\" x=\"{left:.2}\" y=\"0\" width=\"{width:.2}\" height=\"4\"/>"
        );
        left += width;
        let _ = write!(
            list,
            "<li class=\"{name}\">{name} <b>{}</b></li>",
            number(count)
        );
    }
    format!(
        "<figure class=\"shares\"><svg viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Outcomes of \
         attempts\">{bars}</svg><ul>{list}</ul><figcaption class=\"note\">Deflection {} within {window_hours} hours. <em>None</em> \
         means that a ticket came.</figcaption></figure>\n",
        link("deflection")
    )
}

fn caused(figures: &Figures) -> String {
    let Some(effect) = figures.hold_out else {
        return String::new();
    };
    let avoided = effect.avoided;
    format!(
        "<p>Caused by the articles {}: {:.1} tickets avoided for 100 requesters <span class=\"interval\">{:.1} to {:.1}</span>.</p>\n",
        link("caused"),
        avoided.value * 100.0,
        avoided.low * 100.0,
        avoided.high * 100.0
    )
}
