//! Vectors of texts by a model of the host, as one more piece of evidence: how they are made, checked and kept.
//!
//! Without them everything works by words and by what was learned from tickets. With them, articles are found that say the same in
//! other words, and with a model of several languages in another language. `docs/vectors.md` says when that is worth it.

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
