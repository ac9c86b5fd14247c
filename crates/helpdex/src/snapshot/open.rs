//! Opens a generation: the newest that can be used, or one by its number.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::audience::Visibility;
use crate::error::Result;
use crate::snapshot::class::{Class, open_all};
use crate::snapshot::generation::{Generation, shared_groups};
use crate::snapshot::manifest::{Manifest, manifest_name, numbers};
use crate::snapshot::vector_file::VectorFile;
use crate::storage::class_file::{damaged, other_version};
use crate::storage::identity::Owner;
use crate::storage::store::Store;

impl Generation {
    /// Opens the newest usable generation of this owner with a number above `number`, and reuses the class files that
    /// `current` has open; `None` when there is no newer generation. If newer ones cannot be used, the warnings of the
    /// opened one say why.
    ///
    /// # Errors
    /// The reason why the newest cannot be used, when no older one can either.
    pub(crate) fn open_newest_after(
        number: u64,
        store: &Store,
        current: &Self,
        owner: &Owner,
    ) -> Result<Option<Self>> {
        let mut found = numbers_after(number, store)?;
        loop {
            let opened = Self::open_first(store, &found, current, owner);
            let is_newest = matches!(&opened, Ok(Some(open)) if open.warnings.is_empty());
            if is_newest || found.is_empty() {
                return opened;
            }
            // What a publish has removed meanwhile has a newer one: files go at once when something is forgotten.
            let found_again = numbers_after(number, store)?;
            if found_again == found {
                return opened;
            }
            found = found_again;
        }
    }

    /// Opens the first generation that can be used; `numbers` are given newest first.
    fn open_first(
        store: &Store,
        numbers: &[u64],
        current: &Self,
        owner: &Owner,
    ) -> Result<Option<Self>> {
        let mut failed = Vec::new();
        let mut erasures = None;
        for &number in numbers {
            let manifest = Manifest::read(store, number, Some(owner));
            if let Ok((manifest, _)) = &manifest
                && *erasures.get_or_insert(manifest.erasures) != manifest.erasures
            {
                // It may know what was forgotten since.
                continue;
            }
            let opened = manifest
                .and_then(|(manifest, hash)| Self::open_files(store, manifest, hash, current));
            match opened {
                Ok(mut open) => {
                    open.warnings = failed
                        .iter()
                        .map(|(newer, error)| {
                            format!("generation {newer} cannot be used, {number} is used in its place: {error}")
                        })
                        .collect();
                    return Ok(Some(open));
                }
                Err(error) => failed.push((number, error)),
            }
        }
        match failed.into_iter().next() {
            Some((_, error)) => Err(error),
            None => Ok(None),
        }
    }

    /// Opens the generation with this number, which must belong to `owner` if one is given.
    pub(crate) fn open(store: &Store, number: u64, owner: Option<&Owner>) -> Result<Self> {
        let (manifest, hash) = Manifest::read(store, number, owner)?;
        Self::open_files(store, manifest, hash, &Self::empty())
    }

    fn open_files(
        store: &Store,
        manifest: Manifest,
        manifest_hash: blake3::Hash,
        current: &Self,
    ) -> Result<Self> {
        let settings = manifest
            .settings()
            .map_err(|_| store.at_file(&manifest_name(manifest.generation), other_version()))?;
        let owner = manifest.owner;
        let classes = open_all(store, &owner, manifest.files, &current.classes)?;
        let trainings = manifest.models.iter();
        let trainings = trainings.map(|(class, model)| (*class, model.training));
        let trainings = trainings.collect();
        let models = manifest.models.into_iter();
        let models = models.map(|(class, model)| (class, model.file)).collect();
        let models = open_all(store, &owner, models, &current.models)?;
        let vectors = manifest.vectors.map(|vectors| vectors.files);
        let vectors = open_all(store, &owner, vectors.unwrap_or_default(), &current.vectors)?;
        check_fit(&classes, &vectors)?;
        Ok(Self {
            number: manifest.generation,
            owner: Some(owner),
            manifest_hash: Some(manifest_hash),
            logs: manifest.logs,
            listed: manifest.denied,
            settings,
            shared_groups: shared_groups(&classes)?,
            classes,
            models,
            vectors,
            usual: Arc::default(),
            trainings,
            published_at: Some(manifest.published_at),
            erasures: manifest.erasures,
            denied: BTreeMap::new(),
            warnings: Vec::new(),
        })
    }

    /// Whether another manifest lies in place of the generation's: one with the same number and another hash, or none
    /// while all others have lower numbers. A damaged manifest does not count as another one, nor does one that is gone
    /// because later publishes removed it.
    pub(crate) fn is_replaced(&self, store: &Store) -> Result<bool> {
        if self.number == 0 {
            return Ok(false);
        }
        let newest = numbers(&store.list()?).next_back();
        match Manifest::read(store, self.number, self.owner.as_ref()) {
            Ok((_, hash)) => Ok(self.manifest_hash != Some(hash)),
            Err(error) if error.is_missing_file() => {
                Ok(newest.is_some_and(|newest| newest < self.number))
            }
            Err(error) if error.kind().is_unusable_file() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Returns the numbers of the generations after `number`, newest first.
fn numbers_after(number: u64, store: &Store) -> Result<Vec<u64>> {
    let names = store.list()?;
    let newest_first = numbers(&names).rev();
    Ok(newest_first.take_while(|newer| *newer > number).collect())
}

/// Refuses vectors of other articles than those of the classes.
fn check_fit(
    classes: &BTreeMap<Visibility, Arc<Class>>,
    vectors: &BTreeMap<Visibility, Arc<VectorFile>>,
) -> Result<()> {
    let mut models = vectors.values().map(|file| &file.model);
    let first = models.next();
    let is_one = models.all(|model| Some(model) == first);
    let all_fit = vectors.iter().all(|(visibility, file)| {
        classes
            .get(visibility)
            .is_some_and(|class| file.fits(class))
    });
    if is_one && all_fit {
        Ok(())
    } else {
        Err(damaged("the vectors are of other articles"))
    }
}
