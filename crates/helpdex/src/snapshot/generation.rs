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
use crate::search::usual_nearness::{Usual, UsualNearness};
use crate::search::view::{View, views_by_locale};
use crate::settings::Settings;
use crate::snapshot::class::{Class, OpenModel};
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::manifest::{LogMarks, Training, VectorModel};
use crate::snapshot::shared_groups::{ArticleKeys, SharedGroups};
use crate::snapshot::vector_file::VectorFile;
use crate::storage::identity::Owner;
use crate::synonyms::Synonyms;
use crate::timestamp::Timestamp;

/// The published state that readers see: the open class files of one manifest.
#[derive(Clone)]
pub(crate) struct Generation {
    pub(super) number: u64,
    /// The owner of the knowledge base; `None` before the first publish.
    pub(super) owner: Option<Owner>,
    /// The hash of the generation's manifest, which distinguishes it from another manifest with the same number.
    pub(super) manifest_hash: Option<blake3::Hash>,
    /// The marks of the logs when the generation was published.
    pub(super) logs: LogMarks,
    /// The list of denied articles when the generation was published.
    pub(super) listed: DenyList,
    pub(super) settings: Settings,
    pub(super) classes: BTreeMap<Visibility, Arc<Class>>,
    pub(super) models: BTreeMap<Visibility, Arc<OpenModel>>,
    /// The vectors of the articles of each class, all of one model.
    pub(super) vectors: BTreeMap<Visibility, Arc<VectorFile>>,
    /// The usual nearness of the articles of a view, as far as it was asked for.
    pub(super) usual: Arc<UsualNearness>,
    /// What is known of the training of each model, by the visibility whose readers the model is for.
    pub(super) trainings: BTreeMap<Visibility, Training>,
    /// The moment at which the articles of the generation were published; `None` before the first publish.
    pub(super) published_at: Option<Timestamp>,
    pub(super) erasures: u64,
    /// The numbers of the denied articles of each segment, ascending.
    pub(super) denied: BTreeMap<Visibility, BTreeMap<Locale, Vec<u32>>>,
    pub(super) shared_groups: Arc<SharedGroups>,
    /// The reasons why the newest generation is not in use, one sentence for each newer generation that cannot be used.
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
            vectors: BTreeMap::new(),
            usual: Arc::default(),
            trainings: BTreeMap::new(),
            published_at: None,
            erasures: 0,
            denied: BTreeMap::new(),
            shared_groups: Arc::default(),
            warnings: Vec::new(),
        }
    }

    /// Makes an empty generation, which is used when no generation can be opened because of this error.
    pub(crate) fn empty_because(error: &Error) -> Self {
        let warning = format!("no generation can be used, and nothing is shown: {error}");
        Self {
            warnings: vec![warning],
            ..Self::empty()
        }
    }

    /// Returns the number of the generation: 0 before the first publish, then one more with each publish.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the marks of the logs when the generation was published.
    pub(crate) fn logs(&self) -> &LogMarks {
        &self.logs
    }

    /// Returns the list of denied articles when the generation was published.
    pub(crate) fn listed(&self) -> &DenyList {
        &self.listed
    }

    /// Returns the number of times that feedback was forgotten before the generation was published.
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

    /// Returns the size of the generation's class files and model files, in bytes.
    pub(crate) fn size_bytes(&self) -> u64 {
        let classes = self.classes.values().map(|class| class.size_bytes);
        let models = self.models.values().map(|model| model.size_bytes);
        let vectors = self.vectors.values().map(|vectors| vectors.size_bytes);
        classes.chain(models).chain(vectors).sum()
    }

    /// Hides the articles of the list. An article that was hidden before stays hidden if the list does not name it:
    /// articles leave the list when no generation is left that they concern, but this generation may be older.
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

    /// Returns the same generation without these articles, as if they had never been written.
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

    /// Returns the object that gives the articles of these views their keys.
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

    /// Returns the articles that may occur in an answer, by locale: those that the audience may see at `now`, that pass
    /// the filter, and that are not denied. No other article influences the answer; a locale without any has no view.
    pub(crate) fn views(
        &self,
        audience: &Audience,
        now: Timestamp,
        filter: impl Fn(&Facets) -> bool,
    ) -> BTreeMap<&Locale, View<'_>> {
        self.views_at(audience, Validity::At(now), filter)
    }

    /// Returns the articles that a model is trained on, by locale: those that the audience may see, that are valid at
    /// `now`, and that have no end.
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
                let vectors = self.vectors.get(visibility);
                for (locale, segment) in &class.segments {
                    let allowed = segment.allowed(
                        |facets| audience.sees_segments(&facets.user_segments) && filter(facets),
                        validity,
                        self.denied_in(*visibility, locale),
                    );
                    let vectors = vectors.and_then(|file| file.locales.get(locale));
                    in_sight.push((locale, segment, vectors, allowed));
                }
            }
        }
        views_by_locale(in_sight.into_iter())
    }

    /// Returns the locales whose articles fill in for missing translations: the main locale and the fallback locales of
    /// the settings, as far as the views have them; if they have none, the locale with the most articles in the views,
    /// and of equals the first by name.
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

    /// Returns the model for the readers who see the same articles as this audience; `None` when nothing was learned
    /// for them.
    pub(crate) fn model(&self, audience: &Audience) -> Option<&TicketModel> {
        self.open_model(audience).map(|open| &open.model)
    }

    /// Returns the content key of the audience's model, which distinguishes it from every other model; empty when there
    /// is none.
    pub(crate) fn model_hash(&self, audience: &Audience) -> &str {
        self.open_model(audience)
            .map_or("", |open| &open.file.content_key)
    }

    /// Returns, for each visibility that has a model, the model's content key and what is known of its training.
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

    /// Returns the labels of the model of each visibility that has one, with the moment of each.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (Visibility, Vec<LabelledPrediction>)> {
        self.models.iter().map(|(class, open)| {
            let labels = open.model.head.by_words.labels.iter();
            (*class, labels.filter_map(Label::decided).collect())
        })
    }

    /// The labels of that model, and the thresholds that are chosen from them, for answers by words.
    pub(crate) fn thresholds(&self, audience: &Audience) -> Option<&Thresholds> {
        self.open_model(audience).map(|open| &open.thresholds)
    }

    /// The same for answers by words and vectors; `None` where these are not learned.
    pub(crate) fn thresholds_with_vectors(&self, audience: &Audience) -> Option<&Thresholds> {
        let open = self.open_model(audience)?;
        open.thresholds_with_vectors.as_ref()
    }

    fn open_model(&self, audience: &Audience) -> Option<&OpenModel> {
        let mut seen = self.models.iter().rev();
        seen.find(|(class, _)| audience.sees_class(**class))
            .map(|(_, open)| &**open)
    }

    /// Returns the model of the vectors of the articles; `None` without any.
    pub(crate) fn vector_model(&self) -> Option<&VectorModel> {
        self.vectors.values().next().map(|file| &file.model)
    }

    /// Returns how near the articles of a view usually are to each other, measured once; `None` for a view that has too few
    /// vectors to tell.
    ///
    /// # Errors
    /// [`Internal`](crate::error::ErrorKind::Internal) when the index does not hold together: a bug.
    pub(crate) fn usual_nearness(&self, locale: &Locale, view: &View<'_>) -> Result<Option<Usual>> {
        self.usual.of(locale, view)
    }

    /// Returns the synonyms of a locale; `None` if it has none.
    pub(crate) fn synonyms(&self, locale: &Locale) -> Option<&Synonyms> {
        self.settings.synonyms.get(locale)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the generation has an article with this id, for any reader. Logarithmic in the number of articles of
    /// each locale.
    pub(crate) fn has_article(&self, id: &str) -> Result<bool> {
        for segment in self.classes.values().flat_map(|c| c.segments.values()) {
            if segment.find_article(id)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the visibility, id and title of every article, in the order of visibilities and locales.
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

    /// Returns the articles that the audience may see at `now`: the visibility, the locale and the number in its
    /// segment of each, in the order of visibilities and locales.
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

    /// Returns the segment of a visibility and locale; `None` if it has no articles.
    pub(crate) fn segment(&self, visibility: Visibility, locale: &Locale) -> Option<&Segment> {
        self.classes.get(&visibility)?.segments.get(locale)
    }

    /// Returns the number of articles of each visibility.
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

/// Returns the key by which a model knows an article that it was trained on: 64 bits of a hash, so that two articles of
/// a help center never have the same key by chance. An article that moves to another group or locale gets another key.
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
