//! Trend lines: tickets and attempts by week.

use std::fmt::Write as _;

use super::report::LeadReport;
use crate::metrics::Dimension;
use helpdex_eval::html::number;

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 14.0;

/// A line of a chart.
struct Line {
    class: &'static str,
    name: &'static str,
    values: Vec<usize>,
}

pub(super) fn section(report: &LeadReport) -> String {
    let weeks: Vec<&str> = report.weeks.iter().map(|week| &*week.week).collect();
    let tickets = [
        Line {
            class: "one",
            name: "solved tickets",
            values: report.weeks.iter().map(|week| week.tickets).collect(),
        },
        Line {
            class: "two",
            name: "of them linked to an article",
            values: report.weeks.iter().map(|week| week.linked).collect(),
        },
    ];
    let slices = report.metrics.slices.iter();
    let of_weeks = slices.filter(|slice| slice.dimension == Dimension::Week);
    let slices: Vec<_> = of_weeks.collect();
    let attempt_weeks: Vec<&str> = slices.iter().map(|slice| &*slice.value).collect();
    let attempts = [
        Line {
            class: "one",
            name: "attempts that were shown articles",
            values: slices
                .iter()
                .map(|slice| slice.figures.offer_rate.count)
                .collect(),
        },
        Line {
            class: "two",
            name: "of them with a ticket all the same",
            values: slices
                .iter()
                .map(|slice| slice.figures.ticket_rate.count)
                .collect(),
        },
    ];
    let charts = [
        chart("Tickets by week", &weeks, &tickets),
        chart("Attempts by week", &attempt_weeks, &attempts),
    ];
    let charts = charts.concat();
    if charts.is_empty() {
        return String::new();
    }
    format!("<section>\n<h2>Over time</h2>\n<div class=\"beside\">\n{charts}</div>\n</section>\n")
}

/// Draws the lines over the weeks, with a table of the same numbers; "" for fewer than two weeks.
#[expect(clippy::cast_precision_loss, reason = "counts in a drawing")]
fn chart(name: &str, weeks: &[&str], lines: &[Line]) -> String {
    let (Some(first), Some(last), true) = (weeks.first(), weeks.last(), weeks.len() > 1) else {
        return String::new();
    };
    let most = lines.iter().flat_map(|line| &line.values).max();
    let most = most.copied().unwrap_or(0).max(1);
    let step = WIDTH / (weeks.len() - 1) as f64;
    let mut drawing = String::new();
    for part in [0, 1, 2] {
        let y = TOP + HEIGHT * f64::from(part) / 2.0;
        let label = most as f64 * (1.0 - f64::from(part) / 2.0);
        let _ = writeln!(
            drawing,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{y:.0}\" y2=\"{y:.0}\"/><text class=\"tick\" x=\"{:.0}\" \
             y=\"{:.0}\" text-anchor=\"end\">{label:.0}</text>",
            LEFT + WIDTH,
            LEFT - 8.0,
            y + 4.0
        );
    }
    let mut legend = String::new();
    for line in lines {
        let points: Vec<String> = line
            .values
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let x = LEFT + step * index as f64;
                let y = TOP + HEIGHT * (1.0 - *value as f64 / most as f64);
                format!("{x:.1},{y:.1}")
            })
            .collect();
        let _ = writeln!(
            drawing,
            "<polyline class=\"line {}\" points=\"{}\"/>",
            line.class,
            points.join(" ")
        );
        let _ = write!(legend, "<li class=\"{}\">{}</li>", line.class, line.name);
    }
    format!(
        "<figure class=\"chart\"><figcaption><b>{name}</b></figcaption><svg viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" \
         aria-label=\"{name}\">{drawing}<text class=\"tick\" x=\"{LEFT}\" y=\"{:.0}\">{first}</text><text class=\"tick\" \
         x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{last}</text></svg><ul class=\"legend\">{legend}</ul>{}</figure>\n",
        LEFT + WIDTH + 10.0,
        TOP + HEIGHT + 26.0,
        TOP + HEIGHT + 20.0,
        LEFT + WIDTH,
        TOP + HEIGHT + 20.0,
        table(weeks, lines)
    )
}

fn table(weeks: &[&str], lines: &[Line]) -> String {
    let mut rows = String::new();
    for (index, week) in weeks.iter().enumerate() {
        let cells = lines.iter();
        let cells: Vec<String> = cells
            .map(|line| format!("<td>{}</td>", number(line.values[index])))
            .collect();
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{week}</th>{}</tr>",
            cells.concat()
        );
    }
    let names = lines.iter();
    let names: Vec<String> = names
        .map(|line| format!("<th scope=\"col\">{}</th>", line.name))
        .collect();
    format!(
        "<details><summary>Numbers</summary><table><thead><tr><th scope=\"col\">week of</th>{}</tr></thead><tbody>\n{rows}</tbody>\
         </table></details>",
        names.concat()
    )
}
