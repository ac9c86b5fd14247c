//! The articles on the writing side of a knowledge base, in the form in which they were given, stored in a log of their
//! own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::article::record::ArticleRecord;
use crate::article::{Article, Unpublished};
use crate::audience::Visibility;
use crate::error::{Error, ErrorKind, Result};
use crate::settings::{Settings, SettingsRecord};
use crate::snapshot::deny_list::DenyList;
use crate::storage::file_lock::FileLock;
use crate::storage::files::Access;
use crate::storage::identity::Owner;
use crate::storage::log_head::{LogHead, LogHome, LogMark};
use crate::storage::record_log::RecordLog;
use crate::timestamp::Timestamp;

/// The counts of a change of the articles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Changes {
    /// The number of articles that were added.
    pub added: usize,
    /// The number of articles that existed and were changed.
    pub changed: usize,
    /// The number of articles that existed with the same content.
    pub unchanged: usize,
    /// The number of articles that were removed.
    pub removed: usize,
    /// The ids that were given more than once; the last article counts.
    pub repeated: Vec<String>,
}

/// The folder inside a knowledge base that only its writer uses.
pub(crate) const WORK_FOLDER: &str = "work";

/// The folder of the ideas in the folder of a knowledge base. It is a knowledge base itself.
pub(crate) const IDEAS_FOLDER: &str = "ideas";
pub(crate) const LOG_FILE: &str = "articles.log";
const LOCK_FILE: &str = "lock";
const REMEDY: &str =
    "restore it from a copy, or repair the knowledge base and give all articles again";

/// The log is rewritten when it is this many times as large as its content. So a byte is written at most about three
/// times: once when it comes, and then in the rewrites, whose cost is shared by as many new bytes.
const REWRITE_FACTOR: u64 = 2;

/// The articles of a knowledge base, with the changes that are not saved yet. It holds the lock of its folder.
#[derive(Default)]
pub(crate) struct Workspace {
    articles: BTreeMap<String, Arc<Article>>,
    settings: Settings,
    unsaved: BTreeSet<String>,
    settings_are_unsaved: bool,
    /// Whether articles were lost, so that all of them must be given again before anything is published.
    awaits_all_articles: bool,
    /// Whether all articles were given again since they were lost; not saved yet.
    has_all_articles: bool,
    disk: Option<Disk>,
}

struct Disk {
    path: PathBuf,
    /// The log of articles; `None` before the first change.
    log: Option<RecordLog>,
    _lock: FileLock,
}

/// A record of the log; the last record of an id counts.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record<'a> {
    Article(Box<ArticleRecord<'a>>),
    Removed(String),
    Settings(Box<SettingsRecord>),
    /// The marker that earlier records were lost.
    AwaitsAllArticles,
}

impl Workspace {
    /// Returns a copy without a folder, for a knowledge base in memory.
    pub(crate) fn copy_in_memory(&self) -> Self {
        Self {
            articles: self.articles.clone(),
            settings: self.settings.clone(),
            ..Self::default()
        }
    }

    /// Opens the folder, which must exist, and locks it until the workspace is dropped. `home` is called when the
    /// folder is locked, and returns the data for opening the log; `None` before the first change.
    ///
    /// # Errors
    /// [`IndexLocked`](ErrorKind::IndexLocked), [`Storage`](ErrorKind::Storage), and
    /// [`Damaged`](ErrorKind::Damaged) or
    /// [`OtherVersion`](ErrorKind::OtherVersion) for a log that cannot be used, [`OtherOwner`](ErrorKind::OtherOwner) for another one's.
    pub(crate) fn open(
        folder: &Path,
        access: Access,
        home: impl FnOnce() -> Result<Option<LogHome>>,
    ) -> Result<Self> {
        let lock = lock(&folder.join(LOCK_FILE), access)?;
        let path = folder.join(LOG_FILE);
        let mut workspace = Self::default();
        let log = match home()? {
            Some(home) => {
                let mut log = RecordLog::open(&path, home, REMEDY)?;
                log.read_on(|payload| workspace.replay(payload))?;
                Some(log)
            }
            None => None,
        };
        workspace.disk = Some(Disk {
            path,
            log,
            _lock: lock,
        });
        Ok(workspace)
    }

    /// Reads the log without changing it: returns the number of its articles, and the number of bytes behind its last
    /// complete batch.
    pub(crate) fn check(
        log: &Path,
        owner: Option<&Owner>,
        published: Option<&LogMark>,
    ) -> Result<(usize, u64)> {
        let mut workspace = Self::default();
        let torn_bytes = RecordLog::check(log, owner, published, REMEDY, |payload| {
            workspace.replay(payload)
        })?;
        if workspace.awaits_all_articles {
            return Err(awaits_all_articles().at_path(log));
        }
        Ok((workspace.articles.len(), torn_bytes))
    }

    /// Starts an empty log after a loss, with these settings. All articles must then be given again.
    pub(crate) fn begin_anew(
        folder: &Path,
        owner: &Owner,
        access: Access,
        published: Option<LogMark>,
        settings: Settings,
    ) -> Result<()> {
        let _lock = lock(&folder.join(LOCK_FILE), access)?;
        let workspace = Self {
            settings,
            ..Self::default()
        };
        let mut payloads = vec![write_record(&Record::AwaitsAllArticles)?];
        payloads.push(workspace.settings_record()?);
        let path = folder.join(LOG_FILE);
        let found = RecordLog::salvage(&path)?.map(|(head, _)| head);
        let head = LogHead::replacing(owner, found, published);
        RecordLog::begin(&path, access, head, payloads.into_iter().map(Ok))?;
        Ok(())
    }

    fn replay(&mut self, payload: &[u8]) -> Result<()> {
        // What this version would not have written was written by another one.
        let record = serde_json::from_slice(payload).map_err(other_version)?;
        self.apply(record).map_err(other_version)
    }

    fn apply(&mut self, record: Record<'_>) -> Result<()> {
        match record {
            Record::Article(record) => {
                let article = Article::new(record.into_fields())?;
                self.articles
                    .insert(article.id().to_owned(), Arc::new(article));
            }
            Record::Removed(id) => {
                self.articles.remove(&id);
            }
            Record::Settings(record) => self.settings = Settings::from_record(&record)?,
            Record::AwaitsAllArticles => self.awaits_all_articles = true,
        }
        Ok(())
    }

    pub(crate) fn upsert(&mut self, articles: impl IntoIterator<Item = Article>) -> Changes {
        let mut changes = Changes::default();
        let mut seen: BTreeMap<String, Before> = BTreeMap::new();
        for article in articles {
            let id = article.id().to_owned();
            let hash = article.content_hash();
            let before = self.articles.insert(id.clone(), Arc::new(article));
            if let Some(first) = seen.get_mut(&id) {
                first.now = hash;
                first.came_again = true;
            } else {
                let first = Before {
                    earlier: before.map(|article| article.content_hash()),
                    now: hash,
                    came_again: false,
                };
                seen.insert(id, first);
            }
        }
        for (id, article) in seen {
            match article.earlier {
                None => changes.added += 1,
                Some(before) if before == article.now => changes.unchanged += 1,
                Some(_) => changes.changed += 1,
            }
            if article.earlier != Some(article.now) {
                self.unsaved.insert(id.clone());
            }
            if article.came_again {
                changes.repeated.push(id);
            }
        }
        changes
    }

    /// Returns the articles in the order of their ids, saved or not.
    pub(crate) fn articles(&self) -> impl Iterator<Item = &Article> {
        self.articles.values().map(Arc::as_ref)
    }

    /// Removes an article. Returns whether there was one with this id.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let was_there = self.articles.remove(id).is_some();
        if was_there {
            self.unsaved.insert(id.to_owned());
        }
        was_there
    }

    /// Keeps only the articles with these ids, and returns how many were removed. From now on the list of articles
    /// counts as complete.
    pub(crate) fn retain(&mut self, ids: &BTreeSet<String>) -> usize {
        let others: Vec<String> = self
            .articles
            .keys()
            .filter(|id| !ids.contains(*id))
            .cloned()
            .collect();
        self.has_all_articles = true;
        others.iter().filter(|id| self.remove(id)).count()
    }

    /// Refuses to publish while articles that were lost have not been given again.
    ///
    /// # Errors
    /// [`Incomplete`](ErrorKind::Incomplete).
    pub(crate) fn check_complete(&self) -> Result<()> {
        if self.awaits_all_articles && !self.has_all_articles {
            return Err(awaits_all_articles());
        }
        Ok(())
    }

    pub(crate) fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
        self.settings_are_unsaved = true;
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    fn settings_record(&self) -> Result<Vec<u8>> {
        write_record(&Record::Settings(Box::new(self.settings.to_record())))
    }

    /// Writes all changes to the log. When this returns, they survive a power cut.
    pub(crate) fn save(&mut self, home: LogHome) -> Result<()> {
        let Some(disk) = &mut self.disk else {
            return Ok(());
        };
        if disk.log.is_none() {
            let mut log = RecordLog::open(&disk.path, home, REMEDY)?;
            log.read_on(|_| Ok(()))?;
            disk.log = Some(log);
        }
        let mut payloads = Vec::new();
        for id in &self.unsaved {
            payloads.push(match self.articles.get(id) {
                Some(article) => article_record(article)?,
                None => write_record(&Record::Removed(id.clone()))?,
            });
        }
        if self.settings_are_unsaved {
            payloads.push(self.settings_record()?);
        }
        if self.awaits_all_articles {
            self.rewrite()?;
            self.awaits_all_articles = false;
        } else if let Some(log) = self.log() {
            log.append(payloads.iter().map(Vec::as_slice))?;
        }
        self.unsaved.clear();
        self.settings_are_unsaved = false;
        self.rewrite_if_grown()
    }

    /// Returns the mark of the log for a manifest; `None` in memory.
    pub(crate) fn mark(&self) -> Option<LogMark> {
        self.disk.as_ref()?.log.as_ref()?.mark()
    }

    fn log(&mut self) -> Option<&mut RecordLog> {
        self.disk.as_mut()?.log.as_mut()
    }

    /// Whether there are changes that are not saved.
    pub(crate) fn has_changes(&self) -> bool {
        self.disk.is_some() && (!self.unsaved.is_empty() || self.settings_are_unsaved)
    }

    fn rewrite_if_grown(&mut self) -> Result<()> {
        let held_bytes: usize = self
            .articles
            .values()
            .map(|article| article.fields().body.len() + article.fields().title.len())
            .sum();
        // An article without any text still takes a few hundred bytes in the log.
        let least_bytes = held_bytes as u64 + 512 * self.articles.len() as u64;
        let allowed_bytes = REWRITE_FACTOR * least_bytes + 4096;
        let log_bytes = self.log().map(|log| log.size_bytes());
        if log_bytes.is_none_or(|size| size <= allowed_bytes) {
            return Ok(());
        }
        self.rewrite()
    }

    /// Rewrites the log with the current articles only, so that it contains no byte of removed or replaced ones.
    pub(crate) fn rewrite(&mut self) -> Result<()> {
        let mut payloads = vec![self.settings_record()?];
        for article in self.articles.values() {
            payloads.push(article_record(article)?);
        }
        match self.log() {
            Some(log) => log.rewrite(payloads.into_iter().map(Ok)),
            None => Ok(()),
        }
    }

    /// Returns the articles that are visible at `now` by class, in the order of their ids, and the reason for each of
    /// the others. No byte of a denied article may get into a published file.
    pub(crate) fn visible_at(
        &self,
        now: Timestamp,
        denied: &DenyList,
    ) -> (
        BTreeMap<Visibility, Vec<&Article>>,
        BTreeMap<String, Unpublished>,
    ) {
        let mut visible: BTreeMap<Visibility, Vec<&Article>> = BTreeMap::new();
        let mut left_out = BTreeMap::new();
        let denied: BTreeSet<&str> = denied.ids().collect();
        for (id, article) in &self.articles {
            let is_denied = denied.contains(&**id).then_some(Unpublished::Denied);
            match article.unpublished_at(now).or(is_denied) {
                None => visible
                    .entry(article.fields().visibility)
                    .or_default()
                    .push(article),
                Some(reason) => {
                    left_out.insert(id.clone(), reason);
                }
            }
        }
        (visible, left_out)
    }

    /// Returns the first moment after `now` at which a published article begins or ends.
    pub(crate) fn next_change_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.articles
            .values()
            .filter(|article| {
                !matches!(
                    article.unpublished_at(now),
                    Some(Unpublished::Draft | Unpublished::Archived)
                )
            })
            .flat_map(|article| [article.fields().valid_from, article.fields().valid_until])
            .flatten()
            .filter(|moment| *moment > now)
            .min()
    }
}

/// The content hashes of an article before a batch and now.
struct Before {
    earlier: Option<blake3::Hash>,
    now: blake3::Hash,
    came_again: bool,
}

fn other_version(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(
        ErrorKind::OtherVersion,
        "the log of articles was written by another version of Helpdex; use that one, or move the knowledge base away and \
         build it again",
    )
    .caused_by(source)
}

fn article_record(article: &Article) -> Result<Vec<u8>> {
    let record = ArticleRecord::from(article.fields());
    write_record(&Record::Article(Box::new(record)))
}

fn write_record(record: &Record<'_>) -> Result<Vec<u8>> {
    serde_json::to_vec(record).map_err(|e| Error::internal("a record cannot be written", e))
}

/// Returns the error for a knowledge base whose articles were lost and not given again.
fn awaits_all_articles() -> Error {
    Error::new(
        ErrorKind::Incomplete,
        "the log of articles was lost and begun anew; give all articles again with `sync`",
    )
}

fn lock(path: &Path, access: Access) -> Result<FileLock> {
    FileLock::try_take(path, access)?.ok_or_else(|| locked().at_path(path))
}

/// Returns the error for a knowledge base that somebody else is changing.
pub(crate) fn locked() -> Error {
    Error::new(
        ErrorKind::IndexLocked,
        "the knowledge base is being changed by another process or writer; try again when that has ended",
    )
}
