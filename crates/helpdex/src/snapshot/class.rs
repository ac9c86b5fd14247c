//! The open files of a generation: the articles of each visibility, and the models of their readers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use helpdex_text::{Locale, analyzer_fingerprint};

use crate::audience::Visibility;
use crate::error::Result;
use crate::index::segment::Segment;
use crate::model::labels::Thresholds;
use crate::model::ticket_model::TicketModel;
use crate::snapshot::manifest::{FOREIGN_REMEDY, NamedFile};
use crate::storage::class_file::{ClassFile, damaged, other_version};
use crate::storage::identity::Owner;
use crate::storage::store::Store;

/// An open class file: the segments of all articles of one visibility, by locale.
pub(super) struct Class {
    pub file: NamedFile,
    pub size_bytes: u64,
    pub segments: BTreeMap<Locale, Segment>,
}

/// The open model for the readers who see a visibility and all wider ones.
pub(super) struct OpenModel {
    pub file: NamedFile,
    pub size_bytes: u64,
    /// The keys of the articles that the model was trained on, ascending: see
    /// [`known_article_key`](crate::snapshot::generation::known_article_key).
    pub articles: Vec<u64>,
    pub model: TicketModel,
    pub thresholds: Thresholds,
    /// Those of answers by words and vectors, where there are any.
    pub thresholds_with_vectors: Option<Thresholds>,
}

/// The name of the part of a model's file that lists the articles that it was trained on.
pub(super) const ARTICLES_PART: &str = "articles";

/// A file of a generation that exists once for each visibility: the articles, or the models.
pub(super) trait Opened: Sized {
    fn file(&self) -> &NamedFile;

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility, owner: &Owner) -> Result<Self>;
}

/// Opens the file of each visibility, or reuses it if it is already open.
pub(super) fn open_all<T: Opened>(
    store: &Store,
    owner: &Owner,
    files: BTreeMap<Visibility, NamedFile>,
    current: &BTreeMap<Visibility, Arc<T>>,
) -> Result<BTreeMap<Visibility, Arc<T>>> {
    files
        .into_iter()
        .map(|(class, file)| {
            let known = current.get(&class).filter(|known| *known.file() == file);
            let open = if let Some(known) = known {
                Arc::clone(known)
            } else {
                let open = open_named(store, owner, &file, class);
                open.map_err(|error| store.at_file(&file.name, error))?
            };
            Ok((class, open))
        })
        .collect()
}

/// Opens a file that a manifest names.
fn open_named<T: Opened>(
    store: &Store,
    owner: &Owner,
    file: &NamedFile,
    class: Visibility,
) -> Result<Arc<T>> {
    let bytes = read_named(store, &file.name)?;
    let open = T::open(bytes, &file.name, class, owner)?;
    if open.file() == file {
        Ok(Arc::new(open))
    } else {
        Err(damaged("it is another file under this name"))
    }
}

/// Opens a class file, and refuses one of another version or another class.
pub(super) fn open_class_file(
    bytes: Vec<u8>,
    class: Visibility,
    owner: &Owner,
) -> Result<ClassFile> {
    let file = ClassFile::open(bytes)?;
    let header = file.header();
    if header.analyzer_fingerprint != analyzer_fingerprint() {
        return Err(other_version());
    }
    if header.class != class {
        return Err(damaged("it is of another visibility class"));
    }
    owner.check(&header.owner, FOREIGN_REMEDY)?;
    Ok(file)
}

impl Opened for Class {
    fn file(&self) -> &NamedFile {
        &self.file
    }

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility, owner: &Owner) -> Result<Self> {
        let file = open_class_file(bytes, class, owner)?;
        let locales: BTreeSet<Locale> = file
            .parts_below("")
            .filter_map(|(name, _)| name.split('/').next()?.parse().ok())
            .collect();
        let mut segments = BTreeMap::new();
        for locale in locales {
            let segment = Segment::open(&file, &locale)?;
            segments.insert(locale, segment);
        }
        Ok(Self {
            file: NamedFile::new(file_name, &file),
            size_bytes: file.size_bytes(),
            segments,
        })
    }
}

impl Opened for OpenModel {
    fn file(&self) -> &NamedFile {
        &self.file
    }

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility, owner: &Owner) -> Result<Self> {
        let file = open_class_file(bytes, class, owner)?;
        let model = TicketModel::from_parts(|name| Ok(file.part(name)?.to_vec()))?;
        let articles = file.part(ARTICLES_PART)?;
        let articles = articles.chunks_exact(8).map(|key| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(key);
            u64::from_le_bytes(bytes)
        });
        Ok(Self {
            file: NamedFile::new(file_name, &file),
            size_bytes: file.size_bytes(),
            articles: articles.collect(),
            thresholds: Thresholds::new(&model.head.by_words.labels),
            thresholds_with_vectors: model
                .head
                .with_vectors
                .as_ref()
                .map(|fitted| Thresholds::new(&fitted.labels)),
            model,
        })
    }
}

impl OpenModel {
    /// Whether the file is still on disk and intact.
    pub(super) fn is_on_disk(&self, store: &Store, class: Visibility, owner: &Owner) -> bool {
        let name = &self.file.name;
        let bytes = store.read(name);
        let open = bytes.and_then(|bytes| Self::open(bytes, name, class, owner));
        open.is_ok_and(|open| open.file == self.file)
    }
}

/// Reads a file that a manifest names.
fn read_named(store: &Store, name: &str) -> Result<Vec<u8>> {
    store.read(name).map_err(|error| {
        if error.is_missing_file() {
            damaged("it is missing")
        } else {
            error
        }
    })
}
