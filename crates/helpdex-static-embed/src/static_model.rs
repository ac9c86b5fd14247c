//! A static model: texts to tokens to the mean of their vectors.

use std::fmt;
use std::path::Path;

use helpdex::vectors::{EmbedError, Embedder, TextKind};
use helpdex::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use tokenizers::{Tokenizer, TruncationParams};

use crate::token_vectors::TokenVectors;

/// A model in the `Model2Vec` form, read from a folder.
///
/// A text has the vector that `StaticModel.encode` of the Python package `model2vec` gives, but for its length, which Helpdex
/// divides by. A text whose tokens are all unknown has zeros, which is no vector.
pub struct StaticModel {
    name: String,
    tokenizer: Tokenizer,
    /// The token that stands for what the vocabulary lacks: it counts for nothing.
    unknown: Option<u32>,
    /// The most characters of a text that are read; `None` for all.
    max_chars: Option<usize>,
    vectors: TokenVectors,
}

/// The part of `config.json` that changes vectors.
#[derive(Deserialize)]
struct Config {
    /// The most tokens of a text; null for all.
    #[serde(default = "Config::default_max_length")]
    max_length: Option<usize>,
}

impl Config {
    /// The default of `model2vec` 0.10.
    #[expect(clippy::unnecessary_wraps, reason = "the default of an option")]
    fn default_max_length() -> Option<usize> {
        Some(512)
    }

    /// Reads `config.json`; the defaults where there is none.
    fn read(path: &Path) -> Result<Self> {
        match std::fs::read(path) {
            Ok(json) => serde_json::from_slice(&json)
                .map_err(|e| Error::unreadable_json("the configuration", &e).at_path(path)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self {
                max_length: Self::default_max_length(),
            }),
            Err(error) => Err(Error::storage("the configuration", path, error)),
        }
    }
}

impl StaticModel {
    /// Reads the model of a folder. `name` is the [name](Embedder::name) of the model with its revision.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) for a file that cannot be read, and
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for files that are not of the form of `Model2Vec` or do not belong
    /// together.
    pub fn open(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join("tokenizer.json");
        let json = std::fs::read(&path).map_err(|e| Error::storage("the tokenizer", &path, e))?;
        let mut tokenizer =
            Tokenizer::from_bytes(&json).map_err(|error| unreadable(&path, error))?;
        let config = Config::read(&folder.join("config.json"))?;
        tokenizer.with_padding(None);
        let truncation = config.max_length.map(|max_length| TruncationParams {
            max_length,
            ..TruncationParams::default()
        });
        tokenizer
            .with_truncation(truncation)
            .map_err(|error| unreadable(&path, error))?;
        let tokens = tokenizer.get_vocab(true);
        let token_count = tokens.values().max().map_or(0, |last| *last as usize + 1);
        Ok(Self {
            name: name.to_owned(),
            unknown: unknown_token(&tokenizer, &json),
            max_chars: config
                .max_length
                .map(|most| most.saturating_mul(median_length(tokens.keys()))),
            vectors: TokenVectors::open(&folder.join("model.safetensors"), token_count)?,
            tokenizer,
        })
    }

    fn tokens(&self, text: &str) -> std::result::Result<Vec<u32>, EmbedError> {
        let end = self
            .max_chars
            .and_then(|most| text.char_indices().nth(most));
        let text = end.map_or(text, |(end, _)| &text[..end]);
        let encoding = self.tokenizer.encode_fast(text, false)?;
        let known = encoding.get_ids().iter().copied();
        Ok(known.filter(|id| Some(*id) != self.unknown).collect())
    }
}

impl Embedder for StaticModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn dimension(&self) -> usize {
        self.vectors.dimension()
    }

    fn embed(&self, texts: &[&str], _: TextKind) -> std::result::Result<Vec<f32>, EmbedError> {
        let mut vectors = Vec::with_capacity(texts.len() * self.dimension());
        for text in texts {
            self.vectors.add_mean(&self.tokens(text)?, &mut vectors);
        }
        Ok(vectors)
    }
}

impl fmt::Debug for StaticModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticModel")
            .field("name", &self.name)
            .field("dimension", &self.dimension())
            .finish_non_exhaustive()
    }
}

fn unreadable(path: &Path, error: EmbedError) -> Error {
    Error::invalid("the tokenizer cannot be read; give the tokenizer.json of the model")
        .at_path(path)
        .caused_by(error)
}

/// Returns the token that the tokenizer gives for what its vocabulary lacks: `unk_token` of word pieces, pairs of bytes and words,
/// and `unk_id` of a unigram model.
fn unknown_token(tokenizer: &Tokenizer, json: &[u8]) -> Option<u32> {
    let file: Value = serde_json::from_slice(json).ok()?;
    let model = file.get("model")?;
    match model.get("unk_token") {
        Some(token) => tokenizer.token_to_id(token.as_str()?),
        None => model.get("unk_id")?.as_u64()?.try_into().ok(),
    }
}

/// Returns the median of the lengths of the tokens in characters, rounded down: that of the two in the middle for an even number.
fn median_length<'a>(tokens: impl Iterator<Item = &'a String>) -> usize {
    let mut lengths: Vec<usize> = tokens.map(|token| token.chars().count()).collect();
    lengths.sort_unstable();
    let middle = lengths.len() / 2;
    match lengths.get(middle) {
        None => 0,
        Some(upper) if lengths.len() % 2 == 1 => *upper,
        Some(upper) => usize::midpoint(lengths[middle - 1], *upper),
    }
}
