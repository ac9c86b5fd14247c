//! Chooses the locale of a ticket: the declared one, or the one whose language its text looks like.

use helpdex_text::{DetectedBy, Locale, WordFrequencies, detect_language};

use crate::analysed_ticket::{AnalysedText, AnalysedTicket};
use crate::error::Result;
use crate::model::information::information;

/// The most locales that are compared for a short text.
const MOST_LOCALES: usize = 12;
/// The most words of a short text that are read.
const MOST_WORDS: usize = 32;
/// The Zipf value that a word counts with if the language's table lacks it; the rarest words of a table have about 3.
const RARE: f32 = 2.5;
/// The weight of the share of the ticket's information that articles of the locale know: a share of 1 counts as much as
/// words that are ten times as common.
const OF_ARTICLES: f32 = 1.0;
/// The preference for the main locale, on the same scale: it decides when the words are about as common in several
/// languages.
const OF_MAIN: f32 = 0.5;

/// Returns the locales that a ticket may be written in: the declared one, else those of `among` that the text looks
/// like. For a text that is too short to decide, it is the one locale in which its words are most familiar. `main` is
/// preferred, and is the result for a text that looks like no locale; without `main` the result may then be empty.
/// `has_word` says whether an article of a locale has a term.
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

/// Returns how familiar the words of a ticket are in a locale: their mean Zipf value in its language, plus the share,
/// in [0, 1], of their information that any article of the locale has.
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
