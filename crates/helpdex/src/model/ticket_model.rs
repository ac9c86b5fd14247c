//! A model of past tickets, which says for each article how much a ticket resembles the tickets that the article
//! solved.
//!
//! It is a multinomial logistic regression over hashed terms, with one weight for each pair of term and class. A class
//! is a translation group, so that translations share what was learned; one more class is for tickets of which people
//! said that no article helps.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::blend::Blend;
use crate::model::labels::Label;
use crate::model::recalibration::Recalibration;
use crate::model::rows::Rows;
use crate::model::taught::{Taught, TaughtAnswers, WordSet};
use crate::model::ticket_terms::{KINDS, TermKind, TicketTerms};
use crate::model::vector_classifier::VectorClassifier;
use crate::vectors::vector::Vector;

/// The weight of each [`TermKind`] in the linear model. Function words distinguish short tickets ("why was", "how do
/// I"): 0.5 moved precision at 1 by -0.001, +0.001, +0.012 and +0.000 on four sets in cross-validation.
const LINEAR_WEIGHTS: [f32; KINDS] = [1.0, 1.0, 0.5];

/// The parts of a file that hold rows: where each ends, its classes, and their values.
const LINEAR_PARTS: [&str; 3] = ["ends", "classes", "values"];
const TAUGHT_PARTS: [&str; 3] = ["taught_ends", "taught_classes", "taught_values"];

/// A trained model of past tickets: a multinomial logistic regression over hashed terms, with a class for each
/// translation group, and perhaps one for tickets without an article, and the answers to tickets of the same words.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TicketModel {
    pub head: Head,
    /// The keys (hashes) of the terms that the model knows, ascending.
    pub keys: Vec<u64>,
    /// The inverse document frequency among past tickets of each term, in the order of `keys`.
    pub idf: Vec<f32>,
    /// The weights of each key, one row per key and one value per class.
    pub linear: Rows,
    /// What their vectors say; `None` where too few tickets have one.
    pub by_vector: Option<VectorClassifier>,
    /// The answers to tickets of the same words.
    pub taught: Taught,
}

/// What a model of past tickets says about one ticket.
#[derive(Clone, Copy)]
pub(crate) struct Past<'a> {
    pub model: &'a TicketModel,
    /// The logit that the ticket gets for each class of the model.
    pub logits: &'a [f32],
    /// The same by the vector of the ticket; `None` where the answer goes by words.
    pub by_vector: Option<&'a [f32]>,
    /// The answers to tickets of the same words.
    pub taught: &'a TaughtAnswers,
}

impl<'a> Past<'a> {
    /// Returns the weights, and the last step, of answers of this kind.
    pub(crate) fn fitted(&self) -> &'a Fitted {
        let with_vectors = self.model.head.with_vectors.as_ref();
        let with_vectors = with_vectors.filter(|_| self.by_vector.is_some());
        with_vectors.unwrap_or(&self.model.head.by_words)
    }

    /// Returns the same for an answer by words alone.
    pub(crate) fn by_words(self) -> Self {
        Self {
            by_vector: None,
            ..self
        }
    }

    /// Returns the logit that no article answers, and the same by the vector of the ticket.
    pub(crate) fn no_article(&self) -> [Option<f64>; 2] {
        let class = self.model.no_article_class();
        class.map_or([None; 2], |class| {
            let by_vector = self.by_vector.map(|logits| logits[class].into());
            [Some(self.logits[class].into()), by_vector]
        })
    }
}

/// The part of a model whose size does not depend on the number of terms.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The locales that a ticket without a declared locale may be in, as tags.
    pub locales: Vec<String>,
    /// The keys of the translation groups, ascending; each is one class. The class of tickets without an article comes
    /// behind them.
    pub groups: Vec<u64>,
    /// The weighted number of tickets that each translation group solved, in the order of `groups`.
    pub solved: Vec<f32>,
    /// The constant that the model adds to the logit of each class.
    pub biases: Vec<f32>,
    /// Whether the model has a class for tickets without an article.
    pub has_no_article: bool,
    /// The share of the model in a probability, beside the shipped one, in [0, 1): see
    /// [`own_share`](crate::model::chance::own_share).
    pub own_share: f64,
    /// For answers by words.
    #[serde(flatten)]
    pub by_words: Fitted,
    /// For answers by words and vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_vectors: Option<Fitted>,
}

/// The part of a model that is fitted to held-out tickets.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Fitted {
    pub blend: Blend,
    pub recalibration: Recalibration,
    /// The predictions for held-out tickets, most probable first, so that their order does not reveal when they came.
    pub labels: Vec<Label>,
}

impl Fitted {
    /// Returns a blend before it is fitted to tickets.
    pub(crate) fn of(blend: Blend) -> Self {
        Self {
            blend,
            ..Self::default()
        }
    }
}

impl TicketModel {
    /// Returns the class of a translation group; `None` when the model knows no ticket about it.
    pub(crate) fn class_of(&self, group: u64) -> Option<usize> {
        self.head.groups.binary_search(&group).ok()
    }

    /// Returns whether an article of a translation group solved a ticket.
    pub(crate) fn has_solved(&self, group: u64) -> bool {
        let class = self.class_of(group);
        class.is_some_and(|class| self.head.solved[class] > 0.0)
    }

    /// Returns the class of tickets that no article answers; `None` when the model has none.
    pub(crate) fn no_article_class(&self) -> Option<usize> {
        self.head.has_no_article.then_some(self.head.groups.len())
    }

    /// Returns whether it knows past tickets by vectors of the model of this one.
    pub(crate) fn knows_vectors_like(&self, vector: &Vector) -> bool {
        let classifier = self.by_vector.as_ref();
        classifier.is_some_and(|classifier| classifier.head.is_of(vector))
    }

    /// Returns the logit of each class by the vector of a ticket; `None` where nothing is known of vectors of its model.
    pub(crate) fn score_vector(&self, vector: &Vector) -> Option<Vec<f32>> {
        let classifier = self.by_vector.as_ref()?;
        let is_known = classifier.head.is_of(vector);
        is_known.then(|| classifier.score(vector, self.head.biases.len()))
    }

    /// Returns the logit of each class for a ticket, minus their mean. Linear in the values of its terms.
    pub(crate) fn score(&self, terms: &TicketTerms) -> Vec<f32> {
        let mut logits = self.head.biases.clone();
        for (index, value) in self.features(terms) {
            for (class, weight) in self.linear.row(index) {
                logits[class] += value * weight;
            }
        }
        let mean = logits.iter().sum::<f32>() / as_f32(logits.len().max(1));
        for logit in &mut logits {
            *logit -= mean;
        }
        logits
    }

    /// Returns the answers to tickets of the same words.
    pub(crate) fn taught(&self, terms: &TicketTerms) -> TaughtAnswers {
        let words = WordSet::of(terms, |key| self.keys.binary_search(&key).is_ok());
        self.taught.find(words.as_ref(), self.head.biases.len())
    }

    /// Returns the terms of a ticket that the model knows: the index of each term, and its value in the linear model.
    fn features(&self, terms: &TicketTerms) -> Vec<(usize, f32)> {
        features(terms, |key| {
            let index = self.keys.binary_search(&key).ok()?;
            Some((index, self.idf[index]))
        })
    }

    /// Returns the parts of the model's file, with their names.
    pub(crate) fn to_parts(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let head = serde_json::to_vec(&self.head)
            .map_err(|e| Error::internal("the head of a model cannot be written", e))?;
        let keys = self.keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        let taught_keys = self.taught.keys.iter().flat_map(|key| key.to_le_bytes());
        let mut parts = vec![
            ("head", head),
            ("keys", keys),
            ("idf", floats(&self.idf)),
            ("taught_keys", taught_keys.collect()),
            ("taught_priors", floats(&self.taught.priors)),
        ];
        let rows = [
            (&self.linear, LINEAR_PARTS),
            (&self.taught.answers, TAUGHT_PARTS),
        ];
        for (rows, [ends, classes, values]) in rows {
            let (of_classes, of_values): (Vec<u32>, Vec<f32>) =
                rows.entries.iter().copied().unzip();
            parts.push((ends, integers(&rows.ends)));
            parts.push((classes, integers(&of_classes)));
            parts.push((values, floats(&of_values)));
        }
        if let Some(classifier) = &self.by_vector {
            let head = serde_json::to_vec(&classifier.head)
                .map_err(|e| Error::internal("the head of a model cannot be written", e))?;
            parts.push(("vector_head", head));
            parts.push(("vector_weights", floats(&classifier.weights)));
        }
        Ok(parts)
    }

    /// Reads a model from the parts of its file, whose hashes were verified.
    ///
    /// # Errors
    /// [`OtherVersion`](ErrorKind::OtherVersion) for parts that do not fit together: of another version.
    pub(crate) fn from_parts(part: impl Fn(&str) -> Result<Vec<u8>>) -> Result<Self> {
        let head: Head = serde_json::from_slice(&part("head")?).map_err(|_| unreadable())?;
        let by_vector = match head.with_vectors {
            Some(_) => Some(VectorClassifier {
                head: serde_json::from_slice(&part("vector_head")?).map_err(|_| unreadable())?,
                weights: read_floats(&part("vector_weights")?),
            }),
            None => None,
        };
        let model = Self {
            head,
            by_vector,
            keys: read_keys(&part("keys")?),
            idf: read_floats(&part("idf")?),
            linear: read_rows(&part, LINEAR_PARTS)?,
            taught: Taught {
                keys: read_keys(&part("taught_keys")?),
                answers: read_rows(&part, TAUGHT_PARTS)?,
                priors: read_floats(&part("taught_priors")?),
            },
        };
        let Head {
            groups,
            solved,
            biases,
            has_no_article,
            ..
        } = &model.head;
        let classes = groups.len() + usize::from(*has_no_article);
        let fits = biases.len() == classes
            && solved.len() == groups.len()
            && groups.is_sorted()
            && model.keys.is_sorted()
            && model.idf.len() == model.keys.len()
            && model.linear.check(model.keys.len(), classes)
            && model
                .by_vector
                .as_ref()
                .is_none_or(|classifier| classifier.head.fits(classes, classifier.weights.len()))
            && model.taught.keys.is_sorted()
            && model.taught.priors.len() == model.taught.keys.len()
            && model
                .taught
                .answers
                .check(model.taught.keys.len(), 2 * classes);
        if fits { Ok(model) } else { Err(unreadable()) }
    }
}

fn unreadable() -> Error {
    Error::new(
        ErrorKind::OtherVersion,
        "what was learned from tickets is of another version; publish again",
    )
}

/// Returns the index and the value of each term for which `known` returns an index and an inverse document frequency.
/// The value is `(1 + ln count) idf`; the values of each kind of term are scaled to length 1, then multiplied by the
/// weight of the kind.
pub(crate) fn features(
    terms: &TicketTerms,
    known: impl Fn(u64) -> Option<(usize, f32)>,
) -> Vec<(usize, f32)> {
    let mut found: Vec<(TermKind, usize, f32)> = Vec::new();
    let mut squares = [0.0_f32; KINDS];
    for term in terms.iter() {
        let Some((index, idf)) = known(term.key) else {
            continue;
        };
        let value = (1.0 + libm::logf(as_f32(term.count as usize))) * idf;
        squares[term.kind as usize] += value * value;
        found.push((term.kind, index, value));
    }
    let scale: [f32; KINDS] = std::array::from_fn(|kind| {
        LINEAR_WEIGHTS[kind] / squares[kind].sqrt().max(f32::MIN_POSITIVE)
    });
    found
        .into_iter()
        .map(|(kind, index, value)| (index, value * scale[kind as usize]))
        .collect()
}

/// Converts a count to 32 bits. Counts here stay far below 2^24, or need not be exact beyond that.
#[expect(clippy::cast_precision_loss)]
pub(crate) fn as_f32(n: usize) -> f32 {
    n as f32
}

fn floats(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn integers(values: &[u32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn read_rows(
    part: &impl Fn(&str) -> Result<Vec<u8>>,
    [ends, classes, values]: [&str; 3],
) -> Result<Rows> {
    let classes = read_integers(&part(classes)?);
    let values = read_floats(&part(values)?);
    if classes.len() != values.len() {
        return Err(unreadable());
    }
    Ok(Rows {
        ends: read_integers(&part(ends)?),
        entries: classes.into_iter().zip(values).collect(),
    })
}

fn read_keys(bytes: &[u8]) -> Vec<u64> {
    let keys = bytes.as_chunks().0.iter();
    keys.map(|key| u64::from_le_bytes(*key)).collect()
}

fn read_floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|chunk| f32::from_le_bytes(*chunk))
        .collect()
}

fn read_integers(bytes: &[u8]) -> Vec<u32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|chunk| u32::from_le_bytes(*chunk))
        .collect()
}
