//! The report for people: a run over judged tickets as one page, which needs nothing beside itself.
//!
//! The page has no script, and its policy forbids one: tickets are hostile text. It holds extracts of tickets.

mod advice;
mod chart;
mod examples;
mod numbers;
mod target;

use std::collections::BTreeMap;

use helpdex::confidence::{Interval, LabelledPredictions, clopper_pearson};
use helpdex::{Locale, escape_html};

use self::numbers::{number, percent, percent_interval, plural};
use crate::evaluated_ticket::EvaluatedTicket;
use crate::evaluation::{Evaluation, EvaluationReport, PeriodFigures};
use crate::metrics::{Figures, RankingFigures};

const STYLE: &str = include_str!("page/style.css");

/// The page of a run, as HTML in UTF-8.
///
/// What came from outside is escaped, and control characters and marks that reorder text are taken out. The same run
/// gives the same page.
#[must_use]
pub fn html_page(evaluation: &Evaluation) -> String {
    let tally = Tally::of(&evaluation.tickets);
    let labelled = LabelledPredictions::new(
        evaluation
            .tickets
            .iter()
            .map(|ticket| ticket.judged.prediction()),
    );
    let split = escape_html(&evaluation.report.split);
    let parts = [
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>Helpdex evaluation: {split}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
        ),
        header(&evaluation.report, &tally),
        overview(&tally),
        target::section(evaluation.report.target.as_ref()),
        advice::section(&evaluation.report.curve, &labelled, &tally),
        trust(&evaluation.report),
        comparison(&evaluation.report),
        periods(&evaluation.report.by_period),
        locales(&evaluation.report.by_locale),
        examples::section(evaluation),
        FOOTER.to_owned(),
        "</main>\n</body>\n</html>\n".to_owned(),
    ];
    parts.concat()
}

/// How many tickets ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Tally {
    tickets: usize,
    offered: usize,
    /// Offers whose first article is right.
    right: usize,
    /// Tickets that a right article exists for.
    answerable: usize,
    /// Of these, the ones that got no offer.
    silent_answerable: usize,
    /// Of these, the ones with a right article among the first three, shown or not.
    in_first_three: usize,
    /// Tickets that a human marked as having no answer.
    unanswerable: usize,
    /// Offers to these.
    false_offers: usize,
}

impl Tally {
    fn of(tickets: &[EvaluatedTicket]) -> Self {
        let mut tally = Self::default();
        for EvaluatedTicket { judged, .. } in tickets {
            let is_offered = !judged.offered.is_empty();
            let is_answerable = judged.is_answerable();
            let is_unanswerable = judged.unanswerable.is_some();
            let mut first_three = judged.ranking.iter().take(3);
            tally.tickets += 1;
            tally.offered += usize::from(is_offered);
            tally.right += usize::from(judged.is_right(judged.first_offered()));
            tally.answerable += usize::from(is_answerable);
            tally.silent_answerable += usize::from(is_answerable && !is_offered);
            tally.in_first_three += usize::from(first_three.any(|id| judged.is_right(Some(id))));
            tally.unanswerable += usize::from(is_unanswerable);
            tally.false_offers += usize::from(is_unanswerable && is_offered);
        }
        tally
    }

    fn silent_unanswerable(&self) -> usize {
        self.tickets - self.offered - self.silent_answerable
    }

    fn coverage(&self) -> Option<Interval> {
        clopper_pearson(self.offered, self.tickets)
    }

    fn precision(&self) -> Option<Interval> {
        clopper_pearson(self.right, self.offered)
    }
}

fn header(report: &EvaluationReport, tally: &Tally) -> String {
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

fn overview(tally: &Tally) -> String {
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

fn trust(report: &EvaluationReport) -> String {
    let figures = &report.figures;
    let (Some(error), Some(by_chance)) = (
        figures.calibration_error,
        figures.expected_calibration_error,
    ) else {
        return String::new();
    };
    // How much more than chance is called a fault is a choice of words, not a test.
    let verdict = if error <= 1.5 * by_chance {
        "That is about what chance alone would show: the probabilities can be taken at their word."
    } else if error <= 0.1 {
        "That is more than chance alone would show: take the probabilities as a good guide, not to the point."
    } else {
        "That is much more than chance alone would show: choose thresholds from labelled tickets, as above, and do not \
         read the probabilities as shares."
    };
    let mean: f64 = report
        .reliability
        .iter()
        .map(|bin| bin.probability - bin.right)
        .sum();
    let lean = if error <= 1.5 * by_chance {
        ""
    } else if mean > 0.0 {
        " On the whole they are too high."
    } else {
        " On the whole they are too low."
    };
    format!(
        "<section>\n<h2>Can the probabilities be trusted?</h2>\n<div class=\"beside\">\n{}<div>\n\
         <p>Each point is a tenth of the tickets. On the line, of the tickets with a first answer at 60% probability \
         60% get a right one; below the line the probabilities are too high.</p>\n\
         <p>The mean distance from the line is <b>{error:.3}</b>; a perfect model would show {by_chance:.3} by chance \
         with so many tickets. {verdict}{lean}</p>\n</div>\n</div>\n</section>\n",
        chart::reliability(&report.reliability)
    )
}

fn comparison(report: &EvaluationReport) -> String {
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
    let figure = |interval: Option<Interval>| {
        interval.map_or("–".to_owned(), |figure| {
            format!(
                "{:.2} <span class=\"interval\">{:.2} to {:.2}</span>",
                figure.value, figure.low, figure.high
            )
        })
    };
    format!(
        "<tr><th scope=\"row\">{name}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        share(figures.precision_at_1),
        figures.macro_precision_at_1.map_or("–".to_owned(), percent),
        share(figures.recall_at_5),
        figure(figures.mrr_at_10),
        figure(figures.ndcg_at_10),
    )
}

/// One row a part of the time; nothing but in a back-test.
fn periods(by_period: &[PeriodFigures]) -> String {
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

/// One row a locale; nothing where there is but one.
fn locales(by_locale: &BTreeMap<Locale, Figures>) -> String {
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

/// A table of parts of the tickets; nothing where there is but one.
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

/// A share with its interval, as a cell of a table.
fn share(interval: Option<Interval>) -> String {
    interval.map_or("–".to_owned(), |share| {
        format!(
            "{} <span class=\"interval\">{}</span>",
            percent(share.value),
            percent_interval(&share)
        )
    })
}

const FOOTER: &str = "<footer>\n<p>A share in grey, such as <span class=\"interval\">21 to 33%</span>, is its 95% \
     interval: how far it could lie elsewhere by chance with so many tickets. An answer is right when its first article \
     is one that people judged to help; an article that nobody judged counts as wrong, so that the truth is rather \
     better.</p>\n<p>This page holds extracts of tickets: share it as you would share those. It was written by \
     <code>helpdex eval --report</code>, and loads nothing.</p>\n</footer>\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{JudgedTicket, figures, reliability};
    use crate::outcome::QueryOutcome;
    use crate::target::{ChosenThreshold, LabelSource, TargetReport};
    use helpdex::Ticket;

    const HOSTILE: &str = "</bdi><script>alert(1)</script> \"'&\u{202E}\u{2066}\u{1B}[2J\0";

    fn ticket(
        text: &str,
        offered: bool,
        probability: f64,
        relevant: Option<&str>,
    ) -> EvaluatedTicket {
        EvaluatedTicket {
            ticket: Ticket::from_text(text),
            judged: JudgedTicket {
                ranking: vec!["a".to_owned()],
                top_probability: probability,
                answerable_probability: probability,
                offered: offered.then(|| "a".to_owned()).into_iter().collect(),
                grades: relevant.map(|id| (id.to_owned(), 1)).into_iter().collect(),
                unanswerable: relevant.is_none().then(|| HOSTILE.to_owned()),
            },
        }
    }

    fn evaluation(tickets: Vec<EvaluatedTicket>) -> Evaluation {
        let judged: Vec<JudgedTicket> = tickets.iter().map(|t| t.judged.clone()).collect();
        let predictions: Vec<(f64, bool)> = judged.iter().map(JudgedTicket::prediction).collect();
        let figures = figures(&judged, 1);
        Evaluation {
            report: EvaluationReport {
                split: HOSTILE.to_owned(),
                learned: false,
                articles: 2,
                empty_articles: 0,
                popularity: None,
                cold: None,
                plain_bm25: figures.ranking.clone(),
                target: None,
                curve: LabelledPredictions::new(predictions.iter().copied()).curve(),
                reliability: reliability(&predictions),
                by_locale: BTreeMap::new(),
                by_length: Vec::new(),
                by_period: Vec::new(),
                worst: Vec::new(),
                figures,
            },
            outcomes: Vec::<QueryOutcome>::new(),
            tickets,
            titles: [("a", HOSTILE), ("b", "Ziemlich <b>anders</b>")]
                .map(|(id, title)| (id.to_owned(), title.to_owned()))
                .into(),
        }
    }

    /// Asserts that each element is closed in the place where it was opened, and that nothing else is.
    fn check_nested(page: &str) {
        let mut open: Vec<&str> = Vec::new();
        for tag in page.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap();
            let name = tag
                .split([' ', '/', '\n'])
                .find(|part| !part.is_empty())
                .unwrap();
            let is_void = ["!doctype", "meta", "br"].contains(&name) || tag.ends_with('/');
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "<{tag}>");
            } else if !is_void {
                open.push(name);
            }
        }
        assert_eq!(open, [""; 0]);
    }

    fn page_of_four_kinds() -> String {
        let mut run = evaluation(vec![
            ticket(HOSTILE, true, 0.9, Some("a")),
            ticket(HOSTILE, true, 0.7, Some("b")),
            ticket("", false, 0.4, Some("b")),
            ticket(HOSTILE, false, 0.1, None),
        ]);
        let of_locale = |locale: &str, tickets: &[EvaluatedTicket]| {
            let judged: Vec<JudgedTicket> = tickets.iter().map(|t| t.judged.clone()).collect();
            (locale.parse().unwrap(), figures(&judged, 1))
        };
        let (english, german) = run.tickets.split_at(3);
        run.report.by_locale = [of_locale("en", english), of_locale("de", german)].into();
        html_page(&run)
    }

    #[test]
    fn a_page_says_what_happened() {
        let page = page_of_four_kinds();
        for part in [
            "Helpdex would have answered 50% of these tickets, and 50% of its answers were right.",
            "2 of 4 tickets",
            "there are not enough labels",
            "4 tickets labelled, at least about 29 needed",
            "Answered, right",
            "Answered, wrong",
            "Silent, though an article helps",
            "Silent, and nothing helps",
            "an empty ticket",
            "Ziemlich &lt;b&gt;anders&lt;/b&gt;",
            "<th scope=\"row\">de</th><td>1</td><td>0%",
            "<th scope=\"row\">en</th><td>3</td><td>67%",
        ] {
            assert!(page.contains(part), "{part:?} is missing: {page}");
        }
    }

    #[test]
    fn a_page_says_what_became_of_a_target_precision() {
        let mut run = evaluation(vec![ticket("", true, 0.9, Some("a"))]);
        let right = |n: u8| LabelledPredictions::new((0..n).map(|n| (f64::from(n) / 100.0, true)));
        let chosen = |labels: u8| {
            let found = right(labels).threshold(0.8, 0.95);
            ChosenThreshold {
                labels: labels.into(),
                threshold: found.ok(),
                missing: found.err(),
            }
        };
        run.report.target = Some(TargetReport {
            target_precision: 0.8,
            promise: helpdex::Promise::First,
            confidence_level: 0.95,
            labels_from: LabelSource::Learned,
            chosen: vec![chosen(50), chosen(5)],
        });
        let page = html_page(&run);
        for part in [
            "A precision of 80% was asked for",
            "95% confidence",
            "minimum probability 0.000, chosen from 50 labelled tickets",
            "from 5 labelled tickets none could be chosen: not enough data",
        ] {
            assert!(page.contains(part), "{part:?} is missing: {page}");
        }
        check_nested(&page);
    }

    #[test]
    fn nothing_of_a_ticket_is_markup() {
        let page = page_of_four_kinds();
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&amp;"));
        assert!(!page.to_lowercase().contains("<script"));
        assert!(!page.contains(['\u{202E}', '\u{2066}', '\u{1B}', '\0']));
        check_nested(&page);
    }

    #[test]
    fn a_page_loads_nothing() {
        let page = page_of_four_kinds();
        for part in ["http:", "https:", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(part), "{part:?}");
        }
    }

    #[test]
    fn a_run_without_tickets_or_offers_has_a_page() {
        let page = html_page(&evaluation(Vec::new()));
        assert!(page.contains("There was no ticket to answer."));
        assert!(!page.contains("NaN"));
        check_nested(&page);
        let page = html_page(&evaluation(vec![ticket("", false, 0.0, None)]));
        assert!(page.contains("Helpdex would have answered none of 1 ticket."));
        assert!(!page.contains("NaN"));
        check_nested(&page);
    }
}
