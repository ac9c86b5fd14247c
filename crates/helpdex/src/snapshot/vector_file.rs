//! The file with the vectors of the articles of a visibility, and how it is made.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use helpdex_text::{Locale, analyzer_fingerprint};

use crate::audience::Visibility;
use crate::error::{Error, Result};
use crate::index::hashes::ContentHash;
use crate::index::segment::Segment;
use crate::snapshot::class::{Class, Opened, open_class_file};
use crate::snapshot::manifest::{NamedFile, VectorModel};
use crate::storage::class_file::{ClassFileBuilder, ClassFileHeader, FORMAT_VERSION, damaged};
use crate::storage::identity::Owner;
use crate::vectors::article_vectors::{ArticleVectors, TextHash, text_hash};
use crate::vectors::embedder::{Embedder, TextKind};
use crate::vectors::embedding::embed_all;
use crate::vectors::vector::{Vector, check_model, of_other_model};

/// The open vectors of a class.
pub(super) struct VectorFile {
    pub file: NamedFile,
    pub size_bytes: u64,
    pub model: VectorModel,
    pub locales: BTreeMap<Locale, ArticleVectors>,
}

/// The part of a file that names the model.
const MODEL_PART: &str = "model";

impl Opened for VectorFile {
    fn file(&self) -> &NamedFile {
        &self.file
    }

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility, owner: &Owner) -> Result<Self> {
        let file = open_class_file(bytes, class, owner)?;
        let model: VectorModel = serde_json::from_slice(&file.part(MODEL_PART)?)
            .map_err(|_| damaged("its model cannot be read"))?;
        check_model(&model.name, model.dimension)
            .map_err(|_| damaged("its model cannot be used"))?;
        let names = file.parts_below("");
        let tags = names.filter_map(|(name, _)| name.strip_suffix("/ends").map(str::to_owned));
        let mut locales = BTreeMap::new();
        for tag in tags {
            let locale = tag
                .parse()
                .map_err(|_| damaged("a locale cannot be read"))?;
            let vectors = ArticleVectors::open(&file, &locale, model.dimension)?;
            locales.insert(locale, vectors);
        }
        Ok(Self {
            file: NamedFile::new(file_name, &file),
            size_bytes: file.size_bytes(),
            model,
            locales,
        })
    }
}

impl VectorFile {
    /// Returns whether it has vectors for each article of the class.
    pub(super) fn fits(&self, class: &Class) -> bool {
        self.locales.iter().all(|(locale, vectors)| {
            let segment = class.segments.get(locale);
            segment
                .is_some_and(|segment| segment.article_count() as usize == vectors.article_count())
        })
    }
}

/// Counts of the vectors of a publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct VectorCounts {
    pub embedded: usize,
    pub kept: usize,
    pub given: usize,
    /// Articles without any vector.
    pub articles_without: usize,
}

/// Makes the vectors of the articles of the classes.
pub(super) struct VectorMaker<'a> {
    /// The model of the host; none where it gives none: vectors of unchanged texts are kept then.
    pub embedder: Option<&'a dyn Embedder>,
    pub model: &'a VectorModel,
    /// The vectors of the generation before, where they are of this model.
    pub before: &'a BTreeMap<Visibility, Arc<VectorFile>>,
    pub counts: VectorCounts,
}

/// The texts of an article, or the vectors that the host gave.
enum Wanted {
    Texts(Vec<TextHash>),
    Given(Vec<(TextHash, Vector)>),
}

/// A text with a vector in the generation before.
type Known<'a> = HashMap<&'a TextHash, (&'a ArticleVectors, usize)>;

impl VectorMaker<'_> {
    /// Returns the bytes of the file of a class, and the hash of what they say.
    ///
    /// # Errors
    /// As [`embed_all`].
    pub(super) fn class_file(
        &mut self,
        owner: &Owner,
        visibility: Visibility,
        class: &Class,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<(Vec<u8>, String)> {
        let mut file = ClassFileBuilder::new();
        let model = serde_json::to_vec(self.model)
            .map_err(|e| Error::internal("the name of a model cannot be written", e))?;
        file.add(MODEL_PART.to_owned(), &model);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&model);
        for (locale, segment) in &class.segments {
            let vectors = self.of_segment(segment, progress)?;
            hasher.update(locale.as_str().as_bytes());
            for article in 0..segment.article_count() {
                hasher.update(vectors.hash(article));
            }
            vectors.add_to(locale, &mut file);
        }
        let content_key = hasher.finalize().to_hex().to_string();
        let bytes = file.finish(ClassFileHeader {
            format_version: FORMAT_VERSION,
            owner: owner.clone(),
            analyzer_fingerprint: analyzer_fingerprint().to_owned(),
            class: visibility,
            content_key: content_key.clone(),
        })?;
        Ok((bytes, content_key))
    }

    fn of_segment(
        &mut self,
        segment: &Segment,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<ArticleVectors> {
        let files = self.before.values();
        let before = files.flat_map(|file| file.locales.values());
        let known: Known<'_> = before
            .flat_map(|vectors| {
                vectors
                    .texts()
                    .map(move |(text, index)| (text, (vectors, index)))
            })
            .collect();
        let (wanted, missing) = self.wanted(segment, &known)?;
        let texts: Vec<&str> = missing.values().map(String::as_str).collect();
        let made = match self.embedder {
            Some(embedder) => embed_all(embedder, &texts, TextKind::Article, progress)?,
            None => vec![None; texts.len()],
        };
        let made: HashMap<&TextHash, Option<Vector>> = missing.keys().zip(made).collect();
        let mut vectors = ArticleVectors::new(self.model.dimension);
        for wanted in &wanted {
            let first = vectors.len();
            match wanted {
                Wanted::Given(given) => {
                    for (text, vector) in given {
                        vectors.push(*text, Some(vector));
                    }
                    self.counts.given += given.len();
                }
                Wanted::Texts(texts) => {
                    for text in texts {
                        if let Some((file, index)) = known.get(text) {
                            vectors.copy(file, *index);
                            self.counts.kept += 1;
                        } else {
                            let vector = made.get(text).and_then(Option::as_ref);
                            self.counts.embedded += usize::from(vector.is_some());
                            // A text that nobody embedded is asked for again.
                            let text = if vector.is_some() {
                                *text
                            } else {
                                TextHash::default()
                            };
                            vectors.push(text, vector);
                        }
                    }
                }
            }
            vectors.end_article();
            let article = u32::try_from(vectors.article_count() - 1).unwrap_or(u32::MAX);
            let has_none = vectors.len() == first || vectors.first(article).is_none();
            self.counts.articles_without += usize::from(has_none);
        }
        Ok(vectors)
    }

    /// Returns what each article is to have, and the texts that are to be embedded.
    fn wanted(
        &self,
        segment: &Segment,
        known: &Known<'_>,
    ) -> Result<(Vec<Wanted>, BTreeMap<TextHash, String>)> {
        let mut wanted = Vec::new();
        let mut missing = BTreeMap::new();
        for article in 0..segment.article_count() {
            let head = segment.stored_head(article)?;
            let content = &segment.article_hashes[article as usize];
            let given = self
                .embedder
                .and_then(|embedder| embedder.of_article(&head.id));
            if let Some(given) = given {
                if let Some(other) = given.iter().find(|vector| !self.model.is_of(vector)) {
                    let VectorModel {
                        name, dimension, ..
                    } = self.model;
                    return Err(of_other_model(other, name, *dimension).about_article(&head.id));
                }
                let given = (0..).zip(given);
                let given = given.map(|(number, vector)| (given_hash(content, number), vector));
                wanted.push(Wanted::Given(given.collect()));
                continue;
            }
            let kept = (0..).map(|number| given_hash(content, number));
            let kept: Vec<TextHash> = kept.take_while(|text| known.contains_key(text)).collect();
            if self.embedder.is_none() && !kept.is_empty() {
                wanted.push(Wanted::Texts(kept));
                continue;
            }
            let sections = segment.stored_sections(article)?;
            let passages = sections.iter().flat_map(|section| &section.passages);
            let passages = passages.map(|passage| format!("{}\n{passage}", head.title));
            let texts = std::iter::once(head.title.clone()).chain(passages);
            let hashes = texts.map(|text| {
                let hash = text_hash(&text);
                if !known.contains_key(&hash) {
                    missing.entry(hash).or_insert(text);
                }
                hash
            });
            wanted.push(Wanted::Texts(hashes.collect()));
        }
        Ok((wanted, missing))
    }
}

/// Returns the hash that stands for the text of a vector that the host gave of an article of this content.
fn given_hash(content: &ContentHash, number: u32) -> TextHash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"given");
    hasher.update(content);
    hasher.update(&number.to_le_bytes());
    let hash = *hasher.finalize().as_bytes();
    std::array::from_fn(|index| hash[index])
}
