//! Cuts a cleaned article into the parts that are searched on their own: its title, its headings, its body, and
//! passages of about a paragraph or two.

use std::ops::Range;

use helpdex_text::{Analysis, Analyzer, CleanArticle, Section};

use crate::article::Article;
use crate::error::{Error, Result};
use crate::index::stored_articles::{StoredHead, StoredSection};
use crate::index::terms::UnitTerms;

/// The number of words from which a passage is closed: about what a reader takes in at a glance, and what passage
/// retrieval uses (100 to 150 words in most published set-ups).
const PASSAGE_WORDS: u32 = 100;
/// The longest line, in words, that stays whole; a longer one is cut between words.
const LONGEST_LINE_WORDS: usize = 200;

/// A part of an article that is searched on its own: its terms, and the numbers of its words and grams.
#[derive(Debug, Default)]
pub(crate) struct Unit {
    pub terms: UnitTerms,
    pub word_count: u32,
    pub gram_count: u32,
}

impl Unit {
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

/// An article that is ready to be added to a segment.
#[derive(Debug)]
pub(crate) struct AnalysedArticle {
    pub head: StoredHead,
    pub sections: Vec<StoredSection>,
    pub title: Unit,
    /// All headings of the article together, with their words only; their grams are in `body`.
    pub headings: Unit,
    /// The body: the number of words of all passages together, and the grams of the passages and headings.
    pub body: Unit,
    /// The passages, with their words only.
    pub passages: Vec<Unit>,
}

/// Cleans an article, cuts it into its parts and analyses each.
pub(crate) fn analyse(
    article: &Article,
    analyzer: &Analyzer,
    analysis: &mut Analysis,
) -> Result<AnalysedArticle> {
    let clean = helpdex_text::clean_article(article.body())
        .map_err(|e| Error::from(e).about_article(article.id()))?;
    let fields = article.fields();

    let mut title = Unit::default();
    analyzer.analyze(&fields.title, analysis);
    title.add_words(analysis);
    title.add_grams(analysis);

    let mut cutter = Cutter::new(analyzer, analysis);
    let sections = cutter.cut(clean);
    let Cutter {
        headings,
        mut body,
        passages,
        ..
    } = cutter;
    body.word_count = passages.iter().map(|passage| passage.word_count).sum();
    Ok(AnalysedArticle {
        head: StoredHead {
            id: article.id().to_owned(),
            translation_group: article.translation_group().to_owned(),
            title: fields.title.clone(),
            url: fields.url.clone(),
            state: fields.state.clone(),
        },
        sections,
        title,
        headings,
        body,
        passages,
    })
}

/// Walks over the lines of the sections and closes a passage when it is full.
struct Cutter<'a> {
    analyzer: &'a Analyzer,
    analysis: &'a mut Analysis,
    headings: Unit,
    body: Unit,
    passages: Vec<Unit>,
}

impl<'a> Cutter<'a> {
    fn new(analyzer: &'a Analyzer, analysis: &'a mut Analysis) -> Self {
        Self {
            analyzer,
            analysis,
            headings: Unit::default(),
            body: Unit::default(),
            passages: Vec::new(),
        }
    }

    fn cut(&mut self, article: CleanArticle) -> Vec<StoredSection> {
        article
            .sections
            .into_iter()
            .map(|section| {
                if !section.heading.is_empty() {
                    self.analyzer.analyze(&section.heading, self.analysis);
                    self.headings.add_words(self.analysis);
                    self.body.add_grams(self.analysis);
                }
                let (passages, code) = self.passages(&section);
                StoredSection {
                    heading: section.heading,
                    anchor: section.anchor,
                    passages,
                    code,
                }
            })
            .collect()
    }

    /// Returns the texts of the passages of a section, and the ranges of lines in them that are code.
    fn passages(&mut self, section: &Section) -> (Vec<String>, Vec<(u32, u32)>) {
        let mut passages = Vec::new();
        let mut unit = Unit::default();
        let mut passage = String::new();
        let mut code = CodeLines::new(&section.code);
        for (number, line) in section.text.lines().enumerate() {
            self.analyzer.analyze(line, self.analysis);
            let cuts = self.cuts();
            let starts = std::iter::once(0).chain(cuts.iter().copied());
            let ends = cuts.iter().copied().chain([line.len()]);
            for piece in starts.zip(ends).map(|(start, end)| &line[start..end]) {
                code.add_piece(number);
                if !cuts.is_empty() {
                    self.analyzer.analyze(piece, self.analysis);
                }
                if !passage.is_empty() {
                    passage.push('\n');
                }
                passage.push_str(piece.trim());
                unit.add_words(self.analysis);
                self.body.add_grams(self.analysis);
                if unit.word_count >= PASSAGE_WORDS {
                    passages.push(std::mem::take(&mut passage));
                    self.passages.push(std::mem::take(&mut unit));
                }
            }
        }
        if !passage.is_empty() {
            passages.push(passage);
            self.passages.push(unit);
        }
        (passages, code.found)
    }

    /// Returns the offsets in the analysed line, in bytes and between words, at which the line is cut; none unless it
    /// is very long.
    fn cuts(&self) -> Vec<usize> {
        let words = self.analysis.words().skip(LONGEST_LINE_WORDS);
        words
            .step_by(LONGEST_LINE_WORDS)
            .map(|word| word.range.start)
            .collect()
    }
}

/// Finds the pieces of a section's passages that are code. A piece is a line, or a part of a line that is too long.
struct CodeLines<'a> {
    blocks: &'a [Range<usize>],
    pieces: u32,
    found: Vec<(u32, u32)>,
    /// The index of the block of code that the last added piece belongs to; `None` if it is not code.
    open: Option<usize>,
}

impl<'a> CodeLines<'a> {
    fn new(blocks: &'a [Range<usize>]) -> Self {
        Self {
            blocks,
            pieces: 0,
            found: Vec::new(),
            open: None,
        }
    }

    /// Notes that the next piece belongs to this line, and extends the range of pieces that are code if the line lies
    /// in a block of code.
    fn add_piece(&mut self, line: usize) {
        let after = self.blocks.partition_point(|block| block.end <= line);
        let block = self.blocks.get(after).filter(|block| block.contains(&line));
        let block = block.map(|_| after);
        match (block, self.found.last_mut()) {
            (Some(_), Some(last)) if block == self.open => last.1 = self.pieces + 1,
            (Some(_), _) => self.found.push((self.pieces, self.pieces + 1)),
            (None, _) => {}
        }
        self.open = block;
        self.pieces += 1;
    }
}
