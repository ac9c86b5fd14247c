//! Figures by locale and by length of the ticket, which show where the answers are good and where they are not.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::Article;
use helpdex_text::{Analysis, Analyzer, Locale, detect_language};
use serde::Serialize;

use crate::data_set::{DataSet, JudgedQuery};
use crate::metrics::{Figures, JudgedTicket, figures};

/// The figures of tickets of similar length.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LengthBand {
    /// The lower bound of the band, inclusive: the number of words of a ticket after cleaning. A joined word such as
    /// `file.txt` counts once.
    pub min_words: usize,
    /// The upper bound of the band, inclusive; `None` for the last band.
    pub max_words: Option<usize>,
    /// The figures of the tickets whose length is in this band.
    pub figures: Figures,
}

/// The bounds of the bands, inclusive, in words: a search, a sentence or two, a message, and a letter or pasted text.
const BANDS: [(usize, Option<usize>); 4] =
    [(0, Some(9)), (10, Some(29)), (30, Some(99)), (100, None)];

/// The figures of the tickets of each locale and of each length.
pub(crate) struct Breakdown {
    pub by_locale: BTreeMap<Locale, Figures>,
    pub by_length: Vec<LengthBand>,
}

impl Breakdown {
    /// Computes the figures; `judged` has one entry per query. A ticket's locale is the declared one, else the one that is
    /// detected in its text among the locales of the articles.
    pub(crate) fn new(data_set: &DataSet, judged: &[JudgedTicket], seed: u64) -> Self {
        let locales: BTreeSet<&Locale> = data_set.articles.iter().map(Article::locale).collect();
        let locales: Vec<Locale> = locales.into_iter().cloned().collect();
        let mut by_locale: BTreeMap<Locale, Vec<JudgedTicket>> = BTreeMap::new();
        let mut by_length = BANDS.map(|_| Vec::new());
        let mut analysis = Analysis::default();
        for (query, ticket) in data_set.queries.iter().zip(judged) {
            // Without articles there is no locale to detect, and nothing to measure.
            let Some((locale, words)) = locale_and_words(query, &locales, &mut analysis) else {
                continue;
            };
            by_locale.entry(locale).or_default().push(ticket.clone());
            let band = BANDS
                .iter()
                .position(|(_, max)| max.is_none_or(|max| words <= max));
            if let Some(band) = band {
                by_length[band].push(ticket.clone());
            }
        }
        let by_length = BANDS.into_iter().zip(by_length);
        Self {
            by_locale: by_locale
                .into_iter()
                .map(|(locale, tickets)| (locale, figures(&tickets, seed)))
                .collect(),
            by_length: by_length
                .filter(|(_, tickets)| !tickets.is_empty())
                .map(|((min_words, max_words), tickets)| LengthBand {
                    min_words,
                    max_words,
                    figures: figures(&tickets, seed),
                })
                .collect(),
        }
    }
}

fn locale_and_words(
    query: &JudgedQuery,
    locales: &[Locale],
    analysis: &mut Analysis,
) -> Option<(Locale, usize)> {
    let ticket = query.ticket.clean();
    let locale = if let Some(declared) = &query.ticket.locale {
        declared.clone()
    } else {
        let detected = detect_language(ticket.text(), locales, None).locales;
        detected.into_iter().next()?
    };
    let analyzer = Analyzer::new(&locale);
    let words = [ticket.subject(), ticket.text()]
        .into_iter()
        .map(|text| word_count(text, &analyzer, analysis))
        .sum();
    Some((locale, words))
}

fn word_count(text: &str, analyzer: &Analyzer, analysis: &mut Analysis) -> usize {
    analyzer.analyze(text, analysis);
    let mut end = 0;
    let mut count = 0;
    for word in analysis.words() {
        // The parts of a joined word come after the whole and lie in it.
        if word.range.start >= end {
            count += 1;
            end = word.range.end;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use helpdex::{Ticket, Timestamp};

    #[track_caller]
    fn check(declared: Option<&str>, text: &str, locale: &str, words: usize) {
        let query = JudgedQuery {
            id: "q".to_owned(),
            ticket: Ticket {
                locale: declared.map(|tag| tag.parse().unwrap()),
                ..Ticket::from_text(text)
            },
            text: text.to_owned(),
            at: Timestamp::from_unix_seconds(0),
            grades: BTreeMap::new(),
            unanswerable: None,
        };
        let locales = ["en", "th"].map(|tag| tag.parse().unwrap());
        let (found, count) = locale_and_words(&query, &locales, &mut Analysis::default()).unwrap();
        assert_eq!((found.as_str(), count), (locale, words), "{text:?}");
    }

    #[test]
    fn a_ticket_has_its_declared_locale_else_that_of_its_text_and_the_words_of_its_customer() {
        check(Some("lt"), "how do I reset it", "lt", 5);
        check(None, "how do I reset it", "en", 5);
        check(None, "ฉันลืมรหัสผ่าน", "th", 4);
        check(None, "I cannot open report.final.txt", "en", 4);
        // The greeting and the closing are cleaned away.
        check(
            None,
            "Hello,\n\nmy card reader is dead\n\nBest regards\nAna",
            "en",
            5,
        );
    }
}
