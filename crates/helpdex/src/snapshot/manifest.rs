//! The manifest of a generation: its owner, its files, and its knowledge of the logs and of denied articles.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::audience::Visibility;
use crate::error::{Error, ErrorKind, Result};
use crate::settings::{Settings, SettingsRecord};
use crate::snapshot::deny_list::{DENY_LIST_FILE, DenyList};
use crate::storage::checked_json;
use crate::storage::class_file::{ClassFile, FORMAT_VERSION, damaged, other_version};
use crate::storage::identity::{Owner, tenant_name};
use crate::storage::log_head::LogMark;
use crate::storage::store::{Store, UNFINISHED_SUFFIX};
use crate::timestamp::Timestamp;
use crate::vectors::embedder::Embedder;
use crate::vectors::vector::Vector;

/// The number of newest generations that are kept: a reader that has just read the manifest of the previous one can
/// finish opening it, with one more to spare.
pub(super) const KEPT_GENERATIONS: usize = 3;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub format_version: u32,
    pub generation: u64,
    pub owner: Owner,
    pub published_at: Timestamp,
    pub(super) settings: SettingsRecord,
    /// The class file of each visibility that has articles.
    pub(super) files: BTreeMap<Visibility, NamedFile>,
    /// The model of the readers who see this visibility and all wider ones.
    pub(super) models: BTreeMap<Visibility, NamedModel>,
    /// The vectors of the articles of each class; `None` without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) vectors: Option<NamedVectors>,
    /// The number of times that feedback was forgotten before the publish; generations with another number may contain
    /// forgotten feedback.
    pub erasures: u64,
    pub logs: LogMarks,
    /// The list of denied articles when the generation was published.
    pub denied: DenyList,
}

/// The name of a file of a generation, with a hash of the data that the file was made from. The hash reveals a file of
/// another knowledge base in its place. A file that is written again from the same data has the same hash, even if its
/// bytes differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NamedFile {
    pub name: String,
    pub content_key: String,
}

/// The file of a model, with the facts about its training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NamedModel {
    pub file: NamedFile,
    pub training: Training,
}

/// The files with the vectors of the articles, and the model that made the vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NamedVectors {
    pub model: VectorModel,
    pub files: BTreeMap<Visibility, NamedFile>,
}

/// The model that made the vectors of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VectorModel {
    pub name: String,
    pub dimension: usize,
    /// Whether the vectors have unit length; always true.
    pub is_normalised: bool,
}

impl VectorModel {
    pub(crate) fn of(embedder: &dyn Embedder) -> Self {
        Self {
            name: embedder.name().to_owned(),
            dimension: embedder.dimension(),
            is_normalised: true,
        }
    }

    /// Whether this model made the vector, judged by name and dimension.
    pub(crate) fn is_of(&self, vector: &Vector) -> bool {
        vector.model() == self.name && vector.dimension() == self.dimension
    }
}

/// The facts about the training of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Training {
    /// The moment of the newest verdict that the model was trained on.
    pub learned_until: Timestamp,
    /// Whether the verdicts come from the log, so that the model can be trained again without a certain article.
    pub is_from_log: bool,
}

impl NamedFile {
    pub(super) fn new(name: &str, file: &ClassFile) -> Self {
        Self {
            name: name.to_owned(),
            content_key: file.header().content_key.clone(),
        }
    }
}

/// The marks of the logs at a publish. A later log must continue them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogMarks {
    pub articles: Option<LogMark>,
    pub tickets: Option<LogMark>,
}

pub(super) const CLASS_SUFFIX: &str = ".helpdex";
pub(super) const MODEL_SUFFIX: &str = ".model";
pub(super) const VECTOR_SUFFIX: &str = ".vectors";
/// The length, in hexadecimal digits, of the part of a content key that file names contain: 128 bits, so that two never
/// collide by chance.
const CLASS_KEY_CHARS: usize = 32;
const MANIFEST_PREFIX: &str = "generation-";
const MANIFEST_SUFFIX: &str = ".json";

pub(super) fn class_file_name(visibility: Visibility, content_key: &str) -> String {
    let prefix = visibility.name();
    format!("{prefix}-{}{CLASS_SUFFIX}", &content_key[..CLASS_KEY_CHARS])
}

pub(super) fn model_file_name(visibility: Visibility, key: &str) -> String {
    let prefix = visibility.name();
    format!("{prefix}-{}{MODEL_SUFFIX}", &key[..CLASS_KEY_CHARS])
}

pub(super) fn vector_file_name(visibility: Visibility, key: &str) -> String {
    let prefix = visibility.name();
    format!("{prefix}-{}{VECTOR_SUFFIX}", &key[..CLASS_KEY_CHARS])
}

/// Whether a file name is one that a knowledge base gives to files of generations.
pub(crate) fn is_our_name(name: &str) -> bool {
    let name = name.strip_suffix(UNFINISHED_SUFFIX).unwrap_or(name);
    let is_manifest = numbers(&[name.to_owned()]).next().is_some();
    let is_class = Visibility::ALL.iter().any(|visibility| {
        name.strip_prefix(visibility.name())
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|rest| {
                let suffixes = [CLASS_SUFFIX, MODEL_SUFFIX, VECTOR_SUFFIX];
                suffixes.iter().find_map(|suffix| rest.strip_suffix(suffix))
            })
            .is_some_and(|key| {
                key.len() == CLASS_KEY_CHARS && key.bytes().all(|b| b.is_ascii_hexdigit())
            })
    });
    is_manifest || is_class || name == DENY_LIST_FILE
}

pub(crate) fn manifest_name(number: u64) -> String {
    format!("{MANIFEST_PREFIX}{number:010}{MANIFEST_SUFFIX}")
}

/// Returns the numbers of the generations whose manifests are among the file names, ascending.
pub(crate) fn numbers(names: &[String]) -> impl DoubleEndedIterator<Item = u64> + use<> {
    let mut numbers: Vec<u64> = names
        .iter()
        .filter_map(|name| {
            let digits = name
                .strip_prefix(MANIFEST_PREFIX)?
                .strip_suffix(MANIFEST_SUFFIX)?;
            let number = digits.parse().ok()?;
            (manifest_name(number) == *name).then_some(number)
        })
        .collect();
    numbers.sort_unstable();
    numbers.into_iter()
}

/// Returns the number of the generation after `newest`.
///
/// # Errors
/// [`Damaged`](ErrorKind::Damaged) if `newest` is the largest number, which only a file made by hand has.
pub(super) fn next_number(store: &Store, newest: u64) -> Result<u64> {
    newest.checked_add(1).ok_or_else(|| {
        let message = "no number comes after this one; remove the file, and publish again";
        let error = Error::new(ErrorKind::Damaged, message);
        store.at_file(&manifest_name(newest), error)
    })
}

impl Manifest {
    /// Reads the manifest with this number and returns it with its hash, which distinguishes it from another manifest
    /// with this number. If `owner` is given, the manifest must belong to it.
    pub(super) fn read(
        store: &Store,
        number: u64,
        owner: Option<&Owner>,
    ) -> Result<(Self, blake3::Hash)> {
        let name = manifest_name(number);
        let bytes = store.read(&name);
        let manifest = bytes.and_then(|bytes| {
            let manifest = Self::from_bytes(&bytes, number, owner)?;
            Ok((manifest, blake3::hash(&bytes)))
        });
        manifest.map_err(|error| store.at_file(&name, error))
    }

    fn from_bytes(bytes: &[u8], number: u64, owner: Option<&Owner>) -> Result<Self> {
        let manifest: Self = checked_json::read(bytes)?;
        if manifest.format_version != FORMAT_VERSION {
            return Err(other_version());
        }
        if manifest.generation != number {
            return Err(damaged("it is of another generation"));
        }
        if let Some(owner) = owner {
            owner.check(&manifest.owner, FOREIGN_REMEDY)?;
        }
        Ok(manifest)
    }

    /// Returns the newest manifest that can be read and belongs to `owner`, if one is given; `None` if there is none.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage).
    pub(crate) fn newest(store: &Store, owner: Option<&Owner>) -> Result<Option<Self>> {
        for number in numbers(&store.list()?).rev() {
            match Self::read(store, number, owner) {
                Ok((manifest, _)) => return Ok(Some(manifest)),
                // It is damaged, of another version or another one's, or it has just been removed.
                Err(error) if error.kind().is_unusable_file() || error.is_missing_file() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Refuses to use this owner's list of denied articles if there are manifests, but all of them belong to another
    /// knowledge base: one of the two was copied here by mistake.
    ///
    /// # Errors
    /// [`OtherOwner`](ErrorKind::OtherOwner), [`Storage`](ErrorKind::Storage).
    pub(crate) fn check_any_of(store: &Store, owner: &Owner) -> Result<()> {
        if Self::newest(store, Some(owner))?.is_some() {
            return Ok(());
        }
        let Some(other) = Self::newest(store, None)? else {
            return Ok(());
        };
        let message = format!(
            "this file is of {}, knowledge base {}, and {} of {}, knowledge base {}: one of them came from elsewhere; put back \
             the right one from a copy, or remove the wrong one, repair the knowledge base and publish again",
            tenant_name(owner.tenant.as_deref()),
            owner.knowledge_base,
            manifest_name(other.generation),
            tenant_name(other.owner.tenant.as_deref()),
            other.owner.knowledge_base
        );
        let error = Error::new(ErrorKind::OtherOwner, message);
        Err(store.at_file(DENY_LIST_FILE, error))
    }

    /// Returns the settings of the knowledge base.
    pub(crate) fn settings(&self) -> Result<Settings> {
        Settings::from_record(&self.settings)
    }

    /// Returns the names of the files that the manifest names.
    fn file_names(self) -> impl Iterator<Item = String> {
        let models = self.models.into_values().map(|model| model.file);
        let vectors = self.vectors.into_iter();
        let vectors = vectors.flat_map(|vectors| vectors.files.into_values());
        let files = self.files.into_values().chain(models).chain(vectors);
        files.map(|file| file.name)
    }
}

/// The remedy in errors about a file of another knowledge base that a publish writes anew.
pub(super) const FOREIGN_REMEDY: &str = "put back the right file from a copy, or publish again";

/// Returns the names of all files of a generation, including its manifest.
pub(crate) fn file_names(store: &Store, number: u64) -> Result<Vec<String>> {
    let (manifest, _) = Manifest::read(store, number, None)?;
    let files = manifest.file_names();
    Ok(files.chain([manifest_name(number)]).collect())
}

/// Deletes all generations but the newest `kept`, and of these the unreadable ones and those from before feedback was
/// forgotten. Files that no remaining generation names are deleted too. When this returns, the deletions survive a
/// power cut.
pub(super) fn remove_unused(store: &Store, owner: &Owner, kept: usize) -> Result<()> {
    let names = store.list()?;
    let mut used = BTreeSet::new();
    let mut newest_erasures = None;
    for number in numbers(&names).rev().take(kept) {
        match Manifest::read(store, number, Some(owner)) {
            Ok((manifest, _)) => {
                if *newest_erasures.get_or_insert(manifest.erasures) == manifest.erasures {
                    used.extend(manifest.file_names());
                    used.insert(manifest_name(number));
                }
            }
            // It is damaged, of another version or another one's.
            Err(error) if error.kind().is_unusable_file() => {}
            Err(error) => return Err(error),
        }
    }
    let (manifests, files): (Vec<&String>, Vec<&String>) = names
        .iter()
        .filter(|name| is_our_name(name) && !used.contains(*name))
        // Who denies articles does not wait for who publishes.
        .filter(|name| !name.starts_with(DENY_LIST_FILE))
        .partition(|name| name.starts_with(MANIFEST_PREFIX));
    // Manifests go first, so that none is left without its files.
    for unused in [manifests, files] {
        for name in &unused {
            store.remove(name)?;
        }
        if !unused.is_empty() {
            store.sync()?;
        }
    }
    Ok(())
}
