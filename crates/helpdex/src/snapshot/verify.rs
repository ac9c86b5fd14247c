//! Verifies one file of a generation, whatever it is.

use crate::audience::Visibility;
use crate::error::Result;
use crate::snapshot::class::{Class, OpenModel, Opened};
use crate::snapshot::manifest::{MODEL_SUFFIX, VECTOR_SUFFIX};
use crate::snapshot::vector_file::VectorFile;
use crate::storage::identity::Owner;
use crate::storage::store::Store;

/// Verifies every byte of one file, by its name.
pub(crate) fn verify_file(store: &Store, name: &str, owner: &Owner) -> Result<()> {
    let class = Visibility::ALL
        .into_iter()
        .find(|class| name.starts_with(&format!("{}-", class.name())));
    let Some(class) = class else {
        // A manifest was read with its generation.
        return Ok(());
    };
    let opened = store.read(name).and_then(|bytes| {
        if name.ends_with(MODEL_SUFFIX) {
            OpenModel::open(bytes, name, class, owner).map(drop)
        } else if name.ends_with(VECTOR_SUFFIX) {
            VectorFile::open(bytes, name, class, owner).map(drop)
        } else {
            Class::open(bytes, name, class, owner).map(drop)
        }
    });
    opened.map_err(|error| store.at_file(name, error))
}
