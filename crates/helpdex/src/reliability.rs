//! Tests the promises for failing disks and killed processes: a knowledge base is used step by step over a failing
//! disk, and its content is compared with a model of what was acknowledged.

mod every_operation;
mod histories;
mod read_only;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::article::Article;
use crate::article::fields::ArticleFields;
use crate::audience::Visibility;
use crate::erasure::Erasure;
use crate::error::{ErrorKind, Result};
use crate::feedback_event::FeedbackEvent;
use crate::feedback_event::verdict::Verdict;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::learning_log::LearningLog;
use crate::snapshot::deny_list::DenyListFile;
use crate::snapshot::generation::Generation;
use crate::storage::files::Access;
use crate::storage::store::Store;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;
use crate::workspace::Workspace;

/// Whether tests run in full size, with `HELPDEX_FULL=1`; otherwise they run part of the cases.
fn is_full_size() -> bool {
    env::var_os("HELPDEX_FULL").is_some()
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_772_357_400)
}

/// An action of a host. Articles whose ids begin with `internal` have internal visibility.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Sets the versions of some articles (`None` removes the article) and publishes.
    Publish(BTreeMap<&'static str, Option<u32>>),
    /// Learns that an article solved these tickets.
    Learn(&'static str, Vec<&'static str>),
    /// Forgets a requester; each ticket has a requester of its own.
    Forget(&'static str),
    Deny(&'static str),
    Allow(&'static str),
    /// Drops the handle; the next step opens the knowledge base again.
    Close,
}

/// The content of a knowledge base according to the model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Content {
    /// The version of each article in the log of the writing side.
    saved: BTreeMap<String, u32>,
    /// The version of each article that readers see.
    published: BTreeMap<String, u32>,
    /// The ids of the tickets that were learned.
    learned: BTreeSet<String>,
    denied: BTreeSet<String>,
}

/// A knowledge base, and the contents that it may have according to what was acknowledged.
struct World {
    folder: PathBuf,
    open: Option<KnowledgeBase>,
    /// The possible contents: one, or several after a step that failed.
    possible: Vec<Content>,
}

impl World {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.join("kb"),
            open: None,
            possible: vec![Content::default()],
        }
    }

    fn take(&mut self, step: &Step) -> Result<()> {
        let taken = self.act(step);
        let after: Vec<Content> = self
            .possible
            .iter()
            .map(|before| before.after(step))
            .collect();
        if taken.is_ok() {
            self.possible = after;
            self.possible.dedup();
        } else {
            // The changes may have reached the log, and not the readers.
            for (before, after) in self.possible.clone().into_iter().zip(after) {
                let between = Content {
                    saved: after.saved.clone(),
                    ..before
                };
                self.possible.extend([between, after]);
            }
        }
        taken
    }

    fn act(&mut self, step: &Step) -> Result<()> {
        if *step == Step::Close {
            self.open = None;
            return Ok(());
        }
        if self.open.is_none() {
            self.open = Some(KnowledgeBase::open_or_create(&self.folder)?);
        }
        let Some(knowledge_base) = &self.open else {
            return Ok(());
        };
        match step {
            Step::Publish(changes) => {
                let mut writer = knowledge_base.writer()?;
                for (&id, &version) in changes {
                    match version {
                        Some(version) => writer.upsert([article(id, version)])?,
                        None => writer.remove([id])?,
                    };
                }
                writer.publish_and_train(now(), |_| ControlFlow::Continue(()))?;
            }
            Step::Learn(article, tickets) => {
                let solved = tickets.iter().map(|ticket| solved(ticket, article));
                knowledge_base.learn(solved)?;
            }
            Step::Forget(ticket) => {
                knowledge_base.forget(&Erasure::Requester(requester(ticket)))?;
            }
            Step::Deny(id) => {
                knowledge_base.deny([id])?;
            }
            Step::Allow(id) => {
                knowledge_base.allow([id])?;
            }
            Step::Close => {}
        }
        Ok(())
    }

    /// Reopens the knowledge base and asserts that it contains what was acknowledged. The log of articles belongs to
    /// the writer, so it is read only when there is no writer.
    fn check(&self, what: &str) {
        let _ = self.find(what);
    }

    /// Checks like [`check`](Self::check) after a power cut; everything found then must stay from then on. Before a
    /// cut, the traces of a failed step may still vanish with the power.
    fn check_after_power_cut(&mut self, what: &str) {
        self.possible = self.find(what);
    }

    fn find(&self, what: &str) -> Vec<Content> {
        let reads_log = self.open.is_none();
        let found = Content::of(&self.folder, reads_log);
        let agree = |content: &Content| {
            content.published == found.published
                && content.learned == found.learned
                && content.denied == found.denied
                && (!reads_log || content.saved == found.saved)
        };
        let agreeing: Vec<Content> = self.possible.iter().filter(|c| agree(c)).cloned().collect();
        assert!(
            !agreeing.is_empty(),
            "{what}: found {found:#?} and not one of {:#?}",
            self.possible
        );
        agreeing
    }
}

impl Content {
    fn after(&self, step: &Step) -> Self {
        let mut after = self.clone();
        match step {
            Step::Publish(changes) => {
                for (id, version) in changes {
                    after.saved.remove(*id);
                    after
                        .saved
                        .extend(version.map(|version| ((*id).to_owned(), version)));
                }
                after.published.clone_from(&after.saved);
                // A denied article comes into no new file.
                let denied = &after.denied;
                after.published.retain(|id, _| !denied.contains(id));
            }
            Step::Learn(_, tickets) => {
                after
                    .learned
                    .extend(tickets.iter().map(|ticket| (*ticket).to_owned()));
            }
            Step::Forget(ticket) => {
                after.learned.remove(*ticket);
            }
            Step::Deny(id) => {
                after.denied.insert((*id).to_owned());
            }
            Step::Allow(id) => {
                after.denied.remove(*id);
            }
            Step::Close => {}
        }
        after
    }

    /// Reads the content of the knowledge base in the folder, as a reader sees it and, if `reads_log`, as a writer
    /// does.
    fn of(folder: &Path, reads_log: bool) -> Self {
        let mut content = Self::default();
        let store = Store::at(folder);
        let file = DenyListFile::read(&store).expect("the list can be read");
        let home = file.as_ref().map(|file| file.log_home(None));
        let newest = home.as_ref().map(|home| {
            let empty = Generation::empty();
            Generation::open_newest_after(0, &store, &empty, &home.owner)
        });
        let published = newest
            .transpose()
            .expect("what was published can be opened");
        let published = published.flatten().unwrap_or_else(Generation::empty);
        for (_, id, title) in published.articles().expect("articles can be read") {
            content.published.insert(id, version(&title));
        }
        match KnowledgeBase::open(folder) {
            Ok(open) => {
                assert_eq!(open.generation(), published.number());
                assert_eq!(open.warnings(), [""; 0]);
            }
            Err(error) => assert_eq!((error.kind(), published.number()), (ErrorKind::NotFound, 0)),
        }
        if let Some(file) = &file {
            content.denied = file.list.ids().map(str::to_owned).collect();
        }
        let work = folder.join("work");
        if reads_log && work.exists() {
            let workspace = Workspace::open(&work, Access::Owner, || Ok(home.clone()));
            let workspace = workspace.expect("the log of articles can be opened");
            for article in workspace.articles() {
                let id = article.id().to_owned();
                content.saved.insert(id, version(&article.fields().title));
            }
        }
        if published.number() > 0 || work.join("articles.log").exists() {
            let report = KnowledgeBase::check(folder).expect("the folder can be read");
            assert!(report.is_whole(), "{report:#?}");
        }
        let log = LearningLog::new(Some(work));
        let solved = home.map(|home| log.solved(&home));
        let solved = solved.transpose().expect("the log of tickets can be read");
        for solved in solved.unwrap_or_default() {
            content.learned.insert(solved.ticket_id);
        }
        content
    }
}

fn article(id: &str, version: u32) -> Article {
    let mut body = String::new();
    for line in 0..version % 5 {
        let _ = writeln!(body, "Line {line} of {id} tells how the refund is paid.\n");
    }
    Article::new(ArticleFields {
        id: id.into(),
        locale: "en".into(),
        title: format!("About {id} in version {version}"),
        body,
        visibility: if id.starts_with("internal") {
            Visibility::Internal
        } else {
            Visibility::Public
        },
        ..ArticleFields::default()
    })
    .expect("the article is valid")
}

fn version(title: &str) -> u32 {
    let version = title.rsplit(' ').next().and_then(|word| word.parse().ok());
    version.expect("a title ends with its version")
}

fn solved(ticket: &str, article: &str) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: ticket.into(),
        ticket: Ticket {
            requester: Some(requester(ticket)),
            ..Ticket::from_text(format!("where is my money {ticket}"))
        },
        at: now(),
        verdict: Verdict::Linked,
        articles: vec![article.into()],
        key: None,
    }
}

fn requester(ticket: &str) -> String {
    format!("requester of {ticket}")
}
