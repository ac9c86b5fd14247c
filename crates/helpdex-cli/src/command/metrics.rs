//! `helpdex metrics`.

use std::io::BufReader;
use std::path::PathBuf;

use clap::Args;
use helpdex_import::read_events;
use helpdex_insight::metrics::{
    Dimension, Figures, HoldOutEffect, LivePrecision, MetricOptions, MetricReport, MoneyRange,
    Range, Rate, metrics,
};

use crate::arguments::{KnowledgeBaseArguments, one_of};
use crate::failure::Failure;
use crate::input::open;
use crate::output;

/// The events are those that `helpdex record` stored, or those of a file. An attempt is a visit in which articles were
/// offered, or for which none were found, with all of its events within the window.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex metrics kb --window-hours 72
  helpdex metrics kb --window-hours 24 --by week --by surface --json
  helpdex metrics kb --window-hours 72 --cost-per-ticket 5..20")]
pub(crate) struct Metrics {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// File of JSON lines to read instead of the recorded events; - reads standard input
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Hours after an attempt within which a ticket counts against it
    #[arg(long, value_name = "HOURS")]
    window_hours: u32,
    /// Dimension whose values the report shows separately; can be given several times
    #[arg(long, value_parser = one_of(&Dimension::ALL, Dimension::name))]
    by: Vec<Dimension>,
    /// Lowest and highest cost of a ticket, by your own estimate
    #[arg(long, value_name = "LOW..HIGH", value_parser = range)]
    cost_per_ticket: Option<Range>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Metrics {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let options = MetricOptions {
            dimensions: self.by,
            cost_per_ticket: self.cost_per_ticket,
            ..MetricOptions::of_window(self.window_hours)
        };
        let report = match &self.events {
            Some(path) => {
                let (file, _) = open(path)?;
                metrics(read_events(BufReader::new(file), path), &options)?
            }
            None => metrics(self.kb.open()?.events()?, &options)?,
        };
        if self.json {
            output::print_json(&report)?;
        } else {
            print(&report);
        }
        Ok(())
    }
}

/// Reads `5..20`.
fn range(text: &str) -> Result<Range, String> {
    let parsed = text.split_once("..").and_then(|(low, high)| {
        let (low, high): (f64, f64) = (low.parse().ok()?, high.parse().ok()?);
        (low.is_finite() && high.is_finite() && (0.0..=high).contains(&low))
            .then_some(Range { low, high })
    });
    parsed.ok_or_else(|| "write it like 5..20, the least cost first".to_owned())
}

fn print(report: &MetricReport) {
    output::line(&format!("window: {} hours", report.window_hours));
    print_figures(&report.overall);
    for slice in &report.slices {
        let value = if slice.value.is_empty() {
            "not stated"
        } else {
            &slice.value
        };
        output::line("");
        output::line(&format!("{} {value}", slice.dimension.name()));
        print_figures(&slice.figures);
    }
}

fn print_figures(figures: &Figures) {
    let rates = [
        ("offered, of attempts", figures.offer_rate),
        ("viewed, of offered", figures.view_rate),
        ("opened or solved, of offered", figures.click_rate),
        ("solved, of offered", figures.resolution_rate),
        ("ticket within the window, of offered", figures.ticket_rate),
    ];
    for (name, rate) in rates {
        output::line(&format!("  {name}: {}", shown(rate)));
    }
    let deflection = figures.deflection;
    output::line(&format!(
        "  deflection: {} confirmed, {} potential, {} none, {} unseen",
        deflection.confirmed, deflection.potential, deflection.none, deflection.unseen
    ));
    if let Some(ratio) = figures.self_service_ratio {
        output::line(&format!("  visits for one visit with a ticket: {ratio:.1}"));
    }
    if let Some(precision) = &figures.live_precision {
        print_live_precision(precision);
    }
    if let Some(effect) = &figures.hold_out {
        print_hold_out(effect);
    }
    if let Some(MoneyRange {
        low,
        high,
        cost_per_ticket,
        ..
    }) = figures.cost_saved
    {
        output::line(&format!(
            "  cost of tickets that did not come: {low:.0} to {high:.0}, if a ticket costs {} to {}",
            cost_per_ticket.low, cost_per_ticket.high
        ));
    }
}

fn print_live_precision(live: &LivePrecision) {
    let promised = live
        .promised
        .map_or(String::new(), |p| format!(", promised {:.0}%", p * 100.0));
    let alarm = if live.is_broken {
        ": the promise does not hold"
    } else {
        ""
    };
    output::line(&format!(
        "  first article right, of judged: {}{promised}{alarm}",
        shown(live.precision)
    ));
}

fn print_hold_out(effect: &HoldOutEffect) {
    let avoided = effect.avoided;
    output::line(&format!(
        "  caused: {:.1} tickets avoided for 100 requesters ({:.1} to {:.1}); with a ticket {} shown, {} held out",
        avoided.value * 100.0,
        avoided.low * 100.0,
        avoided.high * 100.0,
        shown(effect.shown),
        shown(effect.held_out)
    ));
}

fn shown(rate: Rate) -> String {
    let Rate {
        count,
        of,
        interval,
        ..
    } = rate;
    let Some(interval) = interval else {
        return format!("{count} of {of}");
    };
    format!(
        "{count} of {of}, {:.0}% ({:.0} to {:.0}%)",
        interval.value * 100.0,
        interval.low * 100.0,
        interval.high * 100.0
    )
}
