//! Finds articles whose texts are nearly the same: copies, and versions of one page. An answer shows only one of them.
//!
//! Whether two articles are copies depends on these two alone, so that an article that the reader may not see changes
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::{Analysis, Analyzer, Locale};

use crate::article::Article;
use crate::error::Result;
use crate::index::passages::analyse;
use crate::index::segment::Segment;
use crate::index::stored_articles::StoredSection;
use crate::index::units::Field;
use crate::search::view::View;

/// The least likeness of two articles with the same title that count as copies: the words that both have, divided by
/// the words that either has (Jaccard 1912). Versions of a page differ in a few sentences; pages made from one template
/// differ in their title.
const LEAST_LIKENESS: f64 = 0.8;
/// The least words of two articles with different titles that count as copies because their texts are the same word by
/// word: two that say "Coming soon" are about different things.
const LEAST_WORDS: usize = 20;

/// The title and the words of an article, by which it is compared with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextPrint {
    title: String,
    /// The hash of each distinct word of the text.
    words: BTreeSet<u64>,
    /// A hash of all words of the text in their order.
    sequence: blake3::Hash,
    /// The number of words of the text.
    count: usize,
}

impl TextPrint {
    /// Makes the print of an article from its title and the texts of its sections, in order.
    pub(crate) fn of<'t>(title: &str, texts: impl Iterator<Item = &'t str>) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut words = BTreeSet::new();
        let mut count = 0;
        for text in texts {
            for word in words_of(text) {
                let hash = blake3::hash(word.as_bytes());
                hasher.update(hash.as_bytes());
                let first = hash.as_bytes().first_chunk().copied();
                words.insert(u64::from_le_bytes(first.unwrap_or_default()));
                count += 1;
            }
        }
        Self {
            title: title_words(title),
            words,
            sequence: hasher.finalize(),
            count,
        }
    }

    /// Whether the two articles are copies, or versions of one page.
    pub(crate) fn is_copy_of(&self, other: &Self) -> bool {
        if self.sequence == other.sequence && self.count >= LEAST_WORDS {
            return true;
        }
        if self.title != other.title {
            return false;
        }
        let shared = self.words.intersection(&other.words).count();
        let all = self.words.len() + other.words.len() - shared;
        #[expect(clippy::cast_precision_loss)]
        let is_alike = shared as f64 >= LEAST_LIKENESS * all as f64;
        is_alike
    }

    /// Returns the words of which a copy has at least one among its own: the rarest ones, by these counts of words, and
    /// so many that the rest is too few for a copy. The prefix filter of Chaudhuri, Ganti and Kaushik (ICDE 2006).
    /// Empty for a text without words.
    fn telling_words(&self, counts: &BTreeMap<u64, u32>) -> Vec<u64> {
        let mut words: Vec<u64> = self.words.iter().copied().collect();
        words.sort_by_key(|word| (counts.get(word), *word));
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
        #[expect(clippy::cast_sign_loss)]
        let most_shared_by_rest = (LEAST_LIKENESS * words.len() as f64).floor() as usize;
        words.truncate(words.len() - most_shared_by_rest + 1);
        words
    }
}

/// Returns the words of a title, separated by single spaces.
fn title_words(title: &str) -> String {
    words_of(title).collect::<Vec<_>>().join(" ")
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split(|sign: char| !sign.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// For each of these articles of a view, returns the index of the first one that it is a copy of, or its own index if
/// it is a copy of none. Articles of different brands are never copies. Reads only the texts of articles with the same
/// title, or with the same number of words and grams.
pub(crate) fn first_copies(view: &View<'_>, articles: &[u32]) -> Result<Vec<usize>> {
    let mut first: Vec<usize> = (0..articles.len()).collect();
    let mut compared = Compared::new(view);
    for index in 1..articles.len() {
        for before in 0..index {
            if first[before] == before && compared.are_copies(articles[before], articles[index])? {
                first[index] = before;
                break;
            }
        }
    }
    Ok(first)
}

/// The articles of a view that are being compared with each other; each is read once, and only as far as needed.
struct Compared<'a> {
    view: &'a View<'a>,
    /// The words of the title of each article, by the number of the article.
    titles: BTreeMap<u32, String>,
    prints: BTreeMap<u32, TextPrint>,
}

impl<'a> Compared<'a> {
    fn new(view: &'a View<'a>) -> Self {
        Self {
            view,
            titles: BTreeMap::new(),
            prints: BTreeMap::new(),
        }
    }

    fn are_copies(&mut self, a: u32, b: u32) -> Result<bool> {
        if !self.may_be_copies(a, b)? {
            return Ok(false);
        }
        for article in [a, b] {
            if !self.prints.contains_key(&article) {
                let (segment, number) = self.view.locate(article);
                self.prints.insert(article, print_of(segment, number)?);
            }
        }
        Ok(self.prints[&a].is_copy_of(&self.prints[&b]))
    }

    /// Whether two articles may be copies, judging by their brands, lengths and titles.
    fn may_be_copies(&mut self, a: u32, b: u32) -> Result<bool> {
        let (place_a, place_b) = (self.view.locate(a), self.view.locate(b));
        if place_a.0.brand(place_a.1) != place_b.0.brand(place_b.1) {
            return Ok(false);
        }
        let (body_a, body_b) = (length(place_a, Field::Body), length(place_b, Field::Body));
        if body_a > 0 && body_a == body_b && grams(place_a) == grams(place_b) {
            return Ok(true);
        }
        // Distinct words are fewer than all, so that lengths may lie further apart.
        let (short, long) = (body_a.min(body_b), body_a.max(body_b));
        let is_about_as_long = f64::from(short) >= LEAST_LIKENESS / 2.0 * f64::from(long);
        let same_length = length(place_a, Field::Title) == length(place_b, Field::Title);
        Ok(is_about_as_long && same_length && self.title(a)? == self.title(b)?)
    }

    fn title(&mut self, article: u32) -> Result<String> {
        if let Some(title) = self.titles.get(&article) {
            return Ok(title.clone());
        }
        let (segment, number) = self.view.locate(article);
        let title = title_words(&segment.stored_head(number)?.title);
        self.titles.insert(article, title.clone());
        Ok(title)
    }
}

/// Returns the number of grams of the body and headings of an article. The count is in memory.
fn grams((segment, number): (&Segment, u32)) -> u32 {
    let units = &segment.units;
    units.gram_counts().of(units.of_field(Field::Body, number))
}

/// Returns the number of words of a field of an article. The count is in memory.
fn length((segment, number): (&Segment, u32), field: Field) -> u32 {
    let units = &segment.units;
    units.word_counts().of(units.of_field(field, number))
}

/// Returns the sets of articles that are copies of each other, as ids in ascending order; the sets are ordered by their
/// first id. Only articles of the same locale and brand with the same title or the same raw text are compared.
pub(crate) fn copy_sets<'a>(
    articles: impl Iterator<Item = &'a Article>,
) -> Result<Vec<Vec<String>>> {
    type Place<'a> = (&'a Locale, Option<&'a str>, [u8; 32]);
    let mut alike: BTreeMap<Place<'_>, Vec<&Article>> = BTreeMap::new();
    for article in articles {
        let fields = article.fields();
        let title = title_words(&fields.title);
        let hashes = [
            blake3::hash(title.as_bytes()),
            blake3::hash(format!("\0{}", fields.body.trim()).as_bytes()),
        ];
        for hash in hashes {
            let place = (article.locale(), fields.brand.as_deref(), *hash.as_bytes());
            alike.entry(place).or_default().push(article);
        }
    }
    let mut sets: BTreeSet<Vec<String>> = BTreeSet::new();
    for mut articles in alike.into_values().filter(|articles| articles.len() > 1) {
        articles.sort_by_key(|article| article.id());
        let prints = articles.iter().map(|article| print_of_article(article));
        let prints: Vec<TextPrint> = prints.collect::<Result<_>>()?;
        let mut ids: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (article, first) in articles.iter().zip(first_of_copies(&prints)) {
            ids.entry(first).or_default().push(article.id().to_owned());
        }
        sets.extend(ids.into_values().filter(|ids| ids.len() > 1));
    }
    Ok(sets.into_iter().collect())
}

/// For each print, returns the index of the first one that it is a copy of and that is a copy of none, or its own index.
/// Compares those that have a telling word in common, so that thousands of articles may have one title.
fn first_of_copies(prints: &[TextPrint]) -> Vec<usize> {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    for word in prints.iter().flat_map(|print| &print.words) {
        *counts.entry(*word).or_default() += 1;
    }
    let mut firsts_of_word: BTreeMap<Option<u64>, Vec<usize>> = BTreeMap::new();
    let mut found = Vec::with_capacity(prints.len());
    for (index, print) in prints.iter().enumerate() {
        let mut words: Vec<Option<u64>> = Vec::new();
        words.extend(print.telling_words(&counts).into_iter().map(Some));
        if words.is_empty() {
            words.push(None);
        }
        let firsts = words.iter().filter_map(|word| firsts_of_word.get(word));
        let firsts: BTreeSet<usize> = firsts.flatten().copied().collect();
        let first = firsts
            .into_iter()
            .find(|first| print.is_copy_of(&prints[*first]));
        if first.is_none() {
            for word in words {
                firsts_of_word.entry(word).or_default().push(index);
            }
        }
        found.push(first.unwrap_or(index));
    }
    found
}

fn print_of_article(article: &Article) -> Result<TextPrint> {
    let analyzer = Analyzer::new(article.locale());
    let sections = analyse(article, &analyzer, &mut Analysis::default())?.sections;
    Ok(TextPrint::of(&article.fields().title, texts_of(&sections)))
}

fn texts_of(sections: &[StoredSection]) -> impl Iterator<Item = &str> {
    sections.iter().flat_map(|section| {
        let passages = section.passages.iter();
        std::iter::once(section.heading.as_str()).chain(passages.map(String::as_str))
    })
}

fn print_of(segment: &Segment, number: u32) -> Result<TextPrint> {
    let title = segment.stored_head(number)?.title;
    let sections = segment.stored_sections(number)?;
    Ok(TextPrint::of(&title, texts_of(&sections)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "To reset your password open the settings, choose security, and press reset. We send you a mail \
                        with a link. It is valid for one hour, and only once. Ask support if none comes.";

    fn print(title: &str, text: &str) -> TextPrint {
        TextPrint::of(title, text.lines())
    }

    #[track_caller]
    fn check(a: (&str, &str), b: (&str, &str), expected: bool) {
        let (a, b) = (print(a.0, a.1), print(b.0, b.1));
        assert_eq!(a.is_copy_of(&b), expected, "{a:?}\n{b:?}");
        assert_eq!(b.is_copy_of(&a), expected);
    }

    #[test]
    fn copies_and_versions_are_told_from_pages_of_one_template() {
        check(("Reset", PAGE), ("reset!", PAGE), true);
        let version = PAGE.replace("one hour", "two hours");
        check(("Reset", PAGE), ("Reset", &version), true);
        // Another title: only the very same text is a copy.
        check(("Reset", PAGE), ("Copy of reset", PAGE), true);
        check(
            ("Reset for Windows", PAGE),
            ("Reset for macOS", &version),
            false,
        );
        check(
            ("Windows", "Coming soon."),
            ("macOS", "Coming soon."),
            false,
        );
        // The same title of two pages.
        check(
            ("Overview", PAGE),
            ("Overview", "Our plans, and what each of them costs."),
            false,
        );
        check(("Overview", ""), ("Overview", ""), true);
    }

    #[test]
    fn telling_words_miss_no_copy() {
        // Texts of 0 to 40 words out of 60, many of which differ from another in a few words.
        let mut state = 7_u64;
        let mut below = |end: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % end
        };
        let mut texts: Vec<Vec<u64>> = Vec::new();
        for index in 0..600 {
            let mut text: Vec<u64> = match texts.get(index / 3) {
                Some(before) if index % 3 > 0 => before.clone(),
                _ => (0..below(41)).map(|_| below(60)).collect(),
            };
            for _ in 0..below(6) {
                let word = below(60);
                match text.len() {
                    0 => text.push(word),
                    length => {
                        let place = usize::try_from(below(length as u64));
                        text[place.expect("it is a place in the text")] = word;
                    }
                }
            }
            texts.push(text);
        }
        let prints: Vec<TextPrint> = texts
            .iter()
            .map(|text| {
                let words: Vec<String> = text.iter().map(|word| format!("w{word}")).collect();
                print(
                    ["Title", "Other"][usize::from(text.len() % 7 == 0)],
                    &words.join(" "),
                )
            })
            .collect();
        let mut expected: Vec<usize> = Vec::new();
        for (index, print) in prints.iter().enumerate() {
            let first = (0..index).find(|&at| expected[at] == at && print.is_copy_of(&prints[at]));
            expected.push(first.unwrap_or(index));
        }
        let copies = (0..600).filter(|&index| expected[index] != index).count();
        assert!((100..500).contains(&copies), "{copies}");
        assert_eq!(first_of_copies(&prints), expected);
    }
}
