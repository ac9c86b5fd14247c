//! Prints an answer for a person.

use std::fmt::Write as _;

use helpdex::answer::Passage;
use helpdex::{Outcome, Suggestion, Suggestions};

use crate::output::{BOLD, FAINT, printable, styled, warn};

/// The most characters of a passage that are printed.
const PASSAGE_CHARS: usize = 400;

/// Prints the suggestions or the reason for abstaining. With the nearest sentence of each suggestion, where there is one, it
/// explains them: also by the matches and the ranking.
pub(crate) fn print_answer(answer: &Suggestions, nearest: Option<&[Option<String>]>) {
    match &answer.outcome {
        Outcome::Offered { offered } => {
            for (index, suggestion) in offered.iter().enumerate() {
                print_suggestion(index + 1, suggestion);
                if let Some(nearest) = nearest {
                    let sentence = nearest.get(index).and_then(Option::as_deref);
                    print_explanation(suggestion, sentence);
                }
            }
        }
        Outcome::Abstained { reason } => {
            styled(format_args!(
                "{BOLD}No suggestion.{BOLD:#} {}",
                printable(&reason.to_string())
            ));
        }
    }
    if nearest.is_some() {
        print_ranking(answer);
    }
    if let Some(reason) = answer.vectors.why_not() {
        warn(&format!("the answer was made without vectors: {reason}"));
    }
}

fn print_suggestion(number: usize, suggestion: &Suggestion) {
    // A rule chose a pinned article, whatever its probability.
    let why_shown = match suggestion.pinned_by {
        Some(_) => "pinned".to_owned(),
        None => format!("{:.0}%", 100.0 * suggestion.probability),
    };
    styled(format_args!(
        "{number}. {BOLD}{}{BOLD:#}  {FAINT}{why_shown}{FAINT:#}",
        printable(&suggestion.title)
    ));
    if let Some(passage) = &suggestion.passage {
        if !passage.heading.is_empty() {
            styled(format_args!(
                "   {FAINT}{}{FAINT:#}",
                printable(&passage.heading)
            ));
        }
        styled(format_args!("   {}", highlighted(passage)));
    }
    let address = suggestion.url.as_deref().unwrap_or(&suggestion.article_id);
    styled(format_args!("   {FAINT}{}{FAINT:#}", printable(address)));
}

fn print_explanation(suggestion: &Suggestion, nearest: Option<&str>) {
    styled(format_args!("   {}", printable(&suggestion.explanation())));
    if let Some(sentence) = nearest {
        styled(format_args!(
            "   - nearest sentence: {}",
            printable(sentence)
        ));
    }
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
        styled(format_args!(
            "   - {term}: {}{synonym}{similar}",
            places.join(", ")
        ));
    }
}

fn print_ranking(answer: &Suggestions) {
    let locales: Vec<&str> = answer
        .searched_locales
        .iter()
        .map(helpdex::Locale::as_str)
        .collect();
    styled(format_args!(
        "{FAINT}searched: {}{FAINT:#}",
        locales.join(", ")
    ));
    for rule in &answer.applied_rules {
        let article = printable(&rule.article_id);
        let applied = printable(&rule.to_string());
        styled(format_args!("{FAINT}rule on {article}: {applied}{FAINT:#}"));
    }
    for article in &answer.ranking {
        styled(format_args!(
            "{FAINT}{:.3}  {}{FAINT:#}",
            article.probability,
            printable(&article.article_id)
        ));
    }
}

/// Returns the passage on one line, cut to a readable length from the sentence of its first highlight on.
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
