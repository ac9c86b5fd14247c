//! A generation: a manifest that names one file per visibility. Publishing writes the next one; a reader opens the
//! newest and uses it until `refresh`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use helpdex_text::Locale;

use crate::audience::{Audience, Visibility};
use crate::confidence::LabelledPrediction;
use crate::error::{Error, Result};
use crate::index::columns::{Facets, Validity};
use crate::index::hashes::group_key;
use crate::index::segment::Segment;
use crate::model::labels::{Label, Thresholds};
use crate::model::ticket_model::TicketModel;
use crate::search::view::{View, views_by_locale};
use crate::settings::Settings;
use crate::snapshot::class::{Class, OpenModel};
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::manifest::{LogMarks, Training};
use crate::snapshot::shared_groups::{ArticleKeys, SharedGroups};
use crate::storage::identity::Owner;
use crate::synonyms::Synonyms;
use crate::timestamp::Timestamp;

/// The published state that readers see: the open class files of one manifest.
#[derive(Clone)]
pub(crate) struct Generation {
    pub(super) number: u64,
    /// The owner; `None` before the first publish.
    pub(super) owner: Option<Owner>,
    /// Tells its manifest from another one of this number.
    pub(super) manifest_hash: Option<blake3::Hash>,
    /// The logs as they were known when it was published.
    pub(super) logs: LogMarks,
    /// The articles that were denied when it was published.
    pub(super) listed: DenyList,
    pub(super) settings: Settings,
    pub(super) classes: BTreeMap<Visibility, Arc<Class>>,
    pub(super) models: BTreeMap<Visibility, Arc<OpenModel>>,
    /// The training of each model, as far as it is known.
    pub(super) trainings: BTreeMap<Visibility, Training>,
    /// The moment at which its articles were published; `None` before the first publish.
    pub(super) published_at: Option<Timestamp>,
    pub(super) erasures: u64,
    /// The denied articles of each segment.
    pub(super) denied: BTreeMap<Visibility, BTreeMap<Locale, Vec<u32>>>,
    pub(super) shared_groups: Arc<SharedGroups>,
    /// The reasons why the newest generation is not in use, and what is wrong with the newer ones.
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
            trainings: BTreeMap::new(),
            published_at: None,
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

    /// Returns the logs as they were known when it was published.
    pub(crate) fn logs(&self) -> &LogMarks {
        &self.logs
    }

    /// Returns the articles that were denied when it was published.
    pub(crate) fn listed(&self) -> &DenyList {
        &self.listed
    }

    /// Returns how often something was forgotten before it was published.
    pub(crate) fn erasures(&self) -> u64 {
        self.erasures
    }

    /// Adds a warning about how the generation came into use.
    pub(crate) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// Returns the reasons why the newest generation is not in use; empty when it is.
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
        Ok(())
    }

    /// Returns the same without these articles: as if they had never been written.
    pub(crate) fn without(&self, ids: &BTreeSet<&str>) -> Result<Self> {
        let mut rest = self.clone();
        for (&visibility, class) in &self.classes {
            for (locale, segment) in &class.segments {
                let mut left_out = self.denied_in(visibility, locale).to_vec();
                for id in ids {
                    left_out.extend(segment.find_article(id)?);
                }
                left_out.sort_unstable();
                left_out.dedup();
                let of_class = rest.denied.entry(visibility).or_default();
                of_class.insert(locale.clone(), left_out);
            }
        }
        Ok(rest)
    }

    /// Returns the keys of the articles of these views.
    pub(crate) fn article_keys<'a>(
        &'a self,
        views: &'a BTreeMap<&'a Locale, View<'a>>,
    ) -> ArticleKeys<'a> {
        ArticleKeys {
            shared: &self.shared_groups,
            views,
        }
    }

    fn denied_in(&self, visibility: Visibility, locale: &Locale) -> &[u32] {
        let of_class = self.denied.get(&visibility);
        of_class
            .and_then(|denied| denied.get(locale))
            .map_or(&[], Vec::as_slice)
    }

    /// Returns the articles that exist for an answer, by locale: those that the audience may see at `now`, that pass
    /// the filter, and that are not denied. Only these are scored, counted or hinted at; a locale without any has no
    /// view.
    pub(crate) fn views(
        &self,
        audience: &Audience,
        now: Timestamp,
        filter: impl Fn(&Facets) -> bool,
    ) -> BTreeMap<&Locale, View<'_>> {
        self.views_at(audience, Validity::At(now), filter)
    }

    /// Returns the articles to learn from: those that the audience may see, that exist at `now`, and that have no end.
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
        let mut in_sight = Vec::new();
        for (visibility, class) in &self.classes {
            if audience.sees_class(*visibility) {
                for (locale, segment) in &class.segments {
                    let allowed = segment.allowed(
                        |facets| audience.sees_segments(&facets.user_segments) && filter(facets),
                        validity,
                        self.denied_in(*visibility, locale),
                    );
                    in_sight.push((locale, segment, allowed));
                }
            }
        }
        views_by_locale(in_sight.into_iter())
    }

    /// Returns the locales that fill in for what is not translated: the main locale and the fallback locales of the settings,
    /// as far as they are in sight, else the one with the most articles in sight, of equals the first by name.
    pub(crate) fn fallback_locales(&self, views: &BTreeMap<&Locale, View<'_>>) -> Vec<Locale> {
        let mut locales: Vec<Locale> = Vec::new();
        let main = self.settings.main_locale.iter();
        for locale in main.chain(&self.settings.fallback_locales) {
            if views.contains_key(locale) && !locales.contains(locale) {
                locales.push(locale.clone());
            }
        }
        if locales.is_empty() {
            let largest = views
                .iter()
                .rev()
                .max_by_key(|(_, view)| view.allowed_count());
            locales.extend(largest.map(|(locale, _)| (*locale).clone()));
        }
        locales
    }

    /// Returns the model of those who see these articles; `None` when nothing was learned.
    pub(crate) fn model(&self, audience: &Audience) -> Option<&TicketModel> {
        self.open_model(audience).map(|open| &open.model)
    }

    /// Tells that model from any other; empty when there is none.
    pub(crate) fn model_hash(&self, audience: &Audience) -> &str {
        self.open_model(audience)
            .map_or("", |open| &open.file.content_key)
    }

    /// Returns the model of each class of readers: its hash, and what is known of its training.
    pub(crate) fn trainings(&self) -> impl Iterator<Item = (Visibility, &str, Training)> {
        self.trainings.iter().filter_map(|(class, training)| {
            let open = self.models.get(class)?;
            Some((*class, &*open.file.content_key, *training))
        })
    }

    /// Returns the articles that a model for the audience may be trained on, each by its [`known_article_key`], ascending.
    pub(crate) fn lasting_articles(&self, audience: &Audience, now: Timestamp) -> Result<Vec<u64>> {
        let mut keys = Vec::new();
        for (locale, view) in self.lasting_views(audience, now) {
            for article in view.allowed_articles() {
                let (segment, number) = view.locate(article);
                let head = segment.stored_head(number)?;
                keys.push(known_article_key(&head.id, &head.translation_group, locale));
            }
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// Returns the labels of each visibility that has a model, with their moments.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (Visibility, Vec<LabelledPrediction>)> {
        self.models.iter().map(|(class, open)| {
            let labels = open.model.head.labels.iter();
            (*class, labels.filter_map(Label::decided).collect())
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

    /// The synonyms of a locale.
    pub(crate) fn synonyms(&self, locale: &Locale) -> Option<&Synonyms> {
        self.settings.synonyms.get(locale)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Tells whether the generation has the article, for any reader. The cost is logarithmic in the articles of each
    /// locale.
    pub(crate) fn has_article(&self, id: &str) -> Result<bool> {
        for segment in self.classes.values().flat_map(|c| c.segments.values()) {
            if segment.find_article(id)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns all articles for any reader: visibility, id and title, in the order of visibilities and locales.
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

    /// Returns the articles that the audience may see at `now`: class, locale and number in its segment, in the order of
    /// classes and locales.
    pub(crate) fn visible_articles(
        &self,
        audience: &Audience,
        now: Timestamp,
    ) -> Vec<(Visibility, &Locale, u32)> {
        let mut articles = Vec::new();
        for (&visibility, class) in &self.classes {
            if !audience.sees_class(visibility) {
                continue;
            }
            for (locale, segment) in &class.segments {
                let allowed = segment.allowed(
                    |facets| audience.sees_segments(&facets.user_segments),
                    Validity::At(now),
                    self.denied_in(visibility, locale),
                );
                let all = 0..segment.article_count();
                let seen = all.filter(|&article| allowed.includes(article as usize));
                articles.extend(seen.map(|article| (visibility, locale, article)));
            }
        }
        articles
    }

    /// Returns the articles of a class in a locale.
    pub(crate) fn segment(&self, visibility: Visibility, locale: &Locale) -> Option<&Segment> {
        self.classes.get(&visibility)?.segments.get(locale)
    }

    /// Returns the number of articles of each class.
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

/// Returns the key of an article that a model was trained on: 64 bits of a hash, so that two of a help center never meet by
/// chance. An article that moves to another group or locale is another one.
pub(crate) fn known_article_key(id: &str, translation_group: &str, locale: &Locale) -> u64 {
    // None of the three has a control character.
    group_key(&format!("{id}\n{translation_group}\n{locale}"))
}

pub(super) fn shared_groups(
    classes: &BTreeMap<Visibility, Arc<Class>>,
) -> Result<Arc<SharedGroups>> {
    let segments = classes.values().flat_map(|class| &class.segments);
    Ok(Arc::new(SharedGroups::of(segments)?))
}
