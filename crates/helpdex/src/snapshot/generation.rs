//! A generation: a manifest that names one file a visibility class. Publishing writes the next one;
//! a reader opens the newest and goes on with it until it is told to look again.

use std::collections::BTreeMap;
use std::sync::Arc;

use helpdex_text::Locale;

use crate::audience::{Audience, Visibility};
use crate::confidence::LabelledPrediction;
use crate::error::{Error, ErrorKind, Result};
use crate::index::columns::{Facets, Validity};
use crate::index::hashes::{ContentHash, combine};
use crate::index::segment::Segment;
use crate::model::labels::Thresholds;
use crate::model::ticket_model::TicketModel;
use crate::search::chance_coverage::ChanceCoverage;
use crate::search::measure_chance::{self, FilteredChances};
use crate::search::view::{View, views_by_locale};
use crate::snapshot::class::{Class, OpenModel, open_all};
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::manifest::{LogMarks, Manifest, MeasuredChance, manifest_name, numbers};
use crate::snapshot::settings::Settings;
use crate::snapshot::shared_groups::{ArticleKeys, SharedGroups};
use crate::storage::class_file::other_version;
use crate::storage::identity::Owner;
use crate::storage::store::Store;
use crate::synonyms::Synonyms;
use crate::timestamp::Timestamp;

/// What readers see: the open class files of one manifest.
#[derive(Clone)]
pub(crate) struct Generation {
    pub(super) number: u64,
    /// Whose it is; `None` before the first publish.
    pub(super) owner: Option<Owner>,
    /// Tells its manifest from another one of this number.
    pub(super) manifest_hash: Option<blake3::Hash>,
    /// What was known of the logs when it was published.
    pub(super) logs: LogMarks,
    /// What was denied when it was published.
    pub(super) listed: DenyList,
    pub(super) settings: Settings,
    pub(super) classes: BTreeMap<Visibility, Arc<Class>>,
    pub(super) models: BTreeMap<Visibility, Arc<OpenModel>>,
    pub(super) chance: BTreeMap<Visibility, BTreeMap<String, MeasuredChance>>,
    /// The same for filters that were asked with, measured when they first were.
    pub(super) filtered_chances: Arc<FilteredChances>,
    pub(super) erasures: u64,
    /// The articles of each segment that nobody is to see any more.
    pub(super) denied: BTreeMap<Visibility, BTreeMap<Locale, Vec<u32>>>,
    pub(super) shared_groups: Arc<SharedGroups>,
    /// Why it is not the newest that is there, and what became of the newer ones.
    pub(super) warnings: Vec<String>,
}

impl Generation {
    pub(crate) fn empty() -> Self {
        Self {
            number: 0,
            owner: None,
            manifest_hash: None,
            logs: LogMarks::default(),
            listed: DenyList::default(),
            settings: Settings::default(),
            classes: BTreeMap::new(),
            models: BTreeMap::new(),
            chance: BTreeMap::new(),
            filtered_chances: Arc::default(),
            erasures: 0,
            denied: BTreeMap::new(),
            shared_groups: Arc::default(),
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

    /// Opens the newest generation of this owner after `number` that can be used, reusing the open classes of `current`;
    /// `None` when there is none. Where a newer one cannot be used, an older one says so in its warnings.
    ///
    /// # Errors
    /// The reason why the newest cannot be used, when no older one can either.
    pub(crate) fn open_newest_after(
        number: u64,
        store: &Store,
        current: &Self,
        owner: &Owner,
    ) -> Result<Option<Self>> {
        let newer = || -> Result<Vec<u64>> {
            let names = store.list()?;
            let newest_first = numbers(&names).rev();
            Ok(newest_first.take_while(|newer| *newer > number).collect())
        };
        let mut found = newer()?;
        loop {
            let opened = Self::open_first(store, &found, current, owner);
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

    /// Opens one generation, which must be the owner's where one is given.
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
        let models = open_all(store, &owner, manifest.models, &current.models)?;
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
            chance: manifest.chance,
            filtered_chances: Arc::clone(&current.filtered_chances),
            erasures: manifest.erasures,
            denied: BTreeMap::new(),
            warnings: Vec::new(),
        })
    }

    /// Whether something else lies in its place: a manifest of its number that is another one, or none and none after it.
    /// A damaged one is not replaced, and what publishes have removed has newer ones.
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
            Err(error) if error.kind() == ErrorKind::IndexFormat => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What was known of the logs when it was published.
    pub(crate) fn logs(&self) -> &LogMarks {
        &self.logs
    }

    /// What was denied when it was published.
    pub(crate) fn listed(&self) -> &DenyList {
        &self.listed
    }

    /// How often something was forgotten before it was published.
    pub(crate) fn erasures(&self) -> u64 {
        self.erasures
    }

    /// Adds what is to be told of how it came into use.
    pub(crate) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
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

    /// Hides the articles of the list. Those that were hidden before stay so where the list says nothing of them: an entry
    /// leaves it when no generation is left that it is about, but this one may be older.
    pub(crate) fn set_denied(&mut self, list: &DenyList) -> Result<()> {
        let mut denied: BTreeMap<_, BTreeMap<_, Vec<u32>>> = BTreeMap::new();
        for (&visibility, class) in &self.classes {
            for (locale, segment) in &class.segments {
                for &article in self.denied_in(visibility, locale) {
                    if list.has_forgotten(self.number)
                        && !list.names(&segment.stored_head(article)?.id)
                    {
                        let of_class = denied.entry(visibility).or_default();
                        of_class.entry(locale.clone()).or_default().push(article);
                    }
                }
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

    /// What stands for the articles of these views.
    pub(crate) fn article_keys<'a>(
        &'a self,
        views: &'a BTreeMap<&'a Locale, View<'a>>,
    ) -> ArticleKeys<'a> {
        ArticleKeys {
            shared: &self.shared_groups,
            views,
        }
    }

    pub(super) fn denied_in(&self, visibility: Visibility, locale: &Locale) -> &[u32] {
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
        let in_sight = self.classes.iter();
        let in_sight = in_sight.filter(|(visibility, _)| audience.sees_class(**visibility));
        let segments = in_sight.flat_map(|(visibility, class)| {
            class.segments.iter().map(move |(locale, segment)| {
                let denied = self.denied_in(*visibility, locale);
                (locale, segment, segment.allowed(passes, validity, denied))
            })
        });
        views_by_locale(segments)
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
}

pub(super) fn shared_groups(
    classes: &BTreeMap<Visibility, Arc<Class>>,
) -> Result<Arc<SharedGroups>> {
    let segments = classes.values().flat_map(|class| &class.segments);
    Ok(Arc::new(SharedGroups::of(segments)?))
}
