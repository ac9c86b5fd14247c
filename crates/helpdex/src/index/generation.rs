//! A generation: a manifest that names one file a visibility class. Publishing writes the next one;
//! a reader opens the newest and goes on with it until it is told to look again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use helpdex_text::{Locale, analyzer_fingerprint};
use serde::{Deserialize, Serialize};

use super::chance_coverage::{self, FilteredChances};
use super::checked_json;
use super::class_file::{
    ClassFile, ClassFileBuilder, ClassFileHeader, FORMAT_VERSION, damaged, other_version,
};
use super::deny_list::{DENY_LIST_FILE, DenyList};
use super::segment::{Allowed, ContentHash, Facets, Segment, Validity, combine};
use super::segment_builder::build_segment;
use super::store::{Store, UNFINISHED_SUFFIX};
use super::view::View;
use crate::article::Article;
use crate::audience::{Audience, Visibility};
use crate::eval::LabelledPrediction;
use crate::model::chance_coverage::ChanceCoverage;
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
    /// Whose knowledge base it is, where the host says so.
    tenant: Option<String>,
    published_at: Timestamp,
    fallback_locales: Vec<String>,
    /// The rules of each locale that has any.
    synonyms: BTreeMap<String, String>,
    /// The file of each class that has articles.
    files: BTreeMap<Visibility, NamedFile>,
    /// What was learned, for those who see this class and the wider ones.
    models: BTreeMap<Visibility, NamedFile>,
    /// What those who see this class and the wider ones find of a text by chance, by locale.
    chance: BTreeMap<Visibility, BTreeMap<String, MeasuredChance>>,
    /// How often something was forgotten before; generations of another number may know it.
    erasures: u64,
}

/// What was measured, and the articles that it was measured on.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct MeasuredChance {
    content_hash: ContentHash,
    coverage: ChanceCoverage,
}

/// A file beside a manifest. A file of another knowledge base that came in its place has another content; one that was
/// written again has the same, though its bytes differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct NamedFile {
    name: String,
    content_key: String,
}

impl NamedFile {
    fn new(name: &str, file: &ClassFile) -> Self {
        Self {
            name: name.to_owned(),
            content_key: file.header().content_key.clone(),
        }
    }
}

/// What readers see: the open class files of one manifest.
#[derive(Clone)]
pub(crate) struct Generation {
    number: u64,
    tenant: Option<String>,
    settings: Settings,
    classes: BTreeMap<Visibility, Arc<Class>>,
    models: BTreeMap<Visibility, Arc<OpenModel>>,
    chance: BTreeMap<Visibility, BTreeMap<String, MeasuredChance>>,
    /// The same for filters that were asked with, measured when they first were.
    filtered_chances: Arc<FilteredChances>,
    erasures: u64,
    /// The articles of each segment that nobody is to see any more.
    denied: BTreeMap<Visibility, BTreeMap<Locale, Vec<u32>>>,
    /// Why it is not the newest that is there, and what became of the newer ones.
    warnings: Vec<String>,
}

/// The open model of those who see a class and the wider ones.
struct OpenModel {
    file: NamedFile,
    size_bytes: u64,
    model: TicketModel,
    thresholds: Thresholds,
}

/// What is read from a file of its own, one a class.
trait Opened: Sized {
    fn file(&self) -> &NamedFile;

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility) -> Result<Self>;
}

/// Opens the file of each class, or takes what is open already.
fn open_all<T: Opened>(
    store: &Store,
    files: BTreeMap<Visibility, NamedFile>,
    current: &BTreeMap<Visibility, Arc<T>>,
) -> Result<BTreeMap<Visibility, Arc<T>>> {
    let open_file = |file: &NamedFile, class| {
        let bytes = read_named(store, &file.name)?;
        let open = T::open(bytes, &file.name, class)?;
        if open.file() == file {
            Ok(Arc::new(open))
        } else {
            Err(damaged("it is another file under this name"))
        }
    };
    files
        .into_iter()
        .map(|(class, file)| {
            let known = current.get(&class).filter(|known| *known.file() == file);
            let open = match known {
                Some(known) => Arc::clone(known),
                None => {
                    open_file(&file, class).map_err(|error| store.at_file(&file.name, error))?
                }
            };
            Ok((class, open))
        })
        .collect()
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
    file: NamedFile,
    size_bytes: u64,
    segments: BTreeMap<Locale, Segment>,
}

impl Generation {
    pub(crate) fn empty() -> Self {
        Self {
            number: 0,
            tenant: None,
            settings: Settings::default(),
            classes: BTreeMap::new(),
            models: BTreeMap::new(),
            chance: BTreeMap::new(),
            filtered_chances: Arc::default(),
            erasures: 0,
            denied: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    /// An empty one in place of those that cannot be opened.
    pub(crate) fn empty_because(error: &Error) -> Self {
        let warning = format!("no generation can be used, and nothing is shown: {error}");
        Self {
            warnings: vec![warning],
            ..Self::empty()
        }
    }

    /// 0 before the first publish, then one more each time.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Opens the newest generation that can be used, reusing the open classes of `current`; `None` when none is newer
    /// than that. Where a newer one cannot be used, an older one says so in its warnings.
    ///
    /// # Errors
    /// The reason why the newest cannot be used, when no older one can either.
    pub(crate) fn open_newest(
        store: &Store,
        current: &Self,
        tenant: Option<&str>,
    ) -> Result<Option<Self>> {
        let newer = || -> Result<Vec<u64>> {
            let names = store.list()?;
            let newest_first = numbers(&names).rev();
            Ok(newest_first
                .take_while(|number| *number > current.number)
                .collect())
        };
        let mut found = newer()?;
        loop {
            let opened = Self::open_first(store, &found, current, tenant);
            let is_newest = matches!(&opened, Ok(Some(open)) if open.warnings.is_empty());
            if is_newest || found.is_empty() {
                return opened;
            }
            // What a publish has removed meanwhile has a newer one: files go at once when something is forgotten.
            let found_again = newer()?;
            if found_again == found {
                return opened;
            }
            found = found_again;
        }
    }

    /// Opens the first of these generations, newest first, that can be used.
    fn open_first(
        store: &Store,
        numbers: &[u64],
        current: &Self,
        tenant: Option<&str>,
    ) -> Result<Option<Self>> {
        let mut failed = Vec::new();
        let mut erasures = None;
        for &number in numbers {
            let manifest = Manifest::read(store, number);
            if let Ok(manifest) = &manifest
                && *erasures.get_or_insert(manifest.erasures) != manifest.erasures
            {
                // It may know what was forgotten since.
                continue;
            }
            let opened =
                manifest.and_then(|manifest| Self::open_files(store, manifest, current, tenant));
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

    /// Opens one generation; `tenant`, when it is given, must be the one that it is of.
    pub(crate) fn open(
        store: &Store,
        number: u64,
        current: &Self,
        tenant: Option<&str>,
    ) -> Result<Self> {
        Self::open_files(store, Manifest::read(store, number)?, current, tenant)
    }

    fn open_files(
        store: &Store,
        manifest: Manifest,
        current: &Self,
        tenant: Option<&str>,
    ) -> Result<Self> {
        if let Some(expected) = tenant
            && manifest.tenant.as_deref() != Some(expected)
        {
            let found = match &manifest.tenant {
                Some(found) => format!("of tenant {found:?}"),
                None => "of no tenant".to_owned(),
            };
            let message = format!(
                "the knowledge base is {found}, not of {expected:?}; put the files of {expected:?} there, or build it again"
            );
            let error = Error::new(ErrorKind::IndexFormat, message);
            return Err(store.at_file(&manifest_name(manifest.generation), error));
        }
        let classes = open_all(store, manifest.files, &current.classes)?;
        let models = open_all(store, manifest.models, &current.models)?;
        Ok(Self {
            number: manifest.generation,
            tenant: manifest.tenant,
            settings: Settings::read(&manifest.fallback_locales, manifest.synonyms)
                .map_err(|_| store.at_file(&manifest_name(manifest.generation), other_version()))?,
            classes,
            models,
            chance: manifest.chance,
            filtered_chances: Arc::clone(&current.filtered_chances),
            erasures: manifest.erasures,
            denied: BTreeMap::new(),
            warnings: Vec::new(),
        })
    }

    /// Why it is not the newest that is there; empty when it is.
    pub(crate) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The bytes of its class and model files.
    pub(crate) fn size_bytes(&self) -> u64 {
        let classes = self.classes.values().map(|class| class.size_bytes);
        let models = self.models.values().map(|model| model.size_bytes);
        classes.chain(models).sum()
    }

    /// Whose knowledge base it is, where the host said so.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// Hides the articles of the list in place of those that were hidden before.
    pub(crate) fn set_denied(&mut self, list: &DenyList) -> Result<()> {
        let mut denied: BTreeMap<_, BTreeMap<_, Vec<u32>>> = BTreeMap::new();
        for (&visibility, class) in &self.classes {
            for (locale, segment) in &class.segments {
                for id in list.ids_in(self.number) {
                    if let Some(article) = segment.find_article(id)? {
                        let of_class = denied.entry(visibility).or_default();
                        of_class.entry(locale.clone()).or_default().push(article);
                    }
                }
            }
        }
        self.denied = denied;
        self.measure_chance()
    }

    /// Measures what is found of a text by chance, where the articles are not those that it was measured on. Articles
    /// that are not valid at every moment stay out: readers of another moment know nothing of them.
    fn measure_chance(&mut self) -> Result<()> {
        let mut chance = BTreeMap::new();
        for &class in self.classes.keys() {
            let mut locales = BTreeMap::new();
            let known = self.chance.get(&class);
            for (locale, view) in
                self.views_at(&Audience::of_class(class), Validity::Always, |_| true)
            {
                let known = known.and_then(|known| known.get(locale.as_str()));
                let is_same = |known: &&MeasuredChance| known.content_hash == *view.content_hash();
                let measured = match known.filter(is_same) {
                    Some(known) => known.clone(),
                    None => MeasuredChance {
                        content_hash: *view.content_hash(),
                        coverage: chance_coverage::measure(&view, locale)?,
                    },
                };
                locales.insert(locale.to_string(), measured);
            }
            chance.insert(class, locales);
        }
        self.chance = chance;
        Ok(())
    }

    fn denied_in(&self, visibility: Visibility, locale: &Locale) -> &[u32] {
        let of_class = self.denied.get(&visibility);
        of_class
            .and_then(|denied| denied.get(locale))
            .map_or(&[], Vec::as_slice)
    }

    /// The articles that exist for an answer, by locale: those that the audience may see at `now`, that pass the filter
    /// and are not denied. Only they are scored, counted or hinted at; a locale without any is not there.
    pub(crate) fn views(
        &self,
        audience: &Audience,
        now: Timestamp,
        filter: impl Fn(&Facets) -> bool,
    ) -> BTreeMap<&Locale, View<'_>> {
        self.views_at(audience, Validity::At(now), filter)
    }

    /// Those of the articles that the audience may see which are there at `now` and have no end: what may be learned of.
    pub(crate) fn lasting_views(
        &self,
        audience: &Audience,
        now: Timestamp,
    ) -> BTreeMap<&Locale, View<'_>> {
        self.views_at(audience, Validity::FromOn(now), |_| true)
    }

    fn views_at(
        &self,
        audience: &Audience,
        validity: Validity,
        filter: impl Fn(&Facets) -> bool,
    ) -> BTreeMap<&Locale, View<'_>> {
        let passes =
            |facets: &Facets| audience.sees_segments(&facets.user_segments) && filter(facets);
        let mut segments: BTreeMap<&Locale, Vec<(&Segment, Allowed)>> = BTreeMap::new();
        for (visibility, class) in &self.classes {
            if audience.sees_class(*visibility) {
                for (locale, segment) in &class.segments {
                    let denied = self.denied_in(*visibility, locale);
                    let allowed = segment.allowed(passes, validity, denied);
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
            .map_or("", |open| &open.file.content_key)
    }

    /// The labels of each class of readers that has a model, with their moments.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (Visibility, Vec<LabelledPrediction>)> {
        self.models.iter().map(|(class, open)| {
            let labels = open.model.head.labels.iter();
            (*class, labels.map(Into::into).collect())
        })
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

    /// How much of a text an article of the locale covers by chance, among those that the audience's class may see.
    pub(crate) fn chance_coverage(&self, audience: &Audience, locale: &Locale) -> ChanceCoverage {
        self.measured_chance(audience, locale)
            .map_or_else(ChanceCoverage::default, |measured| measured.coverage)
    }

    fn measured_chance(&self, audience: &Audience, locale: &Locale) -> Option<&MeasuredChance> {
        let mut seen = self.chance.iter().rev();
        let (_, locales) = seen.find(|(class, _)| audience.sees_class(**class))?;
        locales.get(locale.as_str())
    }

    /// As [`chance_coverage`](Self::chance_coverage), among the articles that pass the filter alone. It is measured when it
    /// is first asked for.
    pub(crate) fn filtered_chance_coverage(
        &self,
        audience: &Audience,
        locale: &Locale,
        filter: impl Fn(&Facets) -> bool,
    ) -> Result<ChanceCoverage> {
        // As without a filter: those of user segments stay out.
        let audience = Audience::of_class(audience.visibility());
        let passes =
            |facets: &Facets| audience.sees_segments(&facets.user_segments) && filter(facets);
        let mut content_hash = ContentHash::default();
        for (visibility, class) in &self.classes {
            if let Some(segment) = class.segments.get(locale)
                && audience.sees_class(*visibility)
            {
                let denied = self.denied_in(*visibility, locale);
                let hash = segment.allowed_hash(passes, Validity::Always, denied);
                combine(&mut content_hash, &hash);
            }
        }
        if let Some(measured) = self.measured_chance(&audience, locale)
            && measured.content_hash == content_hash
        {
            return Ok(measured.coverage);
        }
        self.filtered_chances.find(locale, &content_hash, || {
            let views = self.views_at(&audience, Validity::Always, &filter);
            let view = views.get(locale);
            view.map_or(Ok(ChanceCoverage::default()), |view| {
                chance_coverage::measure(view, locale)
            })
        })
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
    pub(crate) fn articles(&self) -> Result<Vec<(Visibility, String, String)>> {
        let mut articles = Vec::new();
        for (&visibility, class) in &self.classes {
            for segment in class.segments.values() {
                for article in 0..segment.article_count() {
                    let head = segment.stored_head(article)?;
                    articles.push((visibility, head.id, head.title));
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
            let class =
                if let Some(class) = self.reuse(store, &names, visibility, &name, &content_key) {
                    class
                } else {
                    let before = self.classes.get(&visibility).map(Arc::as_ref);
                    let build = |before, progress: &mut dyn FnMut() -> ControlFlow<()>| {
                        build_class(visibility, &content_key, articles, before, progress)
                    };
                    let bytes = match build(before, progress) {
                        // What cannot be copied from is made anew; of its articles was told already.
                        Err(error) if error.kind() == ErrorKind::IndexFormat => {
                            build(None, &mut || ControlFlow::Continue(()))
                        }
                        bytes => bytes,
                    }?;
                    store.write(&name, &bytes)?;
                    Arc::new(Class::open(bytes, &name, visibility)?)
                };
            classes.insert(visibility, class);
        }
        let newest = numbers(&names).next_back().unwrap_or(0);
        let generation = Self {
            number: newest.max(self.number) + 1,
            tenant: self.tenant.clone(),
            settings: settings.clone(),
            classes,
            models: BTreeMap::new(),
            chance: self.chance.clone(),
            filtered_chances: Arc::clone(&self.filtered_chances),
            erasures: self.erasures,
            denied: BTreeMap::new(),
            warnings: Vec::new(),
        };
        Ok(Prepared {
            generation,
            models_before: self.models.clone(),
        })
    }

    /// The class of a file that is there already, when every byte of it is whole.
    fn reuse(
        &self,
        store: &Store,
        names: &[String],
        visibility: Visibility,
        name: &str,
        content_key: &str,
    ) -> Option<Arc<Class>> {
        if !names.iter().any(|other| other == name) {
            return None;
        }
        let bytes = store.read(name).ok()?;
        let class = Class::open(bytes, name, visibility).ok()?;
        if class.file.content_key != content_key {
            return None;
        }
        // It may be open already; what is on the disk is still what was read.
        let open = self.classes.get(&visibility);
        let open = open.filter(|open| open.file == class.file).cloned();
        Some(open.unwrap_or_else(|| Arc::new(class)))
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
pub(crate) struct Prepared {
    generation: Generation,
    /// What was learned for the generation before.
    models_before: BTreeMap<Visibility, Arc<OpenModel>>,
}

impl Prepared {
    /// The generation that readers would see, without what is learned.
    pub(crate) fn generation(&self) -> &Generation {
        &self.generation
    }

    /// The classes that have articles, widest first. Who sees a class sees the wider ones, and each has a model.
    pub(crate) fn classes(&self) -> Vec<Visibility> {
        self.generation.classes.keys().copied().collect()
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
        for (visibility, seen) in self.generation.classes.range(..=class) {
            hasher.update(visibility.name().as_bytes());
            hasher.update(seen.file.name.as_bytes());
        }
        hasher.update(inputs);
        let name = model_file_name(class, &hasher.finalize().to_hex());
        let before = self.models_before.get(&class);
        let before = before.filter(|model| {
            let is_whole = || {
                let open = OpenModel::open(store.read(&name).ok()?, &name, class).ok()?;
                Some(open.file == model.file)
            };
            model.file.name == name && is_whole() == Some(true)
        });
        let open = if let Some(before) = before {
            Arc::clone(before)
        } else {
            let Some(model) = train(&self.generation)? else {
                return Ok(());
            };
            let bytes = model_bytes(&model, class)?;
            store.write(&name, &bytes)?;
            Arc::new(OpenModel::open(bytes, &name, class)?)
        };
        self.generation.models.insert(class, open);
        Ok(())
    }

    /// Whose knowledge base it is.
    pub(crate) fn set_tenant(&mut self, tenant: &str) {
        self.generation.tenant = Some(tenant.to_owned());
    }

    /// Hides the articles of the list, also from what is learned.
    pub(crate) fn set_denied(&mut self, list: &DenyList) -> Result<()> {
        self.generation.set_denied(list)
    }

    /// Says how often something was forgotten before: what was published at another number goes when this is committed.
    pub(crate) fn set_erasures(&mut self, erasures: u64) {
        self.generation.erasures = erasures;
    }

    /// Writes the manifest: when this returns, readers see the generation, and it survives a power cut.
    pub(crate) fn commit(self, store: &Store, now: Timestamp) -> Result<Generation> {
        let Self { generation, .. } = self;
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            generation: generation.number,
            tenant: generation.tenant.clone(),
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
                .map(|(visibility, class)| (*visibility, class.file.clone()))
                .collect(),
            models: generation
                .models
                .iter()
                .map(|(visibility, model)| (*visibility, model.file.clone()))
                .collect(),
            chance: generation.chance.clone(),
            erasures: generation.erasures,
        };
        store.write(
            &manifest_name(manifest.generation),
            &checked_json::write(&manifest)?,
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
    fn file(&self) -> &NamedFile {
        &self.file
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

    fn open(bytes: Vec<u8>, file_name: &str, class: Visibility) -> Result<Self> {
        let file = open_class_file(bytes, class)?;
        let model = TicketModel::from_parts(|name| Ok(file.part(name)?.to_vec()))?;
        Ok(Self {
            file: NamedFile::new(file_name, &file),
            size_bytes: file.size_bytes(),
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

/// What `before` has of the articles is copied from there.
fn build_class(
    class: Visibility,
    content_key: &str,
    articles: &[&Article],
    before: Option<&Class>,
    progress: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Vec<u8>> {
    let mut by_locale: BTreeMap<&Locale, Vec<&Article>> = BTreeMap::new();
    for article in articles {
        by_locale.entry(article.locale()).or_default().push(article);
    }
    let mut file = ClassFileBuilder::new();
    for (locale, articles) in by_locale {
        let before = before.and_then(|before| before.segments.get(locale));
        build_segment(locale, &articles, before, &mut file, progress)?;
    }
    file.finish(ClassFileHeader {
        format_version: FORMAT_VERSION,
        analyzer_fingerprint: analyzer_fingerprint().to_owned(),
        class,
        content_key: content_key.to_owned(),
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
    let is_manifest = numbers(&[name.to_owned()]).next().is_some();
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
    is_manifest || is_class || name == DENY_LIST_FILE
}

fn manifest_name(number: u64) -> String {
    format!("{MANIFEST_PREFIX}{number:010}{MANIFEST_SUFFIX}")
}

/// The numbers of the generations among the file names, ascending.
pub(crate) fn numbers(names: &[String]) -> impl DoubleEndedIterator<Item = u64> + use<> {
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

impl Manifest {
    fn read(store: &Store, number: u64) -> Result<Self> {
        let name = manifest_name(number);
        let read = || {
            let manifest: Self = checked_json::read(&store.read(&name)?)?;
            if manifest.format_version != FORMAT_VERSION {
                return Err(other_version());
            }
            if manifest.generation != number {
                return Err(damaged("it is of another generation"));
            }
            Ok(manifest)
        };
        read().map_err(|error| store.at_file(&name, error))
    }

    /// The names of its files.
    fn file_names(self) -> impl Iterator<Item = String> {
        let files = self.files.into_values().chain(self.models.into_values());
        files.map(|file| file.name)
    }
}

/// The names of all files of a generation, that of its manifest too.
pub(crate) fn file_names(store: &Store, number: u64) -> Result<Vec<String>> {
    let files = Manifest::read(store, number)?.file_names();
    Ok(files.chain([manifest_name(number)]).collect())
}

/// Verifies every byte of one file, by its name.
pub(crate) fn verify_file(store: &Store, name: &str) -> Result<()> {
    let verify = |class: Visibility| {
        let bytes = store.read(name)?;
        if name.ends_with(MODEL_SUFFIX) {
            OpenModel::open(bytes, name, class).map(drop)
        } else {
            Class::open(bytes, name, class).map(drop)
        }
    };
    let class = Visibility::ALL
        .into_iter()
        .find(|class| name.starts_with(&format!("{}-", class.name())));
    match class {
        Some(class) => verify(class).map_err(|error| store.at_file(name, error)),
        // A manifest was read with its generation.
        None => Ok(()),
    }
}

/// Removes the generations before the last few, those that cannot be read and those that may know what was forgotten
/// since, and files that none of the others names. When this returns they do not come back after a power cut.
fn remove_unused(store: &Store) -> Result<()> {
    let names = store.list()?;
    let mut used = BTreeSet::new();
    let mut newest_erasures = None;
    for number in numbers(&names).rev().take(KEPT_GENERATIONS) {
        match Manifest::read(store, number) {
            Ok(manifest) => {
                if *newest_erasures.get_or_insert(manifest.erasures) == manifest.erasures {
                    used.extend(manifest.file_names());
                    used.insert(manifest_name(number));
                }
            }
            // It is damaged or of another version.
            Err(error) if error.kind() == ErrorKind::IndexFormat => {}
            Err(error) => return Err(error),
        }
    }
    let is_unused = |name: &&String| {
        // Who denies articles does not wait for who publishes.
        is_our_name(name) && !name.starts_with(DENY_LIST_FILE) && !used.contains(*name)
    };
    let (manifests, files): (Vec<&String>, Vec<&String>) = names
        .iter()
        .filter(is_unused)
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
