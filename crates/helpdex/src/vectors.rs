//! Embedding vectors from a model of the host, as additional evidence: how they are made, checked and stored.
//!
//! Vectors are optional. Without them, articles are found by their words and by what was learned from tickets. With
//! them, articles that say the same in other words are found too, and with a multilingual model also those in another
//! language. `docs/vectors.md` describes when vectors are worth their cost.

pub(crate) mod article_vectors;
pub(crate) mod embedder;
pub(crate) mod embedding;
pub(crate) mod given;
pub(crate) mod vector;
pub(crate) mod vector_use;

pub use self::embedder::{EmbedError, Embedder, TextKind};
pub use self::embedding::values_of_rows;
pub use self::given::GivenVectors;
pub use self::vector::Vector;
pub use self::vector_use::VectorUse;
