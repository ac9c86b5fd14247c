//! Verifies every file of a knowledge base, and reports faults with their remedies. It changes nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use helpdex_text::names;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::event_log::EVENT_LOG;
use crate::learning_log::LEARNING_LOG;
use crate::snapshot::deny_list::{self, DENY_LIST_FILE, DenyListFile};
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::{Manifest, file_names, is_our_name, numbers};
use crate::snapshot::verify::verify_file;
use crate::storage::files;
use crate::storage::identity::Owner;
use crate::storage::keyed_log::{KeyedLog, LogKind};
use crate::storage::log_head::LogMark;
use crate::storage::record_log::RecordLog;
use crate::storage::store::{Store, UNFINISHED_SUFFIX};
use crate::workspace::{self, IDEAS_FOLDER, WORK_FOLDER, Workspace};

/// The result of checking the files of a knowledge base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// The generations that can be used, oldest first.
    pub generations: Vec<u64>,
    /// The number of articles in the newest generation that can be used.
    pub published_articles: usize,
    /// The number of articles in the log of articles; 0 without a log.
    pub articles: usize,
    /// The number of verdicts in the log of solved tickets; 0 without a log.
    pub verdicts: usize,
    /// The number of events in the log of interaction events; 0 without a log.
    pub events: usize,
    /// The number of articles that are denied.
    pub denied: usize,
    /// The number of files that were read.
    pub files: usize,
    /// The size of the files that were read, in bytes.
    pub size_bytes: u64,
    /// The faults and notices, in the order of the files; empty when every file is intact.
    pub findings: Vec<Finding>,
}

/// A fault or a notice about a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The file or folder that the finding is about.
    pub path: PathBuf,
    /// Whether somebody must act on the finding.
    pub severity: Severity,
    /// The fault and its remedy, in one sentence.
    pub message: String,
}

/// Whether somebody must act on a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// A file is damaged, missing or of another version, so that somebody must act.
    Damage,
    /// A crash or another program left a file that does no harm.
    Notice,
}

names!(Severity, "severity" {
    Damage => "damage",
    Notice => "notice",
});

impl CheckReport {
    fn empty() -> Self {
        Self {
            generations: Vec::new(),
            published_articles: 0,
            articles: 0,
            verdicts: 0,
            events: 0,
            denied: 0,
            files: 0,
            size_bytes: 0,
            findings: Vec::new(),
        }
    }

    /// Whether every file is intact: whether no finding is a damage.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.all(|finding| finding.severity != Severity::Damage)
    }

    fn add(&mut self, path: &Path, severity: Severity, message: impl Into<String>) {
        self.findings.push(Finding {
            path: path.to_owned(),
            severity,
            message: message.into(),
        });
    }

    /// Returns the value, or adds the error to the findings and returns `None`.
    fn take<T>(&mut self, path: &Path, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(
                    error.path().unwrap_or(path),
                    Severity::Damage,
                    error.message(),
                );
                None
            }
        }
    }
}

impl fmt::Display for Finding {
    /// Writes the finding on one line: severity, path, message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.name();
        write!(f, "{severity}: {}: {}", self.path.display(), self.message)
    }
}

pub(crate) fn check(folder: &Path) -> Result<CheckReport> {
    let store = Store::at(folder);
    let names = store.list()?;
    let work = folder.join(WORK_FOLDER);
    let articles_log = work.join(workspace::LOG_FILE);
    let tickets_log = work.join(LEARNING_LOG.file);
    let events_log = work.join(EVENT_LOG.file);
    let has_log = files::exists(&articles_log)?
        || files::exists(&tickets_log)?
        || files::exists(&events_log)?;
    if !names.iter().any(|name| is_our_name(name)) && !has_log {
        return Err(Error::no_knowledge_base(folder));
    }
    let mut report = CheckReport::empty();
    let file = DenyListFile::read(&store);
    let listed = file.as_ref().ok().and_then(Option::as_ref);
    let owner = find_owner(&store, listed)?;
    let newest = Manifest::newest(&store, owner.as_ref())?;
    check_generations(&store, folder, &names, owner.as_ref(), &mut report);
    check_deny_list(&store, file, owner.as_ref(), newest.as_ref(), &mut report);
    let logs = newest.map(|newest| newest.logs).unwrap_or_default();
    check_articles_log(&work, owner.as_ref(), logs.articles.as_ref(), &mut report)?;
    if let Some(verdicts) = check_log(
        &LEARNING_LOG,
        &tickets_log,
        owner.as_ref(),
        logs.tickets.as_ref(),
        &mut report,
    )? {
        report.verdicts = verdicts;
    } else if logs.tickets.is_some() && files::exists(&work)? {
        let message = "the log of learned tickets is missing; restore it from a copy, or repair the knowledge base";
        report.add(&tickets_log, Severity::Damage, message);
    }
    let events = check_log(&EVENT_LOG, &events_log, owner.as_ref(), None, &mut report)?;
    report.events = events.unwrap_or_default();
    let ideas = folder.join(IDEAS_FOLDER);
    if files::exists(&ideas)? {
        let of_ideas = check(&ideas)?;
        report.files += of_ideas.files;
        report.size_bytes += of_ideas.size_bytes;
        report.findings.extend(of_ideas.findings);
    }
    report.findings.sort();
    report.findings.dedup();
    Ok(report)
}

/// Checks the log of articles in the folder of the logs, against the mark of it in the newest manifest.
fn check_articles_log(
    work: &Path,
    owner: Option<&Owner>,
    published: Option<&LogMark>,
    report: &mut CheckReport,
) -> Result<()> {
    let log = work.join(workspace::LOG_FILE);
    if files::exists(&log)? {
        count_file(&log, report);
        let checked = Workspace::check(&log, owner, published);
        if let Some((articles, torn_bytes)) = report.take(&log, checked) {
            report.articles = articles;
            tell_torn(&log, torn_bytes, report);
        }
    } else if published.is_some() && files::exists(work)? {
        let message = "the log of articles is missing; restore it from a copy, or repair the knowledge base and give all articles again";
        report.add(&log, Severity::Damage, message);
    } else if published.is_some() {
        let message = "there are no logs: this is a copy for reading, and cannot be changed";
        report.add(work, Severity::Notice, message);
    }
    Ok(())
}

/// Checks the log and returns the number of its records, 0 for one that cannot be used; `None` for one that is missing.
fn check_log(
    kind: &LogKind,
    log: &Path,
    owner: Option<&Owner>,
    published: Option<&LogMark>,
    report: &mut CheckReport,
) -> Result<Option<usize>> {
    if !files::exists(log)? {
        return Ok(None);
    }
    count_file(log, report);
    let checked = KeyedLog::check(kind, log, owner, published);
    let Some((count, torn_bytes)) = report.take(log, checked) else {
        return Ok(Some(0));
    };
    tell_torn(log, torn_bytes, report);
    Ok(Some(count))
}

/// Returns the owner that the list of denied articles names, if the newest manifest or a log agrees; else the owner
/// that the newest manifest, the list or a log names, in this order. Returns `None` when no file names an owner.
pub(crate) fn find_owner(store: &Store, file: Option<&DenyListFile>) -> Result<Option<Owner>> {
    let of_list = file.map(|file| &file.owner);
    let mut heads = Vec::new();
    if let Some(work) = store.folder().map(|folder| folder.join(WORK_FOLDER)) {
        for log in [workspace::LOG_FILE, LEARNING_LOG.file, EVENT_LOG.file] {
            heads.extend(RecordLog::read_head(&work.join(log))?);
        }
    }
    if let Some(owner) = of_list {
        let agrees = Manifest::newest(store, of_list)?.is_some()
            || heads.iter().any(|head| head.owner() == owner);
        if agrees {
            return Ok(Some(owner.clone()));
        }
    }
    let newest = Manifest::newest(store, None)?;
    let published = newest.map(|newest| newest.owner);
    let said = published.or_else(|| of_list.cloned());
    Ok(said.or_else(|| heads.into_iter().next().map(|head| head.owner().clone())))
}

/// Compares the list of denied articles with the newest publish, and adds the findings to the report.
fn check_deny_list(
    store: &Store,
    file: Result<Option<DenyListFile>>,
    owner: Option<&Owner>,
    newest: Option<&Manifest>,
    report: &mut CheckReport,
) {
    let path = store.folder().unwrap_or(Path::new("")).join(DENY_LIST_FILE);
    if files::exists(&path).unwrap_or(true) {
        count_file(&path, report);
    }
    let file = file.and_then(|file| {
        let mut file = file.ok_or_else(|| deny_list::missing(store))?;
        if let Some(owner) = owner {
            let remedy =
                "put back the right file from a copy, or remove it and repair the knowledge base";
            owner.check(&file.owner, remedy)?;
        }
        if let Some(newest) = newest
            && file.check_published(&newest.denied, store).is_err()
        {
            // Somebody may have denied and published since it was read.
            let again = DenyListFile::read(store)?;
            file = again.ok_or_else(|| deny_list::missing(store))?;
            file.check_published(&newest.denied, store)?;
        }
        Ok(file)
    });
    if let Some(file) = report.take(&path, file) {
        report.denied = file.list.ids().count();
    }
}

fn check_generations(
    store: &Store,
    folder: &Path,
    names: &[String],
    owner: Option<&Owner>,
    report: &mut CheckReport,
) {
    let mut used = BTreeSet::new();
    for number in numbers(names) {
        let opened = Generation::open(store, number, owner);
        if let Ok(files) = file_names(store, number) {
            used.extend(files);
        }
        let articles = opened.and_then(|generation| generation.articles());
        if let Some(articles) = report.take(folder, articles) {
            report.generations.push(number);
            report.published_articles = articles.len();
            let mut ids = BTreeSet::new();
            for (_, id, _) in &articles {
                if !ids.insert(id) {
                    let message = format!(
                        "article {id:?} is there more than once in generation {number}; publish again"
                    );
                    report.add(folder, Severity::Damage, message);
                }
            }
        }
    }
    for name in names {
        let path = folder.join(name);
        let is_checked_apart = [WORK_FOLDER, IDEAS_FOLDER, DENY_LIST_FILE].contains(&name.as_str());
        if is_checked_apart || name.starts_with('.') {
            continue;
        }
        if !is_our_name(name) {
            let message = "it is not a file of a knowledge base; move it away";
            report.add(&path, Severity::Notice, message);
        } else if numbers(std::slice::from_ref(name)).next().is_some() {
            // It was read with its generation.
            count_file(&path, report);
        } else if name.ends_with(UNFINISHED_SUFFIX) || !used.contains(name) {
            let whose = if name.starts_with(DENY_LIST_FILE) {
                "a denial that goes on; the next denial"
            } else {
                "a publish that goes on; the next publish"
            };
            let message = format!("no generation uses it: a crash left it, or {whose} removes it");
            report.add(&path, Severity::Notice, message);
        } else {
            count_file(&path, report);
            if let Some(owner) = owner {
                report.take(&path, verify_file(store, name, owner));
            }
        }
    }
}

fn count_file(path: &Path, report: &mut CheckReport) {
    if let Ok(size_bytes) = files::size_bytes(path) {
        report.files += 1;
        report.size_bytes += size_bytes;
    }
}

fn tell_torn(path: &Path, torn_bytes: u64, report: &mut CheckReport) {
    if torn_bytes > 0 {
        let message = format!(
            "a crash left {torn_bytes} bytes at its end that were never acknowledged, or somebody is writing; the next \
             change cuts them off"
        );
        report.add(path, Severity::Notice, message);
    }
}
