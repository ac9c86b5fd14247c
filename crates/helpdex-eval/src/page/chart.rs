//! Draws charts in SVG, each with a title, a description for people who cannot see it, and its data as a table.

use helpdex::confidence::{CurvePoint, Threshold};

use super::tally::Tally;
use crate::html::{number, percent};
use crate::metrics::ReliabilityBin;
use crate::metrics::count::count;

/// The width of the plot without its labels, in units of the drawing.
const WIDTH: f64 = 460.0;
/// The height of the plot without its labels, in units of the drawing.
const HEIGHT: f64 = 300.0;
/// The distance of the plot from the left edge, in units of the drawing.
const LEFT: f64 = 68.0;
/// The distance of the plot from the upper edge, in units of the drawing.
const TOP: f64 = 28.0;
/// About half the width of a label next to a point, in units of the drawing.
const LABEL_HALF: f64 = 12.0;
/// The width of the whole drawing.
const ALL_WIDTH: f64 = LEFT + WIDTH + 20.0;
/// The height of the whole drawing.
const ALL_HEIGHT: f64 = TOP + HEIGHT + 48.0;

/// Draws precision against coverage with its interval band, the thresholds of the advice, and the point of this run.
pub(super) fn curve(curve: &[CurvePoint], chosen: &[(f64, Threshold)], tally: &Tally) -> String {
    let upper = curve.iter().map(|point| at(point.coverage, point.high));
    let lower = curve
        .iter()
        .rev()
        .map(|point| at(point.coverage, point.low));
    let band: Vec<String> = upper.chain(lower).collect();
    let line: Vec<String> = curve
        .iter()
        .map(|point| at(point.coverage, point.precision))
        .collect();
    let dots: Vec<String> = chosen
        .iter()
        .map(|(target, found)| threshold_dot(*target, found))
        .collect();
    let rows: Vec<String> = curve
        .iter()
        .map(|point| {
            row(&[
                percent(point.coverage),
                percent(point.precision),
                format!("{} to {}", percent(point.low), percent(point.high)),
                format!("{:.3}", point.threshold),
            ])
        })
        .collect();
    figure(
        "curve",
        "Precision against coverage",
        &ends_in_words(curve),
        &format!(
            "{}<polygon class=\"band\" points=\"{}\"/>\n<polyline class=\"line\" points=\"{}\"/>\n{}{}",
            axes(
                "share of tickets answered",
                "share of answers that are right"
            ),
            band.join(" "),
            line.join(" "),
            run_dot(tally),
            dots.concat()
        ),
        &table(
            &["answered", "right", "95% interval", "minimum probability"],
            &rows,
        ),
    )
}

/// Draws the point of a chosen threshold with its label.
fn threshold_dot(target: f64, found: &Threshold) -> String {
    let precision = count(found.right) / count(found.shown);
    let (x, y) = (x(found.coverage), y(precision));
    format!(
        "<g><title>For {} precision: {} answered, minimum probability {:.3}</title>\
         <circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>\
         <text class=\"dot-label\" x=\"{:.1}\" y=\"{:.1}\">for {}</text></g>\n",
        percent(target),
        percent(found.coverage),
        found.threshold,
        x.min(LEFT + WIDTH - LABEL_HALF),
        y - 11.0,
        percent(target)
    )
}

/// Draws the point of the run itself; nothing when it offered nothing.
fn run_dot(tally: &Tally) -> String {
    let (Some(coverage), Some(precision)) = (tally.coverage(), tally.precision()) else {
        return String::new();
    };
    let (x, y) = (x(coverage.value), y(precision.value));
    format!(
        "<g><title>This run: {} answered, {} right</title>\
         <circle class=\"now\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>\
         <text class=\"now-label\" x=\"{x:.1}\" y=\"{:.1}\">this run</text></g>\n",
        percent(coverage.value),
        percent(precision.value),
        y + 20.0
    )
}

/// Describes the ends of the curve; empty without points.
fn ends_in_words(curve: &[CurvePoint]) -> String {
    let (Some(first), Some(last)) = (curve.first(), curve.last()) else {
        return String::new();
    };
    format!(
        "From {} of tickets answered with {} right to all answered with {} right.",
        percent(first.coverage),
        percent(first.precision),
        percent(last.precision)
    )
}

/// Draws the share of right first answers against their probability, with the diagonal where both are equal.
pub(super) fn reliability(bins: &[ReliabilityBin]) -> String {
    let points: Vec<String> = bins
        .iter()
        .map(|bin| {
            let x = x(bin.probability);
            format!(
                "<g><title>probability {}: {} of {} right</title>\
                 <line class=\"whisker\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>\
                 <circle class=\"dot\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"4.5\"/></g>\n",
                percent(bin.probability),
                percent(bin.right),
                number(bin.tickets),
                y(bin.low),
                y(bin.high),
                y(bin.right)
            )
        })
        .collect();
    let rows: Vec<String> = bins
        .iter()
        .map(|bin| {
            row(&[
                number(bin.tickets),
                percent(bin.probability),
                percent(bin.right),
                format!("{} to {}", percent(bin.low), percent(bin.high)),
            ])
        })
        .collect();
    figure(
        "reliability",
        "Share of right answers against their probability",
        "Points on the diagonal are probabilities that came true.",
        &format!(
            "{}<line class=\"diagonal\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>\n{}",
            axes("probability of the first answer", "share that is right"),
            x(0.0),
            y(0.0),
            x(1.0),
            y(1.0),
            points.concat()
        ),
        &table(
            &["tickets", "mean probability", "right", "95% interval"],
            &rows,
        ),
    )
}

/// Draws the parts of a whole as one bar with a legend. Each part has a class, a name and a size. Returns nothing when all
/// sizes are 0.
pub(super) fn shares(parts: &[(&str, &str, usize)]) -> String {
    let all: usize = parts.iter().map(|(_, _, size)| size).sum();
    if all == 0 {
        return String::new();
    }
    let mut start = 0.0;
    let mut bars = Vec::new();
    let mut legend = Vec::new();
    for (class, name, size) in parts {
        let width = 1_000.0 * count(*size) / count(all);
        bars.push(format!(
            "<rect class=\"{class}\" x=\"{start:.2}\" y=\"0\" width=\"{width:.2}\" height=\"28\"><title>{name}: {}</title></rect>",
            number(*size)
        ));
        start += width;
        legend.push(format!(
            "<li class=\"{class}\"><b>{}</b> {name}</li>\n",
            number(*size)
        ));
    }
    format!(
        "<figure class=\"shares\">\n<svg viewBox=\"0 0 1000 28\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{}</svg>\n\
         <ul>\n{}</ul>\n</figure>\n",
        bars.concat(),
        legend.concat()
    )
}

fn figure(id: &str, title: &str, words: &str, drawing: &str, table: &str) -> String {
    format!(
        "<figure class=\"chart\">\n<svg viewBox=\"0 0 {ALL_WIDTH} {ALL_HEIGHT}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-words\">\n<title id=\"{id}-title\">{title}</title>\n\
         <desc id=\"{id}-words\">{words}</desc>\n{drawing}</svg>\n\
         <details><summary>As a table</summary>{table}</details>\n</figure>\n"
    )
}

/// Draws both axes from 0 to 100%, with a grid line for every fifth.
fn axes(x_name: &str, y_name: &str) -> String {
    let mut axes = Vec::new();
    for fifth in 0..=5_u32 {
        let share = f64::from(fifth) / 5.0;
        let (x, y) = (x(share), y(share));
        axes.push(format!(
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
            LEFT + WIDTH,
            LEFT - 8.0,
            y + 4.0,
            percent(share),
            TOP + HEIGHT + 18.0,
            percent(share)
        ));
    }
    let (middle, bottom) = (TOP + HEIGHT / 2.0, TOP + HEIGHT + 40.0);
    axes.push(format!(
        "<text class=\"axis\" x=\"{:.1}\" y=\"{bottom}\" text-anchor=\"middle\">{x_name}</text>\
         <text class=\"axis\" x=\"12\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 12 {middle})\">{y_name}</text>\n",
        LEFT + WIDTH / 2.0
    ));
    axes.concat()
}

fn table(header: &[&str], rows: &[String]) -> String {
    let cells: Vec<String> = header
        .iter()
        .map(|name| format!("<th scope=\"col\">{name}</th>"))
        .collect();
    format!(
        "<table><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table>",
        cells.concat(),
        rows.concat()
    )
}

fn row(cells: &[String]) -> String {
    format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>"))
}

fn x(share: f64) -> f64 {
    LEFT + WIDTH * share
}

fn y(share: f64) -> f64 {
    TOP + HEIGHT * (1.0 - share)
}

fn at(x_share: f64, y_share: f64) -> String {
    format!("{:.1},{:.1}", x(x_share), y(y_share))
}
