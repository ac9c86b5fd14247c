//! Builds a segment: articles that are also in the previous segment are copied from there, the others are cleaned and
//! analysed on all processors. The bytes are the same whatever was copied, and for any number of processors.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::panic;
use std::thread::{self, Scope, ScopedJoinHandle};

use helpdex_text::{Analysis, Analyzer, Locale};
use serde::Serialize;

use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};
use crate::index::columns::{Bounded, Columns, Facets};
use crate::index::hashes::{ContentHash, group_key};
use crate::index::passages::{Unit, analyse};
use crate::index::postings_writer::{Part, PostingsWriter};
use crate::index::record_blocks::RecordBlocksBuilder;
use crate::index::segment::Segment;
use crate::index::stored_articles::RecordsBuilder;
use crate::index::units::{ArticleLengths, Field, Units, count_of};
use crate::storage::class_file::{ClassFileBuilder, damaged};

/// The number of bytes of bodies that are analysed at a time, while earlier articles are added. It limits the memory,
/// and is enough work for all processors.
const WINDOW_BYTES: usize = 1 << 20;

/// Adds the segment of these articles to a class file. The articles are in the order of their ids, and `progress` is
/// called for each. Articles that `before` has unchanged are copied.
pub(crate) fn build_segment(
    locale: &Locale,
    articles: &[&Article],
    before: Option<&Segment>,
    file: &mut ClassFileBuilder,
    progress: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<()> {
    let mut builder = SegmentBuilder::new(count_of(articles.len())?, before);
    let analyzer = Analyzer::new(locale);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut rest = articles;
    let mut ready: Vec<(&Article, Source)> = Vec::new();
    while !rest.is_empty() || !ready.is_empty() {
        let (window, behind) = rest.split_at(window_size(rest));
        rest = behind;
        let kept = builder.kept(window);
        ready = thread::scope(|scope| {
            let missing = window.iter().zip(&kept).filter(|(_, kept)| kept.is_none());
            let missing: Vec<&Article> = missing.map(|(article, _)| *article).collect();
            let workers = start_analysing(scope, &missing, &analyzer, threads);
            for (article, source) in ready {
                builder.add(article, source)?;
                if progress().is_break() {
                    return Err(Error::new(
                        ErrorKind::Interrupted,
                        "publishing was interrupted; the knowledge base is as it was before",
                    ));
                }
            }
            let mut analysed = workers.into_iter().flat_map(join);
            let sources = window.iter().zip(kept).map(|(article, kept)| {
                let source = match kept {
                    Some(number) => Some(Ok(Source::Kept(number))),
                    None => analysed
                        .next()
                        .map(|new| new.map(|new| Source::New(Box::new(new)))),
                };
                let source = source.unwrap_or_else(|| {
                    Err(Error::internal("an article was not analysed", article.id()))
                });
                Ok((*article, source?))
            });
            sources.collect::<Result<_>>()
        })?;
    }
    builder.finish(locale, file)
}

/// Returns the number of articles that are analysed together, at least 1.
fn window_size(articles: &[&Article]) -> usize {
    let mut bytes = 0;
    let fitting = articles.iter().take_while(|article| {
        let fits = bytes < WINDOW_BYTES;
        bytes += article.fields().body.len();
        fits
    });
    fitting.count()
}

/// The source of an article's postings and records: the previous segment, or a new analysis.
enum Source {
    /// The article is copied; the value is its number in the previous segment.
    Kept(u32),
    New(Box<NewArticle>),
}

/// A new or changed article, ready to be added.
struct NewArticle {
    fields: [Unit; Field::COUNT],
    passages: Vec<Unit>,
    head: Vec<u8>,
    sections: Vec<u8>,
}

type Worker<'scope> = ScopedJoinHandle<'scope, Vec<Result<NewArticle>>>;

/// Starts the threads that analyse the articles. Each gets a run of neighbouring articles; the runs are about equally
/// long.
fn start_analysing<'scope, 'a: 'scope>(
    scope: &'scope Scope<'scope, '_>,
    articles: &[&'a Article],
    analyzer: &Analyzer,
    threads: usize,
) -> Vec<Worker<'scope>> {
    let share = articles.len().div_ceil(threads).max(1);
    let shares = articles.chunks(share).map(|share| {
        let (share, analyzer) = (share.to_vec(), analyzer.clone());
        scope.spawn(move || {
            let mut analysis = Analysis::default();
            let analysed = share
                .into_iter()
                .map(|article| NewArticle::of(article, &analyzer, &mut analysis));
            analysed.collect()
        })
    });
    shares.collect()
}

fn join(worker: Worker<'_>) -> Vec<Result<NewArticle>> {
    worker
        .join()
        .unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}

impl NewArticle {
    fn of(article: &Article, analyzer: &Analyzer, analysis: &mut Analysis) -> Result<Self> {
        let analysed = analyse(article, analyzer, analysis)?;
        let mut fields = [analysed.title, analysed.headings, analysed.body];
        let mut passages = analysed.passages;
        for unit in fields.iter_mut().chain(&mut passages) {
            unit.terms.close();
        }
        Ok(Self {
            head: to_json(&analysed.head)?,
            sections: to_json(&analysed.sections)?,
            fields,
            passages,
        })
    }
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| Error::internal("an article cannot be stored", e))
}

struct SegmentBuilder<'a> {
    before: Option<Before<'a>>,
    postings: PostingsWriter,
    /// The numbers of words and grams of each article added so far.
    lengths: Vec<ArticleLengths>,
    /// The number of passages of all articles added so far.
    passages: u32,
    facets: BTreeMap<Facets, u32>,
    article_facets: Vec<u32>,
    /// The content hashes of the articles, one behind the other.
    article_hashes: Vec<u8>,
    bounded: Vec<Bounded>,
    groups: Vec<u64>,
    heads: RecordsBuilder,
    sections: RecordBlocksBuilder<'a>,
}

/// The previous segment, from which unchanged articles are copied.
struct Before<'a> {
    segment: &'a Segment,
    /// The numbers of the articles of the previous segment, by their content hashes.
    articles: HashMap<&'a ContentHash, u32>,
    /// The number of each unit in the new segment; `None` for units of articles that are gone.
    new_units: Vec<Option<u32>>,
}

impl<'a> SegmentBuilder<'a> {
    fn new(article_count: u32, before: Option<&'a Segment>) -> Self {
        let sections_before = before.map(|segment| &segment.sections);
        let before = before.map(|segment| Before {
            segment,
            articles: segment.article_hashes.iter().zip(0..).collect(),
            new_units: vec![None; segment.units.len()],
        });
        Self {
            before,
            postings: PostingsWriter::new(article_count),
            lengths: Vec::new(),
            passages: 0,
            facets: BTreeMap::new(),
            article_facets: Vec::new(),
            article_hashes: Vec::new(),
            bounded: Vec::new(),
            groups: Vec::new(),
            heads: RecordsBuilder::default(),
            sections: RecordBlocksBuilder::new(sections_before),
        }
    }

    /// Returns the number in the previous segment of each of these articles; `None` for articles that it does not have.
    fn kept(&self, articles: &[&Article]) -> Vec<Option<u32>> {
        let articles = articles.iter().map(|article| {
            let before = self.before.as_ref()?;
            let hash = article.content_hash();
            before.articles.get(hash.as_bytes()).copied()
        });
        articles.collect()
    }

    fn add(&mut self, article: &Article, source: Source) -> Result<()> {
        let number = u32::try_from(self.lengths.len()).unwrap_or(u32::MAX);
        let content_hash = article.content_hash();
        let hash = content_hash.as_bytes();
        match source {
            Source::Kept(number_before) => {
                self.copy(number, number_before)?;
                self.sections.copy(number_before, hash)?;
            }
            Source::New(new) => {
                let lengths = ArticleLengths {
                    words: new.fields.each_ref().map(|unit| unit.word_count),
                    grams: new.fields.each_ref().map(|unit| unit.gram_count),
                    passages: new.passages.iter().map(|unit| unit.word_count).collect(),
                };
                let first_passage = self.add_lengths(lengths)?;
                for (field, unit) in Field::ALL.into_iter().zip(&new.fields) {
                    self.postings.add_field(field, number, &unit.terms);
                }
                let passages = new.passages.iter().map(|unit| &unit.terms);
                self.postings.add_passages(number, first_passage, passages);
                self.heads.add(&new.head);
                self.sections.add(new.sections, hash)?;
            }
        }
        let fields = article.fields();
        let facets = Facets {
            brand: fields.brand.clone(),
            labels: fields.labels.clone(),
            products: fields.products.clone(),
            user_segments: fields.user_segments.clone(),
        };
        let next = u32::try_from(self.facets.len()).unwrap_or(u32::MAX);
        self.article_facets
            .push(*self.facets.entry(facets).or_insert(next));
        self.article_hashes.extend_from_slice(hash);
        self.groups.push(group_key(article.translation_group()));
        if fields.valid_from.is_some() || fields.valid_until.is_some() {
            self.bounded.push(Bounded {
                article: number,
                valid_from: fields.valid_from,
                valid_until: fields.valid_until,
            });
        }
        Ok(())
    }

    /// Copies the units and the texts of an article from the previous segment.
    fn copy(&mut self, number: u32, number_before: u32) -> Result<()> {
        let Some(mut before) = self.before.take() else {
            return Err(damaged("its articles do not match its columns"));
        };
        let units = &before.segment.units;
        let first_passage = self.add_lengths(units.lengths(number_before))?;
        for field in Field::ALL {
            let unit = self.postings.unit(Part::Field(field), number);
            before.new_units[units.of_field(field, number_before) as usize] = Some(unit);
        }
        for (passage, unit) in (first_passage..).zip(units.passages(number_before)) {
            before.new_units[unit as usize] = Some(self.postings.unit(Part::Passage, passage));
        }
        self.heads.add(before.segment.heads.bytes(number_before));
        self.before = Some(before);
        Ok(())
    }

    /// Adds the lengths of an article, and returns the number of its first passage among those of the segment.
    fn add_lengths(&mut self, lengths: ArticleLengths) -> Result<u32> {
        let first_passage = self.passages;
        self.passages = count_of(first_passage as usize + lengths.passages.len())?;
        self.lengths.push(lengths);
        Ok(first_passage)
    }

    fn finish(self, locale: &Locale, file: &mut ClassFileBuilder) -> Result<()> {
        let mut facets: Vec<(Facets, u32)> = self.facets.into_iter().collect();
        facets.sort_by_key(|(_, number)| *number);
        let columns = Columns {
            facets: facets.into_iter().map(|(facets, _)| facets).collect(),
            article_facets: self.article_facets,
            bounded: self.bounded,
            groups: self.groups,
        };
        let columns = serde_json::to_vec(&columns)
            .map_err(|e| Error::internal("the columns of a segment cannot be written", e))?;
        file.add(format!("{locale}/columns"), &columns);
        let units = Units::new(&self.lengths)?;
        file.add(format!("{locale}/units"), &units.to_bytes());
        self.heads.finish(locale, "heads", file);
        self.sections.finish(locale, "sections", file)?;
        file.add(format!("{locale}/article_hashes"), &self.article_hashes);
        let unit_count = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let before = self.before.as_ref();
        let before = before.map(|b| (&b.segment.postings, &b.new_units[..]));
        for (name, bytes) in self.postings.finish(unit_count, before)? {
            file.add(format!("{locale}/postings/{name}"), &bytes);
        }
        Ok(())
    }
}
