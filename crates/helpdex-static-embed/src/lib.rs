//! Vectors by a static model in the `Model2Vec` form, for [Helpdex](helpdex).
//!
//! Such a model is a table with a vector for each token of a vocabulary. The vector of a text is the mean of those of its tokens,
//! so it takes microseconds and no runtime of a neural network. The crate has no weights in it and downloads nothing: a host that
//! has a model gives the folder, with `model.safetensors` and `tokenizer.json`, and `config.json` where there is one.
//!
//! ```no_run
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use helpdex::KnowledgeBase;
//! use helpdex_static_embed::StaticModel;
//!
//! let model = StaticModel::open(Path::new("/srv/models/potion-base-8M"), "potion-base-8M")?;
//! let knowledge_base = KnowledgeBase::open(Path::new("kb"))?.with_embedder(Arc::new(model))?;
//! # Ok::<(), helpdex::Error>(())
//! ```
//!
//! The program `helpdex-static-embed FOLDER` is the same for the command: `helpdex build docs/help --into kb --embed-command
//! "helpdex-static-embed /srv/models/potion-base-8M" --embed-model potion-base-8M`.

mod static_model;
mod token_vectors;

pub use static_model::StaticModel;
