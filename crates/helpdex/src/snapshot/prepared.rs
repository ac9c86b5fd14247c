//! Prepares the next generation: its files are written, but no reader sees them before its manifest is.

mod vectors;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use helpdex_text::{Locale, analyzer_fingerprint};

use crate::article::Article;
use crate::audience::Visibility;
use crate::error::Result;
use crate::index::segment_builder::build_segment;
use crate::model::ticket_model::TicketModel;
use crate::settings::Settings;
use crate::snapshot::class::{ARTICLES_PART, Class, OpenModel, Opened};
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::{Generation, shared_groups};
use crate::snapshot::manifest::{
    KEPT_GENERATIONS, LogMarks, Manifest, NamedFile, NamedModel, NamedVectors, Training,
    class_file_name, manifest_name, model_file_name, next_number, numbers, remove_unused,
};
use crate::snapshot::vector_file::VectorFile;
use crate::storage::checked_json;
use crate::storage::class_file::{ClassFileBuilder, ClassFileHeader, FORMAT_VERSION};
use crate::storage::identity::Owner;
use crate::storage::store::Store;
use crate::timestamp::Timestamp;

impl Generation {
    /// Writes the class files of these articles, except for those that exist already, and opens all of them. Readers
    /// see nothing of this until it is committed. `progress` is called once for each article in a file that is written.
    pub(crate) fn prepare(
        &self,
        store: &Store,
        owner: &Owner,
        articles: &BTreeMap<Visibility, Vec<&Article>>,
        settings: &Settings,
        progress: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Prepared> {
        let names = store.list()?;
        let mut classes = BTreeMap::new();
        for (&visibility, articles) in articles {
            let content_key = content_key(visibility, articles);
            let name = class_file_name(visibility, &content_key);
            let class = if let Some(class) =
                self.reuse(store, owner, &names, visibility, &name, &content_key)
            {
                class
            } else {
                let before = self.classes.get(&visibility).map(Arc::as_ref);
                let class = NewClass {
                    owner,
                    visibility,
                    content_key: &content_key,
                    articles,
                };
                let bytes = class.build_from(before, progress)?;
                store.write(&name, &bytes)?;
                Arc::new(Class::open(bytes, &name, visibility, owner)?)
            };
            classes.insert(visibility, class);
        }
        let newest = numbers(&names).next_back().unwrap_or(0);
        let generation = Self {
            number: next_number(store, newest.max(self.number))?,
            owner: Some(owner.clone()),
            manifest_hash: None,
            logs: LogMarks::default(),
            listed: DenyList::default(),
            settings: settings.clone(),
            shared_groups: shared_groups(&classes)?,
            classes,
            models: BTreeMap::new(),
            vectors: BTreeMap::new(),
            usual: Arc::default(),
            trainings: BTreeMap::new(),
            published_at: None,
            erasures: self.erasures,
            denied: BTreeMap::new(),
            warnings: Vec::new(),
        };
        Ok(Prepared {
            owner: owner.clone(),
            generation,
            models_before: self.models.clone(),
            vectors_before: self.vectors.clone(),
            trainings_before: self.trainings.clone(),
        })
    }

    /// Prepares a next generation with the same articles, to which new models can be added.
    pub(crate) fn prepare_again(&self, store: &Store, owner: &Owner) -> Result<Prepared> {
        let newest = numbers(&store.list()?).next_back().unwrap_or(0);
        Ok(Prepared {
            owner: owner.clone(),
            generation: Self {
                number: next_number(store, newest.max(self.number))?,
                manifest_hash: None,
                models: BTreeMap::new(),
                trainings: BTreeMap::new(),
                warnings: Vec::new(),
                ..self.clone()
            },
            models_before: self.models.clone(),
            vectors_before: BTreeMap::new(),
            trainings_before: self.trainings.clone(),
        })
    }

    /// Opens an existing class file with this name and content key; `None` if it is missing or any byte of it is
    /// damaged.
    fn reuse(
        &self,
        store: &Store,
        owner: &Owner,
        names: &[String],
        visibility: Visibility,
        name: &str,
        content_key: &str,
    ) -> Option<Arc<Class>> {
        if !names.iter().any(|other| other == name) {
            return None;
        }
        let bytes = store.read(name).ok()?;
        let class = Class::open(bytes, name, visibility, owner).ok()?;
        if class.file.content_key != content_key {
            return None;
        }
        // It may be open already; what is on the disk is still what was read.
        let open = self.classes.get(&visibility);
        let open = open.filter(|open| open.file == class.file).cloned();
        Some(open.unwrap_or_else(|| Arc::new(class)))
    }
}

/// A generation whose class files are written, but whose manifest is not.
pub(crate) struct Prepared {
    owner: Owner,
    generation: Generation,
    /// The models of the previous generation, by visibility.
    models_before: BTreeMap<Visibility, Arc<OpenModel>>,
    vectors_before: BTreeMap<Visibility, Arc<VectorFile>>,
    trainings_before: BTreeMap<Visibility, Training>,
}

impl Prepared {
    /// Returns the generation as readers would see it, without models.
    pub(crate) fn generation(&self) -> &Generation {
        &self.generation
    }

    /// Returns the visibilities that have articles, widest first. Readers of a visibility also see the wider ones, and
    /// each visibility has a model.
    pub(crate) fn classes(&self) -> Vec<Visibility> {
        self.generation.classes.keys().copied().collect()
    }

    /// Returns what is known of the training of the model that the visibility had in the previous generation.
    pub(crate) fn training_before(&self, class: Visibility) -> Option<Training> {
        self.trainings_before.get(&class).copied()
    }

    /// Keeps the model that the visibility had in the previous generation if its readers still see every article that
    /// the model was trained on. `seen` are the keys of the articles that they see now. Returns whether the model was
    /// kept.
    pub(crate) fn keep_model(&mut self, class: Visibility, seen: &BTreeSet<u64>) -> bool {
        let before = self.models_before.get(&class);
        let before = before.filter(|model| model.articles.iter().all(|key| seen.contains(key)));
        let (Some(model), Some(training)) = (before, self.training_before(class)) else {
            return false;
        };
        self.generation.models.insert(class, Arc::clone(model));
        self.generation.trainings.insert(class, training);
        true
    }

    /// Adds the model for the readers who see this visibility and the wider ones. Reuses the file of the previous
    /// generation if it was trained on the same articles and `inputs`, a hash of everything else that decides the
    /// model; otherwise calls `train`.
    pub(crate) fn add_model(
        &mut self,
        store: &Store,
        class: Visibility,
        inputs: &[u8],
        training: Training,
        train: impl FnOnce(&Generation) -> Result<Option<(TicketModel, Vec<u64>)>>,
    ) -> Result<()> {
        let name = self.model_name(class, inputs);
        let before = self.models_before.get(&class);
        let before = before
            .filter(|model| model.file.name == name && model.is_on_disk(store, class, &self.owner));
        let open = if let Some(before) = before {
            Arc::clone(before)
        } else {
            let Some((model, articles)) = train(&self.generation)? else {
                return Ok(());
            };
            let bytes = model_bytes(&model, &articles, &self.owner, class)?;
            store.write(&name, &bytes)?;
            Arc::new(OpenModel::open(bytes, &name, class, &self.owner)?)
        };
        self.generation.models.insert(class, open);
        self.generation.trainings.insert(class, training);
        Ok(())
    }

    /// Whether the models are the same as those of the previous generation.
    pub(crate) fn has_models_of_before(&self) -> bool {
        model_files(&self.generation.models).eq(model_files(&self.models_before))
            && self.generation.trainings == self.trainings_before
    }

    fn model_name(&self, class: Visibility, inputs: &[u8]) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&FORMAT_VERSION.to_le_bytes());
        hasher.update(analyzer_fingerprint().as_bytes());
        for (visibility, seen) in self.generation.classes.range(..=class) {
            hasher.update(visibility.name().as_bytes());
            hasher.update(seen.file.name.as_bytes());
        }
        hasher.update(inputs);
        model_file_name(class, &hasher.finalize().to_hex())
    }

    /// Stores the list of denied articles by which the articles were chosen, and hides them.
    pub(crate) fn set_denied(&mut self, list: &DenyList) -> Result<()> {
        self.generation.listed = list.clone();
        self.generation.set_denied(list)
    }

    /// Stores the marks that the logs have at this publish.
    pub(crate) fn set_logs(&mut self, logs: LogMarks) {
        self.generation.logs = logs;
    }

    /// Sets the number of times that feedback was forgotten. The commit deletes generations that were made with another
    /// number.
    pub(crate) fn set_erasures(&mut self, erasures: u64) {
        self.generation.erasures = erasures;
    }

    /// Returns the moment at which the articles that are taken over from the previous generation were published; `None`
    /// if none were.
    pub(crate) fn published_before(&self) -> Option<Timestamp> {
        self.generation.published_at
    }

    /// Writes the manifest. When this returns, readers see the generation, and it survives a power cut. `published_at`
    /// is the moment of the publish of its articles.
    pub(crate) fn commit(self, store: &Store, published_at: Timestamp) -> Result<Generation> {
        let Self {
            owner,
            mut generation,
            ..
        } = self;
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            generation: generation.number,
            owner,
            published_at,
            settings: generation.settings.to_record(),
            files: generation
                .classes
                .iter()
                .map(|(visibility, class)| (*visibility, class.file.clone()))
                .collect(),
            models: generation
                .models
                .iter()
                .filter_map(|(visibility, model)| {
                    let training = *generation.trainings.get(visibility)?;
                    let file = model.file.clone();
                    Some((*visibility, NamedModel { file, training }))
                })
                .collect(),
            vectors: generation.vector_model().map(|model| NamedVectors {
                model: model.clone(),
                files: generation
                    .vectors
                    .iter()
                    .map(|(visibility, open)| (*visibility, open.file.clone()))
                    .collect(),
            }),
            erasures: generation.erasures,
            logs: generation.logs.clone(),
            denied: generation.listed.clone(),
        };
        let bytes = checked_json::write(&manifest)?;
        store.write(&manifest_name(manifest.generation), &bytes)?;
        generation.manifest_hash = Some(blake3::hash(&bytes));
        generation.published_at = Some(published_at);
        let has_forgotten = remove_unused(store, &manifest.owner, KEPT_GENERATIONS);
        // It is published. A file that cannot be removed now is removed at the next publish, but what was to be forgotten
        // is not passed over.
        if generation.erasures > 0 {
            has_forgotten?;
        }
        Ok(generation)
    }
}

/// Returns the file of each model, by visibility.
fn model_files(
    models: &BTreeMap<Visibility, Arc<OpenModel>>,
) -> impl Iterator<Item = (&Visibility, &NamedFile)> {
    models.iter().map(|(class, open)| (class, &open.file))
}

fn model_bytes(
    model: &TicketModel,
    articles: &[u64],
    owner: &Owner,
    class: Visibility,
) -> Result<Vec<u8>> {
    let mut file = ClassFileBuilder::new();
    let mut hasher = blake3::Hasher::new();
    for (name, part) in model.to_parts()? {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(&part);
        file.add(name.to_owned(), &part);
    }
    let articles: Vec<u8> = articles.iter().flat_map(|key| key.to_le_bytes()).collect();
    file.add(ARTICLES_PART.to_owned(), &articles);
    file.finish(ClassFileHeader {
        format_version: FORMAT_VERSION,
        owner: owner.clone(),
        analyzer_fingerprint: analyzer_fingerprint().to_owned(),
        class,
        content_key: hasher.finalize().to_hex().to_string(),
    })
}

/// A class file that is to be written, for one visibility.
struct NewClass<'a> {
    owner: &'a Owner,
    visibility: Visibility,
    content_key: &'a str,
    articles: &'a [&'a Article],
}

impl NewClass<'_> {
    /// Builds the bytes of the file. Articles that `before` has unchanged are copied from there; if copying fails, all
    /// are built anew.
    fn build_from(
        &self,
        before: Option<&Class>,
        progress: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Vec<u8>> {
        match self.build(before, progress) {
            // Progress was told of these articles already.
            Err(error) if error.kind().is_unusable_file() => {
                self.build(None, &mut || ControlFlow::Continue(()))
            }
            bytes => bytes,
        }
    }

    fn build(
        &self,
        before: Option<&Class>,
        progress: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Vec<u8>> {
        let mut by_locale: BTreeMap<&Locale, Vec<&Article>> = BTreeMap::new();
        for article in self.articles {
            by_locale.entry(article.locale()).or_default().push(article);
        }
        let mut file = ClassFileBuilder::new();
        for (locale, articles) in by_locale {
            let before = before.and_then(|before| before.segments.get(locale));
            build_segment(locale, &articles, before, &mut file, progress)?;
        }
        file.finish(ClassFileHeader {
            format_version: FORMAT_VERSION,
            owner: self.owner.clone(),
            analyzer_fingerprint: analyzer_fingerprint().to_owned(),
            class: self.visibility,
            content_key: self.content_key.to_owned(),
        })
    }
}

/// Whether the manifest names exactly the class files that these articles would get.
pub(crate) fn shows(manifest: &Manifest, articles: &BTreeMap<Visibility, Vec<&Article>>) -> bool {
    let published = manifest.files.iter();
    let published = published.map(|(class, file)| (*class, file.content_key.clone()));
    let keys = articles.iter();
    published.eq(keys.map(|(class, articles)| (*class, content_key(*class, articles))))
}

/// Removes all generations except for the newest, and their files. When this returns, they do not come back after a
/// power cut.
pub(crate) fn remove_older(store: &Store, owner: &Owner) -> Result<()> {
    remove_unused(store, owner, 1)
}

/// Returns the hash that decides whether a class file can be reused: of everything that its content depends on.
/// `articles` must be in the order of their ids.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::article::fields::ArticleFields;

    /// An article of one of a few ids; long ones have more passages than a block of postings.
    fn article() -> impl Strategy<Value = Article> {
        let words = prop::collection::vec(0..200_u32, 0..60);
        let place = (0..12_u8, 0..2_usize, 0..3_usize);
        (place, words, 1..40_usize, 0..3_u8, any::<bool>()).prop_map(
            |((id, locale, class), words, repeats, label, ends)| {
                let line: Vec<String> = words.iter().map(|word| format!("word{word}")).collect();
                Article::new(ArticleFields {
                    id: format!("article {id}"),
                    locale: ["en", "tr"][locale].to_owned(),
                    title: format!("Title {}", words.len()),
                    body: format!("# Heading\n\n{}", (line.join(" ") + "\n\n").repeat(repeats)),
                    visibility: Visibility::ALL[class],
                    labels: vec![format!("label {label}")],
                    valid_until: ends.then(|| Timestamp::from_unix_seconds(1_000)),
                    ..ArticleFields::default()
                })
                .unwrap()
            },
        )
    }

    /// The articles that are put and those that are removed before each publish.
    fn history() -> impl Strategy<Value = Vec<(Vec<Article>, Vec<u8>)>> {
        let puts = prop::collection::vec(article(), 0..8);
        let removals = prop::collection::vec(0..12_u8, 0..3);
        prop::collection::vec((puts, removals), 1..5)
    }

    fn publish(
        current: &Generation,
        store: &Store,
        articles: &BTreeMap<String, Article>,
    ) -> Generation {
        let mut by_class: BTreeMap<Visibility, Vec<&Article>> = BTreeMap::new();
        for article in articles.values() {
            let class = by_class.entry(article.fields().visibility).or_default();
            class.push(article);
        }
        let mut told = 0;
        let mut progress = || {
            told += 1;
            ControlFlow::Continue(())
        };
        let prepared = current
            .prepare(
                store,
                &Owner::example(),
                &by_class,
                &Settings::default(),
                &mut progress,
            )
            .unwrap();
        assert!(told <= articles.len());
        prepared
            .commit(store, Timestamp::from_unix_seconds(0))
            .unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_changed_gives_the_same_bytes_as_all_of_it(history in history()) {
            let store = Store::in_memory();
            let mut current = Generation::empty();
            let mut articles = BTreeMap::new();
            for (puts, removals) in history {
                for article in puts {
                    articles.insert(article.id().to_owned(), article);
                }
                for id in removals {
                    articles.remove(&format!("article {id}"));
                }
                current = publish(&current, &store, &articles);
                let whole = Store::in_memory();
                publish(&Generation::empty(), &whole, &articles);
                let names = whole.list().unwrap();
                for name in names.iter().filter(|name| name.ends_with(".helpdex")) {
                    prop_assert!(store.read(name).unwrap() == whole.read(name).unwrap(), "{}", name);
                }
            }
        }
    }
}
