//! Prints the report of an evaluation as tables.

use comfy_table::{Table, presets};
use helpdex::Reason;
use helpdex::confidence::{Interval, NoThreshold, Promise, Threshold};
use helpdex_eval::metrics::{Figures, RankingFigures};
use helpdex_eval::{
    ColdFigures, EvaluationReport, ExplainedArticle, LabelSource, LengthBand, PeriodFigures,
    SharePrecision, TargetReport, WorstTicket,
};

use crate::output::{BOLD, FAINT, line, printable, styled};

/// The number of matched words that are shown per article; `--json` has all.
const SHOWN_TERMS: usize = 20;

/// Prints all tables of a report.
pub(crate) fn print_report(report: &EvaluationReport) {
    print_heading(report);
    print_order(report);
    print_by_id(report);
    if let Some(target) = &report.target {
        print_target(target, &report.figures);
    }
    if let Some(cold) = &report.cold {
        print_cold(cold);
    }
    print_probabilities(&report.figures);
    if !report.by_period.is_empty() {
        print_periods(&report.by_period);
    }
    if report.by_locale.len() > 1 {
        let by_locale = report.by_locale.iter();
        print_slices(
            "locale of the ticket",
            by_locale.map(|(locale, figures)| (locale.to_string(), figures)),
        );
    }
    if report.by_length.len() > 1 {
        let by_length = report.by_length.iter();
        print_slices(
            "words of the ticket",
            by_length.map(|band| (range(band), &band.figures)),
        );
    }
    print_worst(&report.worst);
}

/// Prints the heading: the split or back-test, and the numbers of tickets and articles.
fn print_heading(report: &EvaluationReport) {
    let figures = &report.figures;
    let (which, learned) = if !report.by_period.is_empty() {
        (
            "back-test".to_owned(),
            "each answered by what was known before",
        )
    } else if report.learned {
        (
            format!("split {}", report.split),
            "learned from the train split",
        )
    } else {
        (format!("split {}", report.split), "nothing learned")
    };
    line(&format!(
        "{which}: {} queries ({} answerable, {} marked as without answer), {} articles, {learned}",
        figures.tickets, figures.answerable, figures.unanswerable, report.articles,
    ));
}

/// Prints the figures of coverage, precision and probabilities.
fn print_probabilities(figures: &Figures) {
    let mut table = new_table(&["silence and probabilities", "value"]);
    for (name, value) in [
        ("coverage", with_interval(figures.coverage)),
        (
            "selective precision",
            with_interval(figures.selective_precision),
        ),
        ("false-offer rate", with_interval(figures.false_offer_rate)),
        ("AUROC answerable", plain(figures.auroc_answerable)),
        (
            "AUROC any article answers",
            plain(figures.auroc_any_article),
        ),
        ("AUROC first answer right", plain(figures.auroc_right)),
        ("calibration error", plain(figures.calibration_error)),
        ("  by chance", plain(figures.expected_calibration_error)),
        ("Brier score", plain(figures.brier_score)),
        (
            "  of the base rate",
            plain(figures.brier_score_of_base_rate),
        ),
    ] {
        table.add_row([name.to_owned(), value]);
    }
    for (kind, value) in &figures.auroc_answerable_by_kind {
        table.add_row([
            format!("  AUROC against {}", printable(kind)),
            plain(Some(*value)),
        ]);
    }
    styled(format_args!("{table}"));
}

/// Prints the ranking figures beside those of the baselines.
fn print_order(report: &EvaluationReport) {
    type Figure = fn(&RankingFigures) -> String;
    const FIGURES: [(&str, Figure); 6] = [
        ("nDCG@10", |figures| with_interval(figures.ndcg_at_10)),
        ("MRR@10", |figures| with_interval(figures.mrr_at_10)),
        ("MAP@10", |figures| with_interval(figures.map_at_10)),
        ("recall@5", |figures| with_interval(figures.recall_at_5)),
        ("precision@1", |figures| {
            with_interval(figures.precision_at_1)
        }),
        ("macro precision@1", |figures| {
            plain(figures.macro_precision_at_1)
        }),
    ];
    let mut header = vec!["order of the articles", "helpdex", "plain BM25"];
    let mut compared = vec![&report.figures.ranking, &report.plain_bm25];
    if let Some(popularity) = &report.popularity {
        header.push("popularity");
        compared.push(popularity);
    }
    let mut table = new_table(&header);
    for (name, figure) in FIGURES {
        let values = compared.iter().map(|figures| figure(figures));
        table.add_row([name.to_owned()].into_iter().chain(values));
    }
    styled(format_args!("{table}"));
}

/// Prints the labels and thresholds of the target precision, and the precision and coverage that they led to.
fn print_target(target: &TargetReport, figures: &Figures) {
    let name = format!(
        "target precision {} at confidence {}",
        target.target_precision, target.confidence_level
    );
    let source = match target.labels_from {
        LabelSource::Dev => "dev",
        LabelSource::DevAndLearned => "dev and learned",
        LabelSource::Learned => "learned",
    };
    let mut table = new_table(&[&name, "value"]);
    for chosen in &target.chosen {
        table.add_row([
            "labelled tickets".to_owned(),
            match chosen.unlinked {
                0 => format!("{} ({source})", chosen.labels),
                unlinked => format!("{} and {unlinked} unlinked ({source})", chosen.labels),
            },
        ]);
        table.add_row(["grounds".to_owned(), chosen.grounds.to_string()]);
        let outcome = threshold_words(chosen.threshold.as_ref(), chosen.missing.as_ref());
        table.add_row(["threshold".to_owned(), outcome]);
        for other in &chosen.by_unlinked {
            table.add_row([
                format!("unlinked as {}", other.unlinked.name()),
                threshold_words(other.threshold.as_ref(), other.missing.as_ref()),
            ]);
        }
        for SharePrecision {
            answerable_share,
            precision,
            ..
        } in &chosen.by_share
        {
            table.add_row([
                format!("if {:.0}% have an article", 100.0 * answerable_share),
                format!("precision {precision:.3} on the labels"),
            ]);
        }
    }
    let (of_what, precision) = match target.promise {
        Promise::First => ("precision of what is shown", figures.selective_precision),
        Promise::Any => ("any shown is right", figures.any_right_precision),
    };
    for (name, value) in [("coverage", figures.coverage), (of_what, precision)] {
        table.add_row([name.to_owned(), with_interval(value)]);
    }
    styled(format_args!("{table}"));
}

/// Prints the figures without copies and translations of the judged articles, where these add something.
fn print_by_id(report: &EvaluationReport) {
    let (all, by_id) = (&report.figures.ranking, &report.figures_by_id.ranking);
    if all != by_id {
        line(&format!(
            "the judged article itself, without its copies and translations: nDCG@10 {}, precision@1 {}",
            with_interval(by_id.ndcg_at_10),
            with_interval(by_id.precision_at_1)
        ));
    }
}

fn threshold_words(found: Option<&Threshold>, missing: Option<&NoThreshold>) -> String {
    match (found, missing) {
        (Some(found), _) => format!(
            "{:.3}: {} of {} labels right, coverage {:.3}",
            found.threshold, found.right, found.shown, found.coverage
        ),
        (None, Some(missing)) => format!("none: {missing}"),
        (None, None) => "none".to_owned(),
    }
}

/// Prints the ranking figures of articles without and with learned tickets.
fn print_cold(cold: &ColdFigures) {
    let mut table = new_table(&["right articles", "tickets", "nDCG@10", "precision@1"]);
    for (name, tickets, figures) in [
        ("nothing learned of them", cold.cold_tickets, &cold.cold),
        ("the others", cold.warm_tickets, &cold.warm),
    ] {
        table.add_row([
            name.to_owned(),
            tickets.to_string(),
            with_interval(figures.ndcg_at_10),
            with_interval(figures.precision_at_1),
        ]);
    }
    styled(format_args!("{table}"));
}

/// Prints a table with the main figures of groups of tickets, one row for each group.
fn print_slices<'a>(name: &str, slices: impl Iterator<Item = (String, &'a Figures)>) {
    let mut table = new_table(&[
        name,
        "tickets",
        "answerable",
        "nDCG@10",
        "precision@1",
        "coverage",
        "selective precision",
    ]);
    for (slice, figures) in slices {
        table.add_row([
            slice,
            figures.tickets.to_string(),
            figures.answerable.to_string(),
            with_interval(figures.ranking.ndcg_at_10),
            with_interval(figures.ranking.precision_at_1),
            plain(figures.coverage.map(|coverage| coverage.value)),
            with_interval(figures.selective_precision),
        ]);
    }
    styled(format_args!("{table}"));
}

fn print_periods(periods: &[PeriodFigures]) {
    print_slices(
        "tickets from, to, after so many verdicts",
        periods.iter().map(|period| {
            let (from, until) = (period.from.date(), period.until.date());
            let name = format!("{from} to {until}, after {}", period.known_verdicts);
            (name, &period.figures)
        }),
    );
}

fn range(band: &LengthBand) -> String {
    match band.max_words {
        Some(max) => format!("{} to {max}", band.min_words),
        None => format!("{} or more", band.min_words),
    }
}

fn print_worst(worst: &[WorstTicket]) {
    if worst.is_empty() {
        return;
    }
    styled(format_args!(
        "\n{BOLD}The worst tickets{BOLD:#}, by nDCG@10"
    ));
    for ticket in worst {
        let reason = ticket
            .reason
            .as_ref()
            .map_or(String::new(), |reason| format!(": {}", reason_text(reason)));
        styled(format_args!(
            "\n{BOLD}{}{BOLD:#}  {FAINT}nDCG@10 {:.3}, {}{reason}{FAINT:#}",
            printable(&ticket.query_id),
            ticket.ndcg_at_10,
            ticket.outcome
        ));
        styled(format_args!("  {}", printable(&ticket.extract)));
        print_explained("expected", &ticket.expected);
        if let Some(first) = &ticket.first {
            print_explained("first", first);
        }
    }
}

fn print_explained(name: &str, article: &ExplainedArticle) {
    let place = match (article.rank, article.probability) {
        (Some(rank), Some(probability)) => format!("rank {rank}, {:.0}%", 100.0 * probability),
        _ => "not in the first 10".to_owned(),
    };
    let title = article.title.as_deref().unwrap_or("not among the articles");
    styled(format_args!(
        "  {name:<8}  {} {FAINT}({}){FAINT:#}, {place}",
        printable(title),
        printable(&article.id)
    ));
    let terms: Vec<String> = article
        .matched_terms
        .iter()
        .map(|matched| printable(&matched.term))
        .collect();
    let terms = match terms.split_at_checked(SHOWN_TERMS) {
        Some((shown, rest)) if !rest.is_empty() => {
            format!("{} and {} more", shown.join(", "), rest.len())
        }
        _ if terms.is_empty() => "none".to_owned(),
        _ => terms.join(", "),
    };
    styled(format_args!("            {FAINT}words: {terms}{FAINT:#}"));
}

/// Returns the name of a reason with spaces.
fn reason_text(reason: &Reason) -> String {
    reason.name().replace('_', " ")
}

fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(header.to_vec());
    table
}

fn with_interval(interval: Option<Interval>) -> String {
    interval.map_or("-".to_owned(), |i| {
        format!("{:.3} ({:.3} to {:.3})", i.value, i.low, i.high)
    })
}

fn plain(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.3}"))
}
