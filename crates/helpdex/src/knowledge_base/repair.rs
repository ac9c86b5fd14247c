//! Repairs damaged logs and a damaged list of denied articles from their readable parts.

use std::path::Path;

use serde::Serialize;

use crate::check;
use crate::error::{Error, Result};
use crate::event_log::EVENT_LOG;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::learning_log::LEARNING_LOG;
use crate::snapshot::deny_list::DenyListFile;
use crate::snapshot::manifest::{LogMarks, Manifest, manifest_name};
use crate::storage::files::{self, Access};
use crate::storage::identity::{Owner, tenant_name};
use crate::storage::keyed_log::{KeyedLog, LogKind};
use crate::storage::log_head::LogMark;
use crate::storage::store::Store;
use crate::workspace::{self, WORK_FOLDER, Workspace};

/// The parts of a knowledge base that a repair rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Repaired {
    /// The number of articles that are denied now, if the list was lost: those that the newest publish denied. Deny
    /// again what was denied since then.
    pub denied: Option<usize>,
    /// Whether the log of articles was lost. All articles must then be given again with `sync` before the next publish.
    pub needs_all_articles: bool,
    /// The number of verdicts that could still be read and were kept, if their log was damaged or lost; else `None`.
    pub verdicts: Option<usize>,
    /// The number of interaction events that were kept, if their log was damaged: those that can still be read.
    pub events: Option<usize>,
}

impl KnowledgeBase {
    /// Rebuilds a damaged list of denied articles and damaged logs from their readable parts and from the newest
    /// publish. If you have a backup of the folder, restore it instead: it contains more.
    ///
    /// Published generations stay unchanged, and readers continue. Articles in the form in which they were given are
    /// only in their log, so after its loss `sync` all of them; until then publishing is refused. Intact files are left
    /// as they are.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when `tenant` is not the one of the knowledge base,
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none, or nothing left that says whose it is;
    /// [`IndexLocked`](crate::ErrorKind::IndexLocked) when another process is changing it, [`Storage`](crate::ErrorKind::Storage). It can be
    /// tried again.
    pub fn repair(folder: impl AsRef<Path>, tenant: Option<&str>) -> Result<Repaired> {
        let folder = folder.as_ref();
        let store = Store::at(folder);
        let file = unless_damaged(DenyListFile::read(&store))?.flatten();
        let Some(owner) = check::find_owner(&store, file.as_ref())? else {
            return Err(Error::no_knowledge_base(folder));
        };
        let newest = Manifest::newest(&store, Some(&owner))?;
        if owner.tenant.as_deref() != tenant {
            let message = format!(
                "the knowledge base is of {}, not of {}; name the right tenant",
                tenant_name(owner.tenant.as_deref()),
                tenant_name(tenant)
            );
            return Err(Error::invalid(message).at_path(folder));
        }
        let access = match (&file, &newest) {
            (Some(file), _) => file.access,
            (None, Some(newest)) => Access::of_file(&folder.join(manifest_name(newest.generation))),
            (None, None) => Access::default(),
        };
        store.set_access(access);
        let work = folder.join(WORK_FOLDER);
        files::make_folder(&work, access)?;
        let mut repaired = Repaired {
            denied: repair_list(&store, &work, &owner, newest.as_ref())?,
            ..Repaired::default()
        };
        let logs = newest.as_ref().map(|newest| newest.logs.clone());
        let LogMarks { articles, tickets } = logs.unwrap_or_default();
        let log = work.join(workspace::LOG_FILE);
        if is_damaged(&log, articles.is_some(), || {
            Workspace::check(&log, Some(&owner), articles.as_ref()).map(drop)
        })? {
            let settings = newest.map(|newest| newest.settings()).transpose()?;
            let settings = settings.unwrap_or_default();
            Workspace::begin_anew(&work, &owner, access, articles, settings)?;
            repaired.needs_all_articles = true;
        }
        repaired.verdicts = repair_log(&LEARNING_LOG, &work, &owner, access, tickets)?;
        repaired.events = repair_log(&EVENT_LOG, &work, &owner, access, None)?;
        Ok(repaired)
    }
}

/// Writes the list of the newest publish if the present list cannot be used, and returns the number of articles that it
/// denies.
fn repair_list(
    store: &Store,
    work: &Path,
    owner: &Owner,
    newest: Option<&Manifest>,
) -> Result<Option<usize>> {
    let _lock_file = crate::knowledge_base::owner::lock_denied_file(work, store.access())?;
    let listed = newest.map(|newest| newest.denied.clone());
    let listed = listed.unwrap_or_default();
    let file = unless_damaged(DenyListFile::read(store))?.flatten();
    if let Some(file) = &file
        && file.owner == *owner
        && file.check_published(&listed, store).is_ok()
    {
        return Ok(None);
    }
    let list = listed.begun_anew();
    let count = list.ids().count();
    DenyListFile::new(owner.clone(), store.access(), list).write(store)?;
    Ok(Some(count))
}

/// Rebuilds a log that cannot be used from its readable records, and returns their number; `None` for a whole one.
fn repair_log(
    kind: &LogKind,
    work: &Path,
    owner: &Owner,
    access: Access,
    published: Option<LogMark>,
) -> Result<Option<usize>> {
    let log = work.join(kind.file);
    let is_damaged = is_damaged(&log, published.is_some(), || {
        KeyedLog::check(kind, &log, Some(owner), published.as_ref()).map(drop)
    })?;
    is_damaged
        .then(|| KeyedLog::begin_anew(kind, work, owner, access, published))
        .transpose()
}

/// Whether a log cannot be used: it is damaged, or missing although it must exist.
fn is_damaged(log: &Path, must_be_there: bool, check: impl FnOnce() -> Result<()>) -> Result<bool> {
    if !files::exists(log)? {
        return Ok(must_be_there);
    }
    Ok(unless_damaged(check())?.is_none())
}

/// Returns `None` in place of the error for a file that is damaged, of another knowledge base or of another version.
fn unless_damaged<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind().is_unusable_file() => Ok(None),
        Err(error) => Err(error),
    }
}
