//! The vectors of the articles of the next generation.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::Result;
use crate::snapshot::class::Opened;
use crate::snapshot::manifest::{VectorModel, vector_file_name};
use crate::snapshot::prepared::Prepared;
use crate::snapshot::vector_file::{VectorCounts, VectorFile, VectorMaker};
use crate::storage::store::Store;
use crate::vectors::embedder::Embedder;

impl Prepared {
    /// Adds the vectors of its articles, by the embedder of the host where there is one. Only texts that the generation before
    /// has no vector of are embedded; without an embedder, or with none of the model before, the vectors of the texts that
    /// have not changed are kept. Nothing is written when the embedder fails.
    ///
    /// # Errors
    /// As [`embed_all`](crate::vectors::embedding::embed_all).
    pub(crate) fn add_vectors(
        &mut self,
        store: &Store,
        embedder: Option<&dyn Embedder>,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Option<VectorCounts>> {
        let before = self
            .vectors_before
            .values()
            .next()
            .map(|file| file.model.clone());
        let Some(model) = embedder.map(VectorModel::of).or_else(|| before.clone()) else {
            return Ok(None);
        };
        let none = BTreeMap::new();
        let is_same = before.as_ref() == Some(&model);
        let mut maker = VectorMaker {
            embedder,
            model: &model,
            before: if is_same { &self.vectors_before } else { &none },
            counts: VectorCounts::default(),
        };
        let mut files = Vec::new();
        for (&visibility, class) in &self.generation.classes {
            files.push((
                visibility,
                maker.class_file(&self.owner, visibility, class, progress)?,
            ));
        }
        let counts = maker.counts;
        for (visibility, (bytes, content_key)) in files {
            let name = vector_file_name(visibility, &content_key);
            let is_there = store.read(&name).is_ok_and(|there| there == bytes);
            if !is_there {
                store.write(&name, &bytes)?;
            }
            let file = VectorFile::open(bytes, &name, visibility, &self.owner)?;
            self.generation.vectors.insert(visibility, Arc::new(file));
        }
        Ok(Some(counts))
    }
}
