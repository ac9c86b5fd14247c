//! Cuts a cleaned article into units: its title, its headings, and passages of about a paragraph or two.

use helpdex_text::{Analysis, Analyzer, CleanArticle};
use serde::{Deserialize, Serialize};

use super::postings_writer::UnitTerms;
use crate::article::Article;
use crate::{Error, Result};

/// A passage is closed once it has this many words: about what a reader takes in at a glance, and what
/// passage retrieval uses (100 to 150 words in most published set-ups).
const PASSAGE_WORDS: u32 = 100;
/// A single line longer than this is cut between words.
const LONGEST_LINE_WORDS: u32 = 200;

/// What an article is shown with; stored in the class file. The head is read for every candidate, the sections only of
/// articles that are shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredArticle {
    pub head: StoredHead,
    pub sections: Vec<StoredSection>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "HeadRecord", into = "HeadRecord")]
pub(crate) struct StoredHead {
    pub id: String,
    pub translation_group: String,
    pub title: String,
    pub url: Option<String>,
}

/// A head as it is stored: without what most articles do not have.
#[derive(Serialize, Deserialize)]
struct HeadRecord {
    id: String,
    /// None where the article is its own group.
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_group: Option<String>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl From<StoredHead> for HeadRecord {
    fn from(head: StoredHead) -> Self {
        let is_named = head.translation_group != head.id;
        Self {
            translation_group: is_named.then_some(head.translation_group),
            id: head.id,
            title: head.title,
            url: head.url,
        }
    }
}

impl From<HeadRecord> for StoredHead {
    fn from(record: HeadRecord) -> Self {
        let group = record.translation_group;
        Self {
            translation_group: group.unwrap_or_else(|| record.id.clone()),
            id: record.id,
            title: record.title,
            url: record.url,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredSection {
    pub heading: String,
    pub anchor: Option<String>,
    pub passages: Vec<String>,
}

impl StoredArticle {
    /// The section of a passage and its text, by the passage's number in the article.
    pub(crate) fn passage(&self, number: usize) -> Option<(&StoredSection, &str)> {
        self.sections
            .iter()
            .flat_map(|section| section.passages.iter().map(move |text| (section, &**text)))
            .nth(number)
    }
}

/// What a unit is, in the order of the units of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum UnitKind {
    Title,
    /// All headings.
    Headings,
    Passage,
}

/// One unit: its kind, its terms, and how many of them there are.
#[derive(Debug)]
pub(crate) struct Unit {
    pub kind: UnitKind,
    pub terms: UnitTerms,
    pub word_count: u32,
    pub gram_count: u32,
}

impl Unit {
    fn new(kind: UnitKind) -> Self {
        Self {
            kind,
            terms: UnitTerms::default(),
            word_count: 0,
            gram_count: 0,
        }
    }

    fn add_words(&mut self, analysis: &Analysis) {
        for word in analysis.words() {
            self.terms.words.add(word.term);
            self.word_count += 1;
        }
    }

    fn add_grams(&mut self, analysis: &Analysis) {
        for gram in analysis.grams() {
            self.terms.grams.add(gram);
            self.gram_count += 1;
        }
    }
}

/// An article ready for a segment.
#[derive(Debug)]
pub(crate) struct AnalysedArticle {
    pub stored: StoredArticle,
    /// The title, all headings together, then the passages: units of the same field stand next to each other.
    /// The grams of the title stand with the title, those of all the rest with the unit behind it.
    pub units: Vec<Unit>,
}

/// Cleans and analyses an article.
pub(crate) fn analyse(
    article: &Article,
    analyzer: &Analyzer,
    analysis: &mut Analysis,
) -> Result<AnalysedArticle> {
    let clean = helpdex_text::clean_article(article.body())
        .map_err(|e| Error::from(e).about_article(article.id()))?;
    let fields = article.fields();

    let mut title = Unit::new(UnitKind::Title);
    analyzer.analyze(&fields.title, analysis);
    title.add_words(analysis);
    title.add_grams(analysis);

    let mut cutter = Cutter::new(analyzer, analysis);
    let mut headings = Unit::new(UnitKind::Headings);
    let sections = cutter.cut(clean, &mut headings);
    let mut units = vec![title];
    units.extend((headings.word_count > 0).then_some(headings));
    units.append(&mut cutter.units);
    if let Some(first_of_body) = units.get_mut(1) {
        first_of_body.terms.grams = cutter.grams.terms.grams;
        first_of_body.gram_count = cutter.grams.gram_count;
    }
    Ok(AnalysedArticle {
        stored: StoredArticle {
            head: StoredHead {
                id: article.id().to_owned(),
                translation_group: article.translation_group().to_owned(),
                title: fields.title.clone(),
                url: fields.url.clone(),
            },
            sections,
        },
        units,
    })
}

/// Walks the lines of the sections and closes passages as they fill up.
struct Cutter<'a> {
    analyzer: &'a Analyzer,
    analysis: &'a mut Analysis,
    units: Vec<Unit>,
    /// Collects the grams of headings and passages.
    grams: Unit,
}

impl<'a> Cutter<'a> {
    fn new(analyzer: &'a Analyzer, analysis: &'a mut Analysis) -> Self {
        Self {
            analyzer,
            analysis,
            units: Vec::new(),
            grams: Unit::new(UnitKind::Passage),
        }
    }

    fn cut(&mut self, article: CleanArticle, headings: &mut Unit) -> Vec<StoredSection> {
        article
            .sections
            .into_iter()
            .map(|section| {
                if !section.heading.is_empty() {
                    self.add_line(&section.heading, headings);
                }
                let passages = self.passages(&section.text);
                StoredSection {
                    heading: section.heading,
                    anchor: section.anchor,
                    passages,
                }
            })
            .collect()
    }

    fn passages(&mut self, text: &str) -> Vec<String> {
        let mut passages = Vec::new();
        let mut unit = Unit::new(UnitKind::Passage);
        let mut passage = String::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let pieces = self.pieces(line);
            let is_whole = pieces.len() == 1;
            for piece in pieces {
                if !passage.is_empty() {
                    passage.push('\n');
                }
                passage.push_str(piece.trim());
                if !is_whole {
                    self.analyzer.analyze(piece, self.analysis);
                }
                self.add_analysed(&mut unit);
                if unit.word_count >= PASSAGE_WORDS {
                    passages.push(std::mem::take(&mut passage));
                    let full = std::mem::replace(&mut unit, Unit::new(UnitKind::Passage));
                    self.units.push(full);
                }
            }
        }
        if !passage.is_empty() {
            passages.push(passage);
            self.units.push(unit);
        }
        passages
    }

    /// The line whole, or cut between words where it is very long; the analysis is that of the line.
    fn pieces<'l>(&mut self, line: &'l str) -> Vec<&'l str> {
        self.analyzer.analyze(line, self.analysis);
        let mut pieces = Vec::new();
        let mut start = 0;
        let mut words = 0;
        for word in self.analysis.words() {
            if words == LONGEST_LINE_WORDS {
                pieces.push(&line[start..word.range.start]);
                start = word.range.start;
                words = 0;
            }
            words += 1;
        }
        pieces.push(&line[start..]);
        pieces
    }

    fn add_line(&mut self, line: &str, unit: &mut Unit) {
        self.analyzer.analyze(line, self.analysis);
        self.add_analysed(unit);
    }

    fn add_analysed(&mut self, unit: &mut Unit) {
        unit.add_words(self.analysis);
        self.grams.add_grams(self.analysis);
    }
}
