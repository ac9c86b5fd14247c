//! A generation: a manifest that names one file a visibility class. Publishing writes the next one;
//! a reader opens the newest and goes on with it until it is told to look again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use helpdex_text::{Locale, analyzer_fingerprint};
use serde::{Deserialize, Serialize};

use super::class_file::{
    ClassFile, ClassFileBuilder, ClassFileHeader, FORMAT_VERSION, damaged, other_version,
};
use super::scorer::View;
use super::segment::{Facets, Segment, SegmentBuilder};
use super::store::{Store, UNFINISHED_SUFFIX};
use crate::article::Article;
use crate::audience::{Audience, Visibility};
use crate::{Error, ErrorKind, Result, Timestamp};

/// How many generations stay, so that readers of an older one can finish opening it.
const KEPT_GENERATIONS: usize = 3;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Manifest {
    format_version: u32,
    generation: u64,
    published_at: Timestamp,
    default_locale: Option<String>,
    /// The file of each class that has articles.
    files: BTreeMap<Visibility, String>,
}

/// What readers see: the open class files of one manifest.
pub(crate) struct Generation {
    number: u64,
    default_locale: Option<Locale>,
    classes: BTreeMap<Visibility, Arc<Class>>,
}

/// The open segments of a class file.
struct Class {
    file_name: String,
    header: ClassFileHeader,
    segments: BTreeMap<Locale, Segment>,
}

impl Generation {
    pub(crate) fn empty() -> Self {
        Self {
            number: 0,
            default_locale: None,
            classes: BTreeMap::new(),
        }
    }

    /// 0 before the first publish, then one more each time.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Opens the newest generation, reusing the open classes of `current`; `None` when it is the newest itself.
    pub(crate) fn open_newest(store: &Store, current: &Self) -> Result<Option<Self>> {
        let newest = manifest_numbers(&store.list()?).next_back();
        match newest {
            Some(number) if number != current.number => {
                Self::open(store, number, current).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn open(store: &Store, number: u64, current: &Self) -> Result<Self> {
        let name = manifest_name(number);
        let at = |error: Error, name: &str| match store.folder() {
            Some(folder) => error.at_path(&folder.join(name)),
            None => error,
        };
        let manifest = read_manifest(&store.read(&name)?).map_err(|e| at(e, &name))?;
        let mut classes = BTreeMap::new();
        for (class, file_name) in manifest.files {
            let reused = current
                .classes
                .get(&class)
                .filter(|open| open.file_name == file_name);
            let open = match reused {
                Some(open) => Arc::clone(open),
                None => Arc::new(
                    Class::open(store.read(&file_name)?, &file_name, class)
                        .map_err(|e| at(e, &file_name))?,
                ),
            };
            classes.insert(class, open);
        }
        Ok(Self {
            number: manifest.generation,
            default_locale: manifest.default_locale.and_then(|l| l.parse().ok()),
            classes,
        })
    }

    /// The locales of the articles that the audience may see, in order.
    pub(crate) fn locales(&self, audience: &Audience) -> Vec<Locale> {
        let locales: BTreeSet<&Locale> = self
            .classes_of(audience)
            .flat_map(|class| class.segments.keys())
            .collect();
        locales.into_iter().cloned().collect()
    }

    /// The locale to fall back to: the one that was configured, else the one with the most articles in sight,
    /// of equals the first by name.
    pub(crate) fn default_locale(&self, audience: &Audience) -> Option<Locale> {
        let locales = self.locales(audience);
        if let Some(default) = &self.default_locale
            && locales.contains(default)
        {
            return Some(default.clone());
        }
        let count = |locale: &Locale| -> u32 {
            self.segments(audience, locale)
                .map(Segment::article_count)
                .sum()
        };
        locales.into_iter().rev().max_by_key(|locale| count(locale))
    }

    /// The articles of one locale that the audience may see at `now` and that pass the filter: only they are
    /// scored, counted or hinted at.
    pub(crate) fn view<'a>(
        &'a self,
        audience: &'a Audience,
        locale: &'a Locale,
        now: Timestamp,
        filter: impl Fn(&Facets) -> bool,
    ) -> View<'a> {
        let passes =
            |facets: &Facets| audience.sees_segments(&facets.user_segments) && filter(facets);
        let segments = self
            .segments(audience, locale)
            .map(|segment| (segment, segment.allowed(passes, now)))
            .collect();
        View::new(segments)
    }

    /// The segments of one locale that the audience may open, from the widest class to the narrowest.
    fn segments<'a>(
        &'a self,
        audience: &'a Audience,
        locale: &'a Locale,
    ) -> impl Iterator<Item = &'a Segment> {
        self.classes_of(audience)
            .filter_map(|class| class.segments.get(locale))
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

    /// A hash of all that decides what the audience is answered; what it may not see does not enter it.
    pub(crate) fn fingerprint(&self, audience: &Audience) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for class in self.classes_of(audience) {
            hasher.update(class.header.content_key.as_bytes());
        }
        if let Some(locale) = self.default_locale(audience) {
            hasher.update(locale.as_str().as_bytes());
        }
        hasher.finalize()
    }

    fn classes_of(&self, audience: &Audience) -> impl Iterator<Item = &Class> {
        self.classes
            .iter()
            .filter(|(visibility, _)| audience.sees_class(**visibility))
            .map(|(_, class)| &**class)
    }

    /// Writes the next generation of these articles and opens it. Files whose content is unchanged are kept.
    /// `progress` is called once an article of the files that are written.
    pub(crate) fn publish(
        &self,
        store: &Store,
        articles: &BTreeMap<Visibility, Vec<&Article>>,
        default_locale: Option<&Locale>,
        now: Timestamp,
        progress: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Self> {
        let names = store.list()?;
        let mut files = BTreeMap::new();
        for (&class, articles) in articles {
            let content_key = content_key(class, articles);
            let name = format!("{}-{}.helpdex", class.name(), &content_key[..32]);
            if !names.contains(&name) {
                let bytes = build_class(class, content_key, articles, progress)?;
                store.write(&name, &bytes)?;
            }
            files.insert(class, name);
        }
        let newest = manifest_numbers(&names).next_back().unwrap_or(0);
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            generation: newest.max(self.number) + 1,
            published_at: now,
            default_locale: default_locale.map(ToString::to_string),
            files,
        };
        let name = manifest_name(manifest.generation);
        store.write(&name, &write_manifest(&manifest)?)?;
        let generation = Self::open(store, manifest.generation, self)?;
        remove_unused(store)?;
        Ok(generation)
    }
}

impl Class {
    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility) -> Result<Self> {
        let file = ClassFile::open(bytes)?;
        let header = file.header().clone();
        if header.analyzer_fingerprint != analyzer_fingerprint() {
            return Err(other_version());
        }
        if header.class != class {
            return Err(damaged("it is of another visibility class"));
        }
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
            header,
            segments,
        })
    }
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

const MANIFEST_PREFIX: &str = "generation-";
const MANIFEST_SUFFIX: &str = ".json";

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

/// Removes the generations before the last few, and files that none of those names.
fn remove_unused(store: &Store) -> Result<()> {
    let names = store.list()?;
    let mut used = BTreeSet::new();
    for number in manifest_numbers(&names).rev().take(KEPT_GENERATIONS) {
        let name = manifest_name(number);
        if let Ok(manifest) = read_manifest(&store.read(&name)?) {
            used.extend(manifest.files.into_values());
        }
        used.insert(name);
    }
    for name in names {
        let is_ours = name.ends_with(".helpdex")
            || (name.starts_with(MANIFEST_PREFIX) && name.ends_with(MANIFEST_SUFFIX))
            || name.ends_with(UNFINISHED_SUFFIX);
        if is_ours && !used.contains(&name) {
            store.remove(&name)?;
        }
    }
    Ok(())
}
