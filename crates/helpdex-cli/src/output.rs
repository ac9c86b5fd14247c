//! What is printed: plain lines, JSON, and the one form of an answer and of a report.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::panic::Location;

use anstyle::{AnsiColor, Style};
use comfy_table::{Table, presets};
use helpdex::confidence::{Interval, RecentDrift};
use helpdex::{ErrorKind, Outcome, Passage, Promise, Reason, Suggestion, Suggestions, Visibility};
use helpdex_eval::metrics::{Figures, RankingFigures};
use helpdex_eval::{
    ColdFigures, EvaluationReport, ExplainedArticle, LabelSource, LengthBand, PeriodFigures,
    TargetReport, WorstTicket,
};
use helpdex_import::{ArticleFiles, ErrorList};
use serde::Serialize;

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const WARNING: Style = AnsiColor::Yellow.on_default();
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Prints a line. A reader that has gone, as `head` does, ends the command quietly.
macro_rules! out {
    ($($argument:tt)*) => {
        finish_line(&writeln!(anstream::stdout(), $($argument)*))
    };
}

/// Prints a line to standard error; when nobody reads that, the exit code still tells.
macro_rules! err {
    ($($argument:tt)*) => {
        let _ = writeln!(anstream::stderr(), $($argument)*);
    };
}

fn finish_line(written: &io::Result<()>) {
    if written.is_err() {
        // There is nobody left to tell.
        std::process::exit(0);
    }
}

/// How much of a passage is shown.
const PASSAGE_CHARS: usize = 400;

/// How many matched words of an article are shown in a report; `--json` has all.
const SHOWN_TERMS: usize = 20;

pub(crate) fn line(text: &str) {
    out!("{}", printable(text));
}

pub(crate) fn warn(text: &str) {
    err!("{WARNING}warning:{WARNING:#} {}", printable(text));
}

/// Tells of what could not be read: the first errors, and how many more there are.
pub(crate) fn warn_of_skipped(skipped: &ErrorList) {
    warn_of_each("skipped ", skipped);
}

/// Tells of what was not read, and of articles that are internal for a key or a line that seems to hide them.
pub(crate) fn warn_of_files(files: &ArticleFiles) {
    warn_of_skipped(&files.skipped);
    warn_of_each("passed over ", &files.passed_over);
    warn_of_each("", &files.made_internal);
}

fn warn_of_each(what: &str, errors: &ErrorList) {
    for error in errors.kept() {
        warn(&format!("{what}{error}"));
    }
    if errors.count_not_kept() > 0 {
        warn(&format!("{what}and {} more", errors.count_not_kept()));
    }
}

/// The first errors as texts, for JSON.
pub(crate) fn texts(errors: &ErrorList) -> Vec<String> {
    errors.kept().iter().map(ToString::to_string).collect()
}

/// What a support lead should know of recent tickets.
pub(crate) fn drift_warning(visibility: Visibility, drift: &RecentDrift) -> String {
    format!(
        "the {} tickets solved since {} are unlike the older ones for {} readers: {} of their first articles are right, \
         where {:.0} would be by their probabilities; a target precision may not hold any more until more of the recent \
         tickets are learned",
        drift.recent,
        drift.since,
        visibility.name(),
        drift.right,
        drift.expected_right
    )
}

pub(crate) fn print_error(error: &(dyn std::error::Error + 'static)) {
    err!("{ERROR}error:{ERROR:#} {}", printable(&error.to_string()));
    let kind = error.downcast_ref().map(helpdex::Error::kind);
    if let Some(hint) = kind.and_then(hint) {
        err!("{FAINT}hint: {hint}{FAINT:#}");
    }
}

/// Returns the commands that the remedy of an error names.
fn hint(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "make a knowledge base with `helpdex build ARTICLES --into KB`",
        ErrorKind::Incomplete => "give all articles with `helpdex build ARTICLES --into KB`",
        ErrorKind::Damaged => {
            "`helpdex check KB` names every damaged file, `helpdex repair KB` begins damaged logs anew, and \
             `helpdex build ARTICLES --into KB` publishes again"
        }
        ErrorKind::OtherVersion => "publish again with `helpdex build ARTICLES --into KB`",
        ErrorKind::OtherOwner => "name the right tenant with `--tenant NAME`",
        _ => return None,
    })
}

/// Tells of a panic.
pub(crate) fn print_bug(place: Option<&Location<'_>>) {
    let place = place.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    err!("{ERROR}error:{ERROR:#} this is a bug in helpdex, at {place}; please report it");
}

pub(crate) fn print_json(value: &impl Serialize) -> serde_json::Result<()> {
    out!("{}", escaped_json(&serde_json::to_string_pretty(value)?));
    Ok(())
}

/// A value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(escaped_json(&serde_json::to_string(value)?))
}

/// The same JSON without signs that steer a terminal: `serde_json` escapes those below the space alone, which is all that
/// JSON asks for. What is escaped here stands in strings only.
fn escaped_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && steers_the_terminal(c) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

pub(crate) fn print_answer(answer: &Suggestions, explain: bool) {
    match &answer.outcome {
        Outcome::Offered { offered } => {
            for (number, suggestion) in (1..).zip(offered) {
                print_suggestion(number, suggestion, explain);
            }
        }
        Outcome::Abstained { reason } => {
            out!(
                "{BOLD}No suggestion.{BOLD:#} {}",
                printable(&reason.to_string())
            );
        }
    }
    if explain {
        print_ranking(answer);
    }
}

fn print_suggestion(number: usize, suggestion: &Suggestion, explain: bool) {
    out!(
        "{number}. {BOLD}{}{BOLD:#}  {FAINT}{:.0}%{FAINT:#}",
        printable(&suggestion.title),
        100.0 * suggestion.probability
    );
    if let Some(passage) = &suggestion.passage {
        if !passage.heading.is_empty() {
            out!("   {FAINT}{}{FAINT:#}", printable(&passage.heading));
        }
        out!("   {}", highlighted(passage));
    }
    let address = suggestion.url.as_deref().unwrap_or(&suggestion.article_id);
    out!("   {FAINT}{}{FAINT:#}", printable(address));
    if explain {
        out!("   {}", printable(&suggestion.explanation()));
        for matched in &suggestion.matched_terms {
            let places: Vec<&str> = matched.places.iter().map(|place| place.name()).collect();
            let term = printable(&matched.term);
            let synonym = matched
                .synonym_of
                .as_deref()
                .map_or(String::new(), |phrase| {
                    format!(", as a synonym of {:?}", printable(phrase))
                });
            let similar = matched.similar_to.as_deref().map_or(String::new(), |word| {
                format!(", like {:?}", printable(word))
            });
            out!("   - {term}: {}{synonym}{similar}", places.join(", "));
        }
    }
}

fn print_ranking(answer: &Suggestions) {
    let locales: Vec<&str> = answer
        .searched_locales
        .iter()
        .map(helpdex::Locale::as_str)
        .collect();
    out!("{FAINT}searched: {}{FAINT:#}", locales.join(", "));
    for article in &answer.ranking {
        out!(
            "{FAINT}{:.3}  {}{FAINT:#}",
            article.probability,
            printable(&article.article_id)
        );
    }
}

/// The passage on one line, cut to a readable length around its first highlight.
fn highlighted(passage: &Passage) -> String {
    let mut shown = String::new();
    let first = passage.highlights.first().map_or(0, |range| range.start);
    let start = passage.text[..first]
        .rfind(['\n', '.'])
        .map_or(0, |before| before + 1);
    let length = passage.text[start..]
        .char_indices()
        .nth(PASSAGE_CHARS)
        .map_or(passage.text.len() - start, |(offset, _)| offset);
    let end = start + length;
    let mut at = start;
    for range in passage.highlights.iter().filter(|range| range.end <= end) {
        let _ = write!(
            shown,
            "{}{BOLD}{}{BOLD:#}",
            printable(&passage.text[at..range.start]),
            printable(&passage.text[range.clone()])
        );
        at = range.end;
    }
    shown.push_str(&printable(&passage.text[at..end]));
    if end < passage.text.len() {
        shown.push('…');
    }
    shown
}

pub(crate) fn print_report(report: &EvaluationReport) {
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
    print_order(report);
    if let Some(target) = &report.target {
        print_target(target, figures);
    }
    if let Some(cold) = &report.cold {
        print_cold(cold);
    }
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
    out!("{table}");
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

/// The figures of order beside those of the baselines.
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
    out!("{table}");
}

/// From what each threshold was chosen, and what the target precision led to.
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
            format!("{} ({source})", chosen.labels),
        ]);
        let outcome = match (&chosen.threshold, &chosen.missing) {
            (Some(found), _) => format!(
                "{:.3}: {} of {} labels right, coverage {:.3}",
                found.threshold, found.right, found.shown, found.coverage
            ),
            (None, Some(missing)) => format!("none: {missing}"),
            (None, None) => "none".to_owned(),
        };
        table.add_row(["threshold".to_owned(), outcome]);
    }
    let (of_what, precision) = match target.promise {
        Promise::First => ("precision of what is shown", figures.selective_precision),
        Promise::Any => ("any shown is right", figures.any_right_precision),
    };
    for (name, value) in [("coverage", figures.coverage), (of_what, precision)] {
        table.add_row([name.to_owned(), with_interval(value)]);
    }
    out!("{table}");
}

/// The order of articles that nothing was learned of, and that of the others.
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
    out!("{table}");
}

/// The main figures of parts of the tickets.
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
    out!("{table}");
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
    out!("\n{BOLD}The worst tickets{BOLD:#}, by nDCG@10");
    for ticket in worst {
        let reason = ticket
            .reason
            .as_ref()
            .map_or(String::new(), |reason| format!(": {}", reason_text(reason)));
        out!(
            "\n{BOLD}{}{BOLD:#}  {FAINT}nDCG@10 {:.3}, {}{reason}{FAINT:#}",
            printable(&ticket.query_id),
            ticket.ndcg_at_10,
            ticket.outcome
        );
        out!("  {}", printable(&ticket.extract));
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
    out!(
        "  {name:<8}  {} {FAINT}({}){FAINT:#}, {place}",
        printable(title),
        printable(&article.id)
    );
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
    out!("            {FAINT}words: {terms}{FAINT:#}");
}

/// The reason as the outcomes have it, with spaces.
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

/// Text from outside, which must not steer the terminal. All of it goes through here, or is [`escaped_json`].
fn printable(text: &str) -> String {
    let shown = |c| if steers_the_terminal(c) { ' ' } else { c };
    text.chars().map(shown).collect()
}

/// Control characters, with which escape sequences begin, separators of lines, and marks that reorder text.
fn steers_the_terminal(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}') || c.is_control()
}
