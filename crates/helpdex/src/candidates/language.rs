//! The language of a ticket.

use helpdex_text::{DetectedBy, Locale, WordFrequencies, detect_language};

use crate::analysed_ticket::{AnalysedText, AnalysedTicket};
use crate::error::Result;
use crate::model::information::information;

/// The number of locales that are compared for a short text, and the number of its words that are read.
const MOST_LOCALES: usize = 12;
const MOST_WORDS: usize = 32;
/// The Zipf value of a word that a language's table lacks: the rarest words of a table have 3.
const RARE: f32 = 2.5;
/// The weight of the share that articles have: as much as words that are ten times as common.
const OF_ARTICLES: f32 = 1.0;
/// The preference for the main locale: it decides where the words are about as common in several languages.
const OF_MAIN: f32 = 0.5;

/// Returns the locales that a ticket may be written in: the declared one, else the one of `among` that the text looks like;
/// of a text too short to tell the one in which its words are most familiar. `main` is preferred, and stands for a text that
/// looks like none; without it there may be no locale. `has_word` tells whether an article of a locale has a term.
///
/// # Errors
/// The errors of `has_word`.
pub(crate) fn ticket_locales(
    declared: Option<&Locale>,
    ticket: &mut AnalysedTicket<'_>,
    among: &[Locale],
    main: Option<&Locale>,
    has_word: impl Fn(&Locale, &str) -> Result<bool>,
) -> Result<Vec<Locale>> {
    if let Some(declared) = declared {
        return Ok(vec![declared.clone()]);
    }
    let text = format!("{}\n{}", ticket.clean.subject(), ticket.clean.text());
    let detected = detect_language(&text, among, main);
    if detected.by != DetectedBy::Unsure {
        return Ok(detected.locales);
    }
    // The likeliest ones come first, and the main one is among them.
    let likeliest = &detected.locales;
    let rest = among.iter().filter(|locale| !likeliest.contains(locale));
    let mut best: Option<(f32, &Locale)> = None;
    for locale in likeliest.iter().chain(rest).take(MOST_LOCALES) {
        let preference = if Some(locale) == main { OF_MAIN } else { 0.0 };
        let familiarity = preference + familiarity(ticket, locale, |term| has_word(locale, term))?;
        if best.is_none_or(|(most, _)| familiarity > most) {
            best = Some((familiarity, locale));
        }
    }
    Ok(best.into_iter().map(|(_, locale)| locale.clone()).collect())
}

/// Returns how familiar a locale is with a ticket: the mean Zipf value of its words in the language, and the share of what
/// they tell that any article of the locale has.
fn familiarity(
    ticket: &mut AnalysedTicket<'_>,
    locale: &Locale,
    has_word: impl Fn(&str) -> Result<bool>,
) -> Result<f32> {
    let frequencies = WordFrequencies::of_language(locale.language());
    let texts = ticket.in_locale(locale).iter();
    let words = texts.flat_map(|AnalysedText { analysis, .. }| analysis.words());
    let (mut count, mut zipfs, mut told, mut known) = (0.0, 0.0, 0.0, 0.0);
    for word in words.take(MOST_WORDS) {
        let zipf = frequencies.and_then(|table| table.zipf(word.term));
        let of_word = information(zipf, 1.0);
        count += 1.0;
        zipfs += zipf.unwrap_or(RARE);
        told += of_word;
        known += if has_word(word.term)? { of_word } else { 0.0 };
    }
    Ok(ratio(zipfs, count) + OF_ARTICLES * ratio(known, told))
}

fn ratio(part: f32, all: f32) -> f32 {
    part / all.max(f32::MIN_POSITIVE)
}
