//! Finds the titles of articles in texts: agents often write them word for word when they give no link.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use helpdex::{Error, Result};

/// The fewest words of a title that is searched for in texts. A shorter title occurs in sentences that do not mean the
/// article. Our own judgement.
const FEWEST_TITLE_WORDS: usize = 3;
/// The fewest letters of a title that is searched for; half as many in scripts without spaces. Our own judgement.
const FEWEST_TITLE_LETTERS: usize = 12;

/// The titles of articles, by which the articles are found in texts.
#[derive(Debug, Default)]
pub(super) struct Titles {
    /// The titles before [`close`](Self::close), each with its translation group and the index of its article; `None`
    /// for a title of several groups.
    open: BTreeMap<String, (String, Option<usize>)>,
    finder: Option<AhoCorasick>,
    /// The index of the article of each pattern of the finder.
    articles: Vec<usize>,
}

impl Titles {
    /// Adds the title of the article with the index `at`. A title that articles of several translation groups have is
    /// not searched for.
    pub(super) fn add(&mut self, title: &str, group: &str, at: usize) {
        let title = plain(title);
        if !is_telling(&title) {
            return;
        }
        let new = (group.to_owned(), Some(at));
        let known = self.open.entry(title).or_insert(new);
        if known.0 != group {
            known.1 = None;
        }
    }

    /// Ends the adding of titles, and makes the finder of them.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) when there are too many titles.
    pub(super) fn close(&mut self) -> Result<()> {
        let titles: Vec<(String, usize)> = std::mem::take(&mut self.open)
            .into_iter()
            .filter_map(|(title, (_, at))| Some((title, at?)))
            .collect();
        let finder = AhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(titles.iter().map(|(title, _)| title))
            .map_err(|error| Error::invalid(format!("the titles cannot be looked for: {error}")))?;
        self.finder = Some(finder);
        self.articles = titles.into_iter().map(|(_, at)| at).collect();
        Ok(())
    }

    /// Returns the indices of the articles whose titles occur in a text, in the order of the text.
    pub(super) fn in_text(&self, text: &str) -> Vec<usize> {
        let text = plain(text);
        let found = self
            .finder
            .iter()
            .flat_map(|finder| finder.find_iter(&text));
        found
            .filter(|found| is_apart(&text, found.start(), found.end()))
            .filter_map(|found| self.articles.get(found.pattern().as_usize()).copied())
            .collect()
    }
}

/// Returns the letters and digits of a text in lower case, with one space for everything between them.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.ends_with(' ') && !plain.is_empty() {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

fn is_telling(title: &str) -> bool {
    let has_words = title.split(' ').count() >= FEWEST_TITLE_WORDS;
    let letters = title.chars().filter(|c| *c != ' ').count();
    // Languages without spaces between words.
    let is_dense = !title.is_ascii() && title.chars().any(is_of_dense_script);
    letters >= FEWEST_TITLE_LETTERS && has_words || is_dense && letters >= FEWEST_TITLE_LETTERS / 2
}

/// Whether a character belongs to a script without spaces between words: Thai, Lao, Burmese, Khmer, kana and Han.
fn is_of_dense_script(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Whether this character continues a word.
fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| c != ' ' && !is_of_dense_script(c))
}

/// Whether a title that was found begins and ends at the edges of words.
fn is_apart(text: &str, start: usize, end: usize) -> bool {
    let is_dense = text[start..end].chars().any(is_of_dense_script);
    is_dense || !joins(text[..start].chars().next_back()) && !joins(text[end..].chars().next())
}
