//! Finds near copies, and sentences that differ only in a value.
//!
//! Two passages are copies when they share most of their shingles, the runs of three words: Broder, "On the resemblance
//! and containment of documents", 1997. Two sentences have differing values when they have the same content words in
//! the same order, but another number, another quoted name, or a negation more.

mod kinds;
mod negations;
mod sentence;
mod shingles;

use std::collections::BTreeMap;

use helpdex::article::IndexedArticle;
use helpdex::{Locale, Visibility};
use helpdex_text::{Analysis, Analyzer, sentences};
use serde::Serialize;

pub use self::kinds::{CopyKind, ValueKind};
use self::negations::Negations;
use self::sentence::{Frame, Variant};
use self::shingles::{ShingledPassage, similar_passages};

/// The least number of words of a passage that is compared as a whole; shorter ones are headings and remarks.
const MIN_PASSAGE_WORDS: usize = 12;

/// The copies and differing values that were found in a help center.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Copies {
    /// The pairs of passages that say nearly the same, the longest first.
    pub copies: Vec<Copy>,
    /// The pairs of sentences that differ only in a value, in the order of their articles.
    pub differing: Vec<DifferingValues>,
}

/// Two passages of two articles that say nearly the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Copy {
    /// The kind of likeness of the two passages.
    pub kind: CopyKind,
    /// The share of shingles that both passages have, in [0, 1], among the shingles of both; with `contained`, among
    /// those of the shorter passage.
    pub similarity: f64,
    /// The number of words of the shorter passage.
    pub words: usize,
    /// The passage of the article whose id is first; with `contained` the shorter one.
    pub left: Place,
    /// The passage of the other article.
    pub right: Place,
}

/// Two sentences that differ only in a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DifferingValues {
    /// The kind of value in which the sentences differ.
    pub kind: ValueKind,
    /// The values of that kind in the left sentence, in their order; empty for a sentence without the negation.
    pub left_values: Vec<String>,
    /// The values of that kind in the right sentence, in their order.
    pub right_values: Vec<String>,
    /// The sentence of the article whose id is first.
    pub left_sentence: String,
    /// The sentence of the other article.
    pub right_sentence: String,
    /// The place of the left sentence.
    pub left: Place,
    /// The place of the right sentence.
    pub right: Place,
}

/// A section of an article, as the place of a passage or a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The id of the article.
    pub article_id: String,
    /// The locale of the article.
    pub locale: Locale,
    /// The readers who may see the article.
    pub visibility: Visibility,
    /// The title of the article.
    pub title: String,
    /// The heading of the section; "" for the text before the first heading.
    pub heading: String,
}

/// Finds near copies and differing values among articles, such as those of
/// [`KnowledgeBase::articles`](helpdex::KnowledgeBase::articles). Articles of different languages are not compared, nor two
/// sections of one article. Versions of one article for two locales of a language are compared for differing values alone,
/// because they are meant to be alike. Code is left out.
///
/// Linear in the articles' length, but for text that many sections share.
///
/// ```
/// use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, Timestamp, Visibility};
/// use helpdex_insight::copies::{copies, ValueKind};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// let mut writer = knowledge_base.writer()?;
/// for (id, days) in [("returns", 14), ("warranty", 30)] {
///     writer.upsert([Article::new(ArticleFields {
///         id: id.into(),
///         locale: "en".into(),
///         title: format!("About {id}"),
///         body: format!("You can return any item within {days} days of delivery."),
///         visibility: Visibility::Public,
///         ..ArticleFields::default()
///     })?])?;
/// }
/// let now = Timestamp::from_unix_seconds(0);
/// writer.publish(now)?;
/// let articles: Vec<_> = knowledge_base.articles(&Audience::public(), now)?.collect::<Result<_, _>>()?;
/// let found = copies(&articles);
/// assert_eq!(found.differing[0].kind, ValueKind::Number);
/// assert_eq!((&*found.differing[0].left_values[0], &*found.differing[0].right_values[0]), ("14", "30"));
/// # Ok::<(), helpdex::Error>(())
/// ```
#[must_use]
pub fn copies(articles: &[IndexedArticle]) -> Copies {
    let mut by_language: BTreeMap<&str, Vec<&IndexedArticle>> = BTreeMap::new();
    for article in articles {
        let language = article.locale.language();
        by_language.entry(language).or_default().push(article);
    }
    let mut found = Copies::default();
    for (language, mut articles) in by_language {
        articles.sort_by(|a, b| a.id.cmp(&b.id));
        let read = ReadArticles::read(language, &articles);
        found.copies.extend(copied_passages(&articles, &read));
        found.differing.extend(differing_values(&articles, read));
    }
    found
        .copies
        .sort_by(|a, b| (b.words, &a.left, &a.right).cmp(&(a.words, &b.left, &b.right)));
    found
}

/// The index of an article, and the index of one of its sections.
type SectionNumber = (usize, usize);

/// The articles of one language, cut into passages and sentences.
struct ReadArticles {
    passages: Vec<ShingledPassage<SectionNumber>>,
    /// The values of the sentences that share their content words, by these words; each with the first
    /// place in every article.
    variants: BTreeMap<Frame, BTreeMap<Variant, Vec<(SectionNumber, String)>>>,
}

impl ReadArticles {
    fn read(language: &str, articles: &[&IndexedArticle]) -> Self {
        let mut read = Self {
            passages: Vec::new(),
            variants: BTreeMap::new(),
        };
        let Some(first) = articles.first() else {
            return read;
        };
        let analyzer = Analyzer::new(&first.locale);
        let negations = Negations::of(language);
        let mut analysis = Analysis::default();
        for (article_number, article) in articles.iter().enumerate() {
            for (section_number, section) in article.sections.iter().enumerate() {
                let number = (article_number, section_number);
                analyzer.analyze(&section.text, &mut analysis);
                let terms: Vec<&str> = sentence::outer_words(&analysis).map(|w| w.term).collect();
                if terms.len() >= MIN_PASSAGE_WORDS {
                    read.passages.push(ShingledPassage::new(number, &terms));
                }
                for range in sentences(&section.text) {
                    let text = &section.text[range];
                    analyzer.analyze(text, &mut analysis);
                    if let Some((frame, variant)) = sentence::frame(text, &analysis, &negations) {
                        let variants = read.variants.entry(frame).or_default();
                        let places = variants.entry(variant).or_default();
                        let is_new = places
                            .last()
                            .is_none_or(|(last, _)| last.0 != article_number);
                        if is_new {
                            places.push((number, text.to_owned()));
                        }
                    }
                }
            }
        }
        read
    }
}

fn copied_passages(articles: &[&IndexedArticle], read: &ReadArticles) -> Vec<Copy> {
    let mut found = Vec::new();
    for pair in similar_passages(&read.passages) {
        let (left, right) = (pair.left.label, pair.right.label);
        let (left_article, right_article) = (articles[left.0], articles[right.0]);
        let is_same = left.0 == right.0;
        let is_version = left_article.translation_group == right_article.translation_group
            && left_article.locale != right_article.locale;
        if is_same || is_version {
            continue;
        }
        let is_swapped =
            pair.kind == CopyKind::Contained && pair.right.word_count < pair.left.word_count;
        let (left, right) = if is_swapped {
            (right, left)
        } else {
            (left, right)
        };
        found.push(Copy {
            kind: pair.kind,
            similarity: pair.similarity,
            words: pair.left.word_count.min(pair.right.word_count),
            left: place(articles, left),
            right: place(articles, right),
        });
    }
    found
}

fn differing_values(articles: &[&IndexedArticle], read: ReadArticles) -> Vec<DifferingValues> {
    let mut found = Vec::new();
    for variants in read.variants.into_values() {
        let variants: Vec<_> = variants.into_iter().collect();
        for (index, (variant, places)) in variants.iter().enumerate() {
            for (other, other_places) in &variants[index + 1..] {
                let Some(kind) = variant.difference(other) else {
                    continue;
                };
                // One pair for each two variants: the first places that are of two articles.
                let pair = places.iter().find_map(|place| {
                    let other = other_places.iter().find(|other| other.0.0 != place.0.0)?;
                    Some((place, other))
                });
                let Some((place_of_variant, place_of_other)) = pair else {
                    continue;
                };
                let mut sides = [(place_of_variant, variant), (place_of_other, other)];
                sides.sort_by_key(|((number, _), _)| *number);
                let [
                    ((left, left_sentence), left_variant),
                    ((right, right_sentence), right_variant),
                ] = sides;
                found.push(DifferingValues {
                    kind,
                    left_values: left_variant.values(kind),
                    right_values: right_variant.values(kind),
                    left_sentence: left_sentence.clone(),
                    right_sentence: right_sentence.clone(),
                    left: place(articles, *left),
                    right: place(articles, *right),
                });
            }
        }
    }
    found.sort_by(|a, b| {
        (&a.left, &a.right, &a.left_sentence).cmp(&(&b.left, &b.right, &b.left_sentence))
    });
    found
}

fn place(articles: &[&IndexedArticle], (article, section): SectionNumber) -> Place {
    let article = articles[article];
    Place {
        article_id: article.id.clone(),
        locale: article.locale.clone(),
        visibility: article.visibility,
        title: article.title.clone(),
        heading: article.sections[section].heading.clone(),
    }
}
