//! Articles, folders and random numbers that several tests use.

#![allow(dead_code, reason = "not every test uses all of it")]
#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

use std::cell::Cell;
use std::ops::{ControlFlow, Deref};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use helpdex::report::{Changes, Progress, Published};
use helpdex::settings::Synonyms;
use helpdex::{
    Article, ArticleFields, Builder, ErrorKind, FeedbackEvent, KnowledgeBase, Locale, Result,
    Settings, Timestamp, Visibility, Writer,
};
use tempfile::TempDir;

/// Returns the fields of a public article in English.
pub fn fields(id: &str, title: &str, body: &str) -> ArticleFields {
    ArticleFields {
        id: id.into(),
        locale: "en".into(),
        title: title.into(),
        body: body.into(),
        visibility: Visibility::Public,
        ..ArticleFields::default()
    }
}

pub fn article(id: &str, title: &str, body: &str) -> Article {
    Article::new(fields(id, title, body)).unwrap()
}

/// Returns an article about `matter` with this visibility.
pub fn article_about(matter: &str, visibility: Visibility) -> Article {
    let title = format!("All about the {matter}");
    let body = format!("This page explains the {matter} step by step.");
    Article::new(ArticleFields {
        visibility,
        ..fields(matter, &title, &body)
    })
    .unwrap()
}

/// Pseudo-random numbers, the same in each run: Vigna's `SplitMix64`.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((bits ^ (bits >> 31)) >> 33).unwrap() % end
    }

    pub fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// A knowledge base that is changed in place: it takes the writer for the first change and releases it after a publish
/// and training.
pub struct Editable {
    knowledge_base: KnowledgeBase,
    writer: Mutex<Option<Writer>>,
}

impl From<KnowledgeBase> for Editable {
    fn from(knowledge_base: KnowledgeBase) -> Self {
        Self {
            knowledge_base,
            writer: Mutex::default(),
        }
    }
}

impl Deref for Editable {
    type Target = KnowledgeBase;

    fn deref(&self) -> &KnowledgeBase {
        &self.knowledge_base
    }
}

impl Editable {
    pub fn in_memory() -> Self {
        KnowledgeBase::in_memory().into()
    }

    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        KnowledgeBase::open(folder).map(Self::from)
    }

    pub fn open_or_create(folder: impl AsRef<Path>) -> Result<Self> {
        KnowledgeBase::open_or_create(folder).map(Self::from)
    }

    pub fn open_of_tenant(folder: impl AsRef<Path>, tenant: &str) -> Result<Self> {
        let builder = KnowledgeBase::builder(folder).tenant(tenant);
        builder.open().map(Self::from)
    }

    pub fn open_or_create_of_tenant(folder: impl AsRef<Path>, tenant: &str) -> Result<Self> {
        Self::open_or_create_with(KnowledgeBase::builder(folder).tenant(tenant))
    }

    pub fn open_or_create_with(builder: Builder) -> Result<Self> {
        builder.open_or_create().map(Self::from)
    }

    pub fn upsert(&self, articles: impl IntoIterator<Item = Article>) -> Result<Changes> {
        self.change(|writer| writer.upsert(articles))
    }

    pub fn remove<S: AsRef<str>>(&self, ids: impl IntoIterator<Item = S>) -> Result<Changes> {
        self.change(|writer| writer.remove(ids))
    }

    pub fn sync(&self, articles: impl IntoIterator<Item = Article>) -> Result<Changes> {
        self.change(|writer| writer.sync(articles))
    }

    pub fn set_synonyms(&self, synonyms: Synonyms) -> Result<()> {
        self.set(|settings| settings.synonyms.set(synonyms))
    }

    pub fn set_fallback_locales(&self, locales: Vec<Locale>) -> Result<()> {
        self.set(|settings| settings.fallback_locales = locales)
    }

    pub fn set(&self, set: impl FnOnce(&mut Settings)) -> Result<()> {
        self.change(|writer| {
            let mut settings = writer.settings().clone();
            set(&mut settings);
            writer.set_settings(settings)
        })
    }

    /// Publishes and trains in a single generation.
    pub fn publish(&self, now: Timestamp) -> Result<Published> {
        self.publish_with_progress(now, |_| ControlFlow::Continue(()))
    }

    pub fn publish_with_progress(
        &self,
        now: Timestamp,
        progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        self.change_and_let_go(|writer| writer.publish_and_train(now, progress))
    }

    /// Publishes, and trains on these tickets instead of the log.
    pub fn publish_with_tickets(
        &self,
        now: Timestamp,
        tickets: impl IntoIterator<Item = FeedbackEvent>,
    ) -> Result<Published> {
        self.change_and_let_go(|writer| {
            writer.publish_and_train_on(now, tickets, |_| ControlFlow::Continue(()))
        })
    }

    pub fn purge(&self) -> Result<()> {
        self.change_and_let_go(Writer::purge)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.is_none() {
            *writer = Some(self.knowledge_base.writer()?);
        }
        change(writer.as_mut().unwrap())
    }

    fn change_and_let_go<T>(&self, change: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T> {
        let changed = self.change(change);
        // Changes are tried again after every other failure.
        if !matches!(&changed, Err(error) if error.kind() != ErrorKind::Storage) {
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            *writer = None;
        }
        changed
    }
}

/// A temporary folder for a knowledge base. When it is dropped, it checks every file of the knowledge base.
pub struct Folder {
    folder: TempDir,
    is_damaged: Cell<bool>,
}

impl Folder {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            is_damaged: Cell::new(false),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Skips the check at the end, for a test that leaves the knowledge base damaged.
    pub fn leave_damaged(&self) {
        self.is_damaged.set(true);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if thread::panicking() || self.is_damaged.get() {
            return;
        }
        for folder in [self.path(), &self.path().join("kb")] {
            if folder.join("work").exists() {
                let report = KnowledgeBase::check(folder).unwrap();
                assert!(report.is_whole(), "{report:#?}");
            }
        }
    }
}
