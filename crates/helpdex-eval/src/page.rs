//! Writes the report of an evaluation for people, as one HTML page that loads no other files.
//!
//! The page has no script, and its content security policy forbids scripts, because tickets are hostile text. The page
//! contains extracts of tickets.

mod advice;
mod chart;
mod examples;
mod numbers;
mod overview;
mod tables;
mod tally;
mod target;
mod trust;

use helpdex::confidence::LabelledPredictions;

use self::tally::Tally;
use crate::evaluation::Evaluation;
use crate::html::page_start;

const STYLE: &str = include_str!("page/style.css");

/// Returns the report of an evaluation as an HTML page in UTF-8.
///
/// Text from tickets and articles is escaped, and its control characters and bidirectional marks are removed. The same
/// evaluation always gives the same page.
#[must_use]
pub fn html_page(evaluation: &Evaluation) -> String {
    let tally = Tally::new(&evaluation.tickets);
    let labelled = LabelledPredictions::new(
        evaluation
            .tickets
            .iter()
            .map(|ticket| ticket.judged.prediction()),
    );
    let parts = [
        page_start(
            &format!("Helpdex evaluation: {}", evaluation.report.split),
            STYLE,
        ),
        overview::header(&evaluation.report, &tally),
        overview::overview(&tally),
        target::section(evaluation.report.target.as_ref()),
        advice::section(&evaluation.report.curve, &labelled, &tally),
        trust::section(&evaluation.report),
        tables::comparison(&evaluation.report),
        tables::periods(&evaluation.report.by_period),
        tables::locales(&evaluation.report.by_locale),
        examples::section(evaluation),
        FOOTER.to_owned(),
        "</main>\n</body>\n</html>\n".to_owned(),
    ];
    parts.concat()
}

const FOOTER: &str = "<footer>\n<p>A share in grey, such as <span class=\"interval\">21 to 33%</span>, is its 95% \
     interval: how far it could lie elsewhere by chance with so many tickets. An answer is right when its first article \
     is one that people judged to help; an article that nobody judged counts as wrong, so that the truth is rather \
     better.</p>\n<p>This page holds extracts of tickets: share it as you would share those. It was written by \
     <code>helpdex eval --report</code>, and loads nothing.</p>\n</footer>\n";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::evaluated_ticket::EvaluatedTicket;
    use crate::evaluation::EvaluationReport;
    use crate::metrics::{JudgedTicket, figures, reliability};
    use crate::outcome::QueryOutcome;
    use crate::target::{ChosenThreshold, LabelSource, TargetReport};
    use helpdex::Ticket;
    use helpdex::confidence::Incoming;

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
                figures_by_id: figures.clone(),
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
            let found = right(labels).threshold(0.8, 0.95, &Incoming::default());
            ChosenThreshold {
                labels: labels.into(),
                unlinked: 0,
                grounds: right(labels).grounds(&Incoming::default()),
                threshold: found.ok(),
                missing: found.err(),
                by_unlinked: Vec::new(),
                by_share: Vec::new(),
            }
        };
        run.report.target = Some(TargetReport {
            target_precision: 0.8,
            promise: helpdex::confidence::Promise::First,
            confidence_level: 0.95,
            incoming: Incoming::default(),
            labels_from: LabelSource::Learned,
            chosen: vec![chosen(50), chosen(5)],
        });
        let page = html_page(&run);
        for part in [
            "A precision of 80% was asked for",
            "95% confidence",
            "minimum probability 0.000, which 100% of tickets reach, from 50 labelled tickets",
            "none could be chosen: not enough data",
            "from 5 labelled tickets",
            "the labelled tickets are like those that come in",
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
