//! A generation: a manifest that names one file a visibility class. Publishing writes the next one;
//! a reader opens the newest and goes on with it until it is told to look again.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use helpdex_text::{Locale, analyzer_fingerprint};
use serde::{Deserialize, Serialize};

use super::class_file::{
    ClassFile, ClassFileBuilder, ClassFileHeader, FORMAT_VERSION, damaged, other_version,
};
use super::scorer::View;
use super::segment::{Allowed, Facets, Segment, SegmentBuilder};
use super::store::{Store, UNFINISHED_SUFFIX};
use crate::article::Article;
use crate::audience::{Audience, Visibility};
use crate::model::labels::Thresholds;
use crate::model::ticket_model::TicketModel;
use crate::synonyms::Synonyms;
use crate::{Error, ErrorKind, Result, Timestamp};

/// How many generations stay: a reader that has just read the manifest of the one before can finish opening it, and one
/// is left over.
const KEPT_GENERATIONS: usize = 3;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Manifest {
    format_version: u32,
    generation: u64,
    published_at: Timestamp,
    fallback_locales: Vec<String>,
    /// The rules of each locale that has any.
    synonyms: BTreeMap<String, String>,
    /// The file of each class that has articles.
    files: BTreeMap<Visibility, String>,
    /// What was learned, for those who see this class and the wider ones.
    models: BTreeMap<Visibility, String>,
    /// How often something was forgotten before; generations of another number may know it.
    erasures: u64,
}

/// What readers see: the open class files of one manifest.
pub(crate) struct Generation {
    number: u64,
    settings: Settings,
    classes: BTreeMap<Visibility, Arc<Class>>,
    models: BTreeMap<Visibility, Arc<OpenModel>>,
    erasures: u64,
}

/// The open model of those who see a class and the wider ones.
struct OpenModel {
    file_name: String,
    /// Tells this model from any other.
    content_hash: String,
    model: TicketModel,
    thresholds: Thresholds,
}

/// What is read from a file of its own, one a class.
trait Opened: Sized {
    fn file_name(&self) -> &str;

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility) -> Result<Self>;
}

/// Opens the file of each class, or takes what is open already.
fn open_all<T: Opened>(
    store: &Store,
    names: BTreeMap<Visibility, String>,
    current: &BTreeMap<Visibility, Arc<T>>,
) -> Result<BTreeMap<Visibility, Arc<T>>> {
    names
        .into_iter()
        .map(|(class, name)| {
            let known = current
                .get(&class)
                .filter(|known| known.file_name() == name);
            let open = match known {
                Some(known) => Arc::clone(known),
                None => Arc::new(
                    read_named(store, &name)
                        .and_then(|bytes| T::open(bytes, &name, class))
                        .map_err(|error| at_file(store, &name, error))?,
                ),
            };
            Ok((class, open))
        })
        .collect()
}

fn at_file(store: &Store, name: &str, error: Error) -> Error {
    match store.folder() {
        Some(folder) => error.at_path(&folder.join(name)),
        None => error,
    }
}

/// What holds for a whole knowledge base.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Settings {
    /// The locales that fill in, first choice first; the largest when there is none.
    pub fallback_locales: Vec<Locale>,
    pub synonyms: BTreeMap<Locale, Synonyms>,
}

/// The open segments of a class file.
struct Class {
    file_name: String,
    segments: BTreeMap<Locale, Segment>,
}

impl Generation {
    pub(crate) fn empty() -> Self {
        Self {
            number: 0,
            settings: Settings::default(),
            classes: BTreeMap::new(),
            models: BTreeMap::new(),
            erasures: 0,
        }
    }

    /// 0 before the first publish, then one more each time.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Opens the newest generation, reusing the open classes of `current`; `None` when it is the newest itself.
    pub(crate) fn open_newest(store: &Store, current: &Self) -> Result<Option<Self>> {
        let newest = || Ok::<_, Error>(manifest_numbers(&store.list()?).next_back());
        let mut found = newest()?;
        loop {
            let number = match found {
                Some(number) if number != current.number => number,
                _ => return Ok(None),
            };
            match Self::open(store, number, current) {
                Ok(open) => return Ok(Some(open)),
                Err(error) => {
                    // What a publish has removed meanwhile has a newer one: files go at once when something is forgotten.
                    found = newest()?;
                    if found == Some(number) {
                        return Err(error);
                    }
                }
            }
        }
    }

    fn open(store: &Store, number: u64, current: &Self) -> Result<Self> {
        let name = manifest_name(number);
        let manifest =
            read_manifest(&store.read(&name)?).map_err(|error| at_file(store, &name, error))?;
        let classes = open_all(store, manifest.files, &current.classes)?;
        let models = open_all(store, manifest.models, &current.models)?;
        Ok(Self {
            number: manifest.generation,
            settings: Settings::read(&manifest.fallback_locales, manifest.synonyms)?,
            classes,
            models,
            erasures: manifest.erasures,
        })
    }

    /// The articles that exist for an answer, by locale: those that the audience may see at `now` and that pass the
    /// filter. Only they are scored, counted or hinted at; a locale without any is not there.
    pub(crate) fn views(
        &self,
        audience: &Audience,
        now: Timestamp,
        filter: impl Fn(&Facets) -> bool,
    ) -> BTreeMap<&Locale, View<'_>> {
        let passes =
            |facets: &Facets| audience.sees_segments(&facets.user_segments) && filter(facets);
        let mut segments: BTreeMap<&Locale, Vec<(&Segment, Allowed)>> = BTreeMap::new();
        for (visibility, class) in &self.classes {
            if audience.sees_class(*visibility) {
                for (locale, segment) in &class.segments {
                    let allowed = segment.allowed(passes, now);
                    segments.entry(locale).or_default().push((segment, allowed));
                }
            }
        }
        segments
            .into_iter()
            .map(|(locale, segments)| (locale, View::new(segments)))
            .filter(|(_, view)| view.allowed_count() > 0)
            .collect()
    }

    /// The locales that fill in for what is not translated: those that were configured and are in sight, else the one
    /// with the most articles in sight, of equals the first by name.
    pub(crate) fn fallback_locales(&self, views: &BTreeMap<&Locale, View<'_>>) -> Vec<Locale> {
        let configured = self.settings.fallback_locales.iter();
        let mut locales: Vec<Locale> = configured
            .filter(|locale| views.contains_key(locale))
            .cloned()
            .collect();
        if locales.is_empty() {
            let largest = views
                .iter()
                .rev()
                .max_by_key(|(_, view)| view.allowed_count());
            locales.extend(largest.map(|(locale, _)| (*locale).clone()));
        }
        locales
    }

    /// What past tickets say to those who see these articles; `None` when nobody learned anything.
    pub(crate) fn model(&self, audience: &Audience) -> Option<&TicketModel> {
        self.open_model(audience).map(|open| &open.model)
    }

    /// Tells that model from any other; empty when there is none.
    pub(crate) fn model_hash(&self, audience: &Audience) -> &str {
        self.open_model(audience)
            .map_or("", |open| &open.content_hash)
    }

    /// The labels of that model, and the thresholds that are chosen from them.
    pub(crate) fn thresholds(&self, audience: &Audience) -> Option<&Thresholds> {
        self.open_model(audience).map(|open| &open.thresholds)
    }

    fn open_model(&self, audience: &Audience) -> Option<&OpenModel> {
        let mut seen = self.models.iter().rev();
        seen.find(|(class, _)| audience.sees_class(**class))
            .map(|(_, open)| &**open)
    }

    /// The synonyms of a locale.
    pub(crate) fn synonyms(&self, locale: &Locale) -> Option<&Synonyms> {
        self.settings.synonyms.get(locale)
    }

    /// Whether it has the article, whoever may see it. Looks at the logarithm of the articles of each locale.
    pub(crate) fn has_article(&self, id: &str) -> Result<bool> {
        for segment in self.classes.values().flat_map(|c| c.segments.values()) {
            if segment.find_article(id)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The articles, whoever may see them: class, id and title, in the order of classes and locales.
    #[cfg(test)]
    pub(crate) fn articles(&self) -> Result<Vec<(Visibility, String, String)>> {
        let mut articles = Vec::new();
        for (&visibility, class) in &self.classes {
            for segment in class.segments.values() {
                for article in 0..segment.article_count() {
                    let stored = segment.stored_article(article)?;
                    articles.push((visibility, stored.id, stored.title));
                }
            }
        }
        Ok(articles)
    }

    /// How many articles of each class there are.
    pub(crate) fn article_counts(&self) -> BTreeMap<Visibility, u32> {
        self.classes
            .iter()
            .map(|(visibility, class)| {
                let count = class.segments.values().map(Segment::article_count).sum();
                (*visibility, count)
            })
            .collect()
    }

    /// Writes the class files of these articles that are not there yet, and opens all. Nothing of it is seen by readers
    /// until it is committed. `progress` is called once an article of the files that are written.
    pub(crate) fn prepare(
        &self,
        store: &Store,
        articles: &BTreeMap<Visibility, Vec<&Article>>,
        settings: &Settings,
        progress: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Prepared> {
        let names = store.list()?;
        let mut classes = BTreeMap::new();
        for (&visibility, articles) in articles {
            let content_key = content_key(visibility, articles);
            let name = class_file_name(visibility, &content_key);
            let class = if let Some(class) = self.reuse(store, &names, visibility, &name) {
                class
            } else {
                let bytes = build_class(visibility, content_key, articles, progress)?;
                store.write(&name, &bytes)?;
                Arc::new(Class::open(bytes, &name, visibility)?)
            };
            classes.insert(visibility, class);
        }
        let newest = manifest_numbers(&names).next_back().unwrap_or(0);
        Ok(Prepared(Self {
            number: newest.max(self.number) + 1,
            settings: settings.clone(),
            classes,
            models: BTreeMap::new(),
            erasures: self.erasures,
        }))
    }

    /// The class of a file that is there already, when every byte of it is whole.
    fn reuse(
        &self,
        store: &Store,
        names: &[String],
        visibility: Visibility,
        name: &str,
    ) -> Option<Arc<Class>> {
        if !names.iter().any(|other| other == name) {
            return None;
        }
        let bytes = store.read(name).ok()?;
        if let Some(open) = self.classes.get(&visibility)
            && open.file_name == name
        {
            // It is open already; what is on the disk must still be what was read.
            return ClassFile::open(bytes).is_ok().then(|| Arc::clone(open));
        }
        Class::open(bytes, name, visibility).ok().map(Arc::new)
    }
}

impl Settings {
    fn read(fallback_locales: &[String], synonyms: BTreeMap<String, String>) -> Result<Self> {
        let mut settings = Self {
            fallback_locales: parse_locales(fallback_locales)?,
            synonyms: BTreeMap::new(),
        };
        for (locale, text) in synonyms {
            let locale: Locale = locale.parse()?;
            let synonyms = Synonyms::parse(&locale, &text)?;
            settings.synonyms.insert(locale, synonyms);
        }
        Ok(settings)
    }
}

pub(crate) fn parse_locales(tags: &[String]) -> Result<Vec<Locale>> {
    tags.iter().map(|tag| Ok(tag.parse()?)).collect()
}

/// A generation whose files are written, but not its manifest.
pub(crate) struct Prepared(Generation);

impl Prepared {
    /// The generation that readers would see, without what is learned.
    pub(crate) fn generation(&self) -> &Generation {
        &self.0
    }

    /// The classes that have articles, widest first. Who sees a class sees the wider ones, and each has a model.
    pub(crate) fn classes(&self) -> Vec<Visibility> {
        self.0.classes.keys().copied().collect()
    }

    /// Adds the model of those who see this class and the wider ones, from its file if it is there already. `inputs` is a
    /// hash of all that decides it beside the articles of the files, and `train` makes it.
    pub(crate) fn add_model(
        &mut self,
        store: &Store,
        class: Visibility,
        inputs: &[u8],
        train: impl FnOnce(&Generation) -> Result<Option<TicketModel>>,
    ) -> Result<()> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&FORMAT_VERSION.to_le_bytes());
        hasher.update(analyzer_fingerprint().as_bytes());
        for (visibility, seen) in self.0.classes.range(..=class) {
            hasher.update(visibility.name().as_bytes());
            hasher.update(seen.file_name.as_bytes());
        }
        hasher.update(inputs);
        let name = model_file_name(class, &hasher.finalize().to_hex());
        let is_there = store.list()?.contains(&name);
        let stored = if is_there {
            store.read(&name).ok()
        } else {
            None
        };
        let open = stored.and_then(|bytes| OpenModel::open(bytes, &name, class).ok());
        let open = if let Some(open) = open {
            open
        } else {
            let Some(model) = train(&self.0)? else {
                return Ok(());
            };
            let bytes = model_bytes(&model, class)?;
            store.write(&name, &bytes)?;
            OpenModel::open(bytes, &name, class)?
        };
        self.0.models.insert(class, Arc::new(open));
        Ok(())
    }

    /// Says how often something was forgotten before: what was published at another number goes when this is committed.
    pub(crate) fn set_erasures(&mut self, erasures: u64) {
        self.0.erasures = erasures;
    }

    /// Writes the manifest: when this returns, readers see the generation, and it survives a power cut.
    pub(crate) fn commit(self, store: &Store, now: Timestamp) -> Result<Generation> {
        let Self(generation) = self;
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            generation: generation.number,
            published_at: now,
            fallback_locales: generation
                .settings
                .fallback_locales
                .iter()
                .map(Locale::to_string)
                .collect(),
            synonyms: generation
                .settings
                .synonyms
                .iter()
                .map(|(locale, synonyms)| (locale.to_string(), synonyms.text().to_owned()))
                .collect(),
            files: generation
                .classes
                .iter()
                .map(|(visibility, class)| (*visibility, class.file_name.clone()))
                .collect(),
            models: generation
                .models
                .iter()
                .map(|(visibility, model)| (*visibility, model.file_name.clone()))
                .collect(),
            erasures: generation.erasures,
        };
        store.write(
            &manifest_name(manifest.generation),
            &write_manifest(&manifest)?,
        )?;
        let has_forgotten = remove_unused(store);
        // It is published. A file that cannot be removed now is removed at the next publish, but what was to be forgotten
        // is not passed over.
        if generation.erasures > 0 {
            has_forgotten?;
        }
        Ok(generation)
    }
}

/// Opens a file of this version that is of the class.
fn open_class_file(bytes: Vec<u8>, class: Visibility) -> Result<ClassFile> {
    let file = ClassFile::open(bytes)?;
    let header = file.header();
    if header.analyzer_fingerprint != analyzer_fingerprint() {
        return Err(other_version());
    }
    if header.class != class {
        return Err(damaged("it is of another visibility class"));
    }
    Ok(file)
}

impl Opened for Class {
    fn file_name(&self) -> &str {
        &self.file_name
    }

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility) -> Result<Self> {
        let file = open_class_file(bytes, class)?;
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
            file_name: file_name.to_owned(),
            segments,
        })
    }
}

impl Opened for OpenModel {
    fn file_name(&self) -> &str {
        &self.file_name
    }

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility) -> Result<Self> {
        let file = open_class_file(bytes, class)?;
        let model = TicketModel::from_parts(|name| Ok(file.part(name)?.to_vec()))?;
        Ok(Self {
            file_name: file_name.to_owned(),
            content_hash: file.header().content_key.clone(),
            thresholds: Thresholds::new(&model.head.labels),
            model,
        })
    }
}

fn model_bytes(model: &TicketModel, class: Visibility) -> Result<Vec<u8>> {
    let mut file = ClassFileBuilder::new();
    let mut hasher = blake3::Hasher::new();
    for (name, part) in model.to_parts()? {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(&part);
        file.add(name.to_owned(), &part);
    }
    file.finish(ClassFileHeader {
        format_version: FORMAT_VERSION,
        analyzer_fingerprint: analyzer_fingerprint().to_owned(),
        class,
        content_key: hasher.finalize().to_hex().to_string(),
    })
}

fn build_class(
    class: Visibility,
    content_key: String,
    articles: &[&Article],
    progress: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Vec<u8>> {
    let mut by_locale: BTreeMap<&Locale, Vec<&Article>> = BTreeMap::new();
    for article in articles {
        by_locale.entry(article.locale()).or_default().push(article);
    }
    let mut file = ClassFileBuilder::new();
    for (locale, articles) in by_locale {
        let mut segment = SegmentBuilder::new(locale)?;
        for article in articles {
            segment.add(article)?;
            if progress().is_break() {
                return Err(Error::new(
                    ErrorKind::Interrupted,
                    "publishing was interrupted; the knowledge base is as it was before",
                ));
            }
        }
        segment.finish(locale, &mut file)?;
    }
    file.finish(ClassFileHeader {
        format_version: FORMAT_VERSION,
        analyzer_fingerprint: analyzer_fingerprint().to_owned(),
        class,
        content_key,
    })
}

/// `articles` are in the order of their ids.
fn content_key(class: Visibility, articles: &[&Article]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&FORMAT_VERSION.to_le_bytes());
    hasher.update(analyzer_fingerprint().as_bytes());
    hasher.update(class.name().as_bytes());
    for article in articles {
        hasher.update(article.content_hash().as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

const CLASS_SUFFIX: &str = ".helpdex";
const MODEL_SUFFIX: &str = ".model";
/// 128 bits of the content key: two of them never meet by chance.
const CLASS_KEY_CHARS: usize = 32;
const MANIFEST_PREFIX: &str = "generation-";
const MANIFEST_SUFFIX: &str = ".json";

fn class_file_name(visibility: Visibility, content_key: &str) -> String {
    let prefix = visibility.name();
    format!("{prefix}-{}{CLASS_SUFFIX}", &content_key[..CLASS_KEY_CHARS])
}

fn model_file_name(visibility: Visibility, key: &str) -> String {
    let prefix = visibility.name();
    format!("{prefix}-{}{MODEL_SUFFIX}", &key[..CLASS_KEY_CHARS])
}

/// Whether we gave a file this name.
pub(crate) fn is_our_name(name: &str) -> bool {
    let name = name.strip_suffix(UNFINISHED_SUFFIX).unwrap_or(name);
    let is_manifest = manifest_numbers(&[name.to_owned()]).next().is_some();
    let is_class = Visibility::ALL.iter().any(|visibility| {
        name.strip_prefix(visibility.name())
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|rest| {
                let class = rest.strip_suffix(CLASS_SUFFIX);
                class.or_else(|| rest.strip_suffix(MODEL_SUFFIX))
            })
            .is_some_and(|key| {
                key.len() == CLASS_KEY_CHARS && key.bytes().all(|b| b.is_ascii_hexdigit())
            })
    });
    is_manifest || is_class
}

fn manifest_name(number: u64) -> String {
    format!("{MANIFEST_PREFIX}{number:010}{MANIFEST_SUFFIX}")
}

/// The numbers of the generations among the file names, ascending.
fn manifest_numbers(names: &[String]) -> impl DoubleEndedIterator<Item = u64> {
    let mut numbers: Vec<u64> = names
        .iter()
        .filter_map(|name| {
            name.strip_prefix(MANIFEST_PREFIX)?
                .strip_suffix(MANIFEST_SUFFIX)?
                .parse()
                .ok()
        })
        .collect();
    numbers.sort_unstable();
    numbers.into_iter()
}

/// The hash of the rest on the first line, then JSON.
fn write_manifest(manifest: &Manifest) -> Result<Vec<u8>> {
    let json = serde_json::to_string_pretty(manifest)
        .map_err(|e| Error::internal("a manifest cannot be written", e))?;
    Ok(format!("{}\n{json}", blake3::hash(json.as_bytes())).into_bytes())
}

/// Reads a file that a manifest names.
fn read_named(store: &Store, name: &str) -> Result<Vec<u8>> {
    store.read(name).map_err(|error| {
        let source = error.source().and_then(|e| e.downcast_ref::<io::Error>());
        if source.is_some_and(|e| e.kind() == io::ErrorKind::NotFound) {
            damaged("it is missing")
        } else {
            error
        }
    })
}

fn read_manifest(bytes: &[u8]) -> Result<Manifest> {
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is not UTF-8"))?;
    let (hash, json) = text
        .split_once('\n')
        .ok_or_else(|| damaged("it has no hash"))?;
    if blake3::hash(json.as_bytes()).to_hex().as_str() != hash {
        return Err(damaged("it does not match its hash"));
    }
    let manifest: Manifest = serde_json::from_str(json).map_err(|_| other_version())?;
    if manifest.format_version == FORMAT_VERSION {
        Ok(manifest)
    } else {
        Err(other_version())
    }
}

/// Removes the generations before the last few and those that may know what was forgotten since, and files that none
/// of the others names.
fn remove_unused(store: &Store) -> Result<()> {
    let names = store.list()?;
    let mut used = BTreeSet::new();
    let mut newest_erasures = None;
    for number in manifest_numbers(&names).rev().take(KEPT_GENERATIONS) {
        let name = manifest_name(number);
        if let Ok(manifest) = read_manifest(&store.read(&name)?) {
            if *newest_erasures.get_or_insert(manifest.erasures) != manifest.erasures {
                continue;
            }
            used.extend(manifest.files.into_values());
            used.extend(manifest.models.into_values());
        }
        used.insert(name);
    }
    for name in names {
        if is_our_name(&name) && !used.contains(&name) {
            store.remove(&name)?;
        }
    }
    Ok(())
}
