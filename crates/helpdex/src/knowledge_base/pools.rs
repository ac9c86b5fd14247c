//! The pools beside the articles: ideas, which have a knowledge base of their own, and solved tickets, which are only in
//! memory.

pub(crate) mod answers;
pub(crate) mod solved_tickets;

use std::path::Path;

use crate::article::Article;
use crate::article::fields::ArticleKind;
use crate::audience::{Audience, Visibility};
use crate::error::{Error, ErrorKind, Result};
use crate::knowledge_base::handle::KnowledgeBase;
use crate::knowledge_base::open_options::OpenOptions;
use crate::knowledge_base::opening::Builder;
use crate::knowledge_base::pools::answers::{PoolAnswers, PoolOptions};
use crate::knowledge_base::pools::solved_tickets::SolvedTickets;
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::Generation;
use crate::storage::store::Store;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;
use crate::workspace::IDEAS_FOLDER;

impl KnowledgeBase {
    /// Makes an empty knowledge base of a kind that exists only in memory.
    pub(crate) fn in_memory_of(kind: ArticleKind) -> Self {
        let options = OpenOptions {
            kind,
            ..OpenOptions::default()
        };
        Self::with(Store::in_memory(), options, None, Generation::empty())
    }

    /// Returns the kind of its articles.
    #[must_use]
    pub fn kind(&self) -> ArticleKind {
        self.inner.options.kind
    }

    /// Returns the knowledge base of the ideas; `None` when none were published. It is in the folder `ideas` of this
    /// one, belongs to the same tenant, and has its own articles, feedback, models, settings and denials.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) for a knowledge base that is not one of articles, else as
    /// [`Builder::open`].
    pub fn ideas(&self) -> Result<Option<Self>> {
        self.check_of_articles()?;
        let mut kept = self.inner.pools.ideas();
        if kept.is_none()
            && let Some(folder) = self.inner.store.folder()
        {
            let opened = self.ideas_builder(&folder.join(IDEAS_FOLDER)).open();
            match opened {
                Ok(ideas) => *kept = Some(ideas),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(kept.clone().map(|ideas| self.lend_embedder(ideas)))
    }

    /// Returns the knowledge base of the ideas for changes; it is made if it does not exist.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) for a knowledge base that is not one of articles or was opened
    /// read-only, else as [`Builder::open_or_create`].
    pub fn ideas_for_changes(&self) -> Result<Self> {
        self.check_of_articles()?;
        self.check_writable()?;
        let mut kept = self.inner.pools.ideas();
        let ideas = match (&*kept, self.inner.store.folder()) {
            (Some(ideas), _) => ideas.clone(),
            (None, None) => Self::in_memory_of(ArticleKind::Idea),
            (None, Some(folder)) => self
                .ideas_builder(&folder.join(IDEAS_FOLDER))
                .open_or_create()?,
        };
        *kept = Some(ideas.clone());
        Ok(self.lend_embedder(ideas))
    }

    /// Returns the tickets that were solved before, from the feedback that was learned until now: for agents only. They
    /// are made anew after anything was learned or forgotten, in time linear in the feedback. Who keeps what this returns
    /// keeps forgotten tickets too, so ask for it with each ticket.
    ///
    /// # Errors
    /// As [`feedback`](Self::feedback).
    pub fn solved_tickets(&self, now: Timestamp) -> Result<SolvedTickets> {
        let mut kept = self.inner.pools.solved_tickets();
        let Some(file) = self.read_denied(&DenyList::default())? else {
            return SolvedTickets::of([], now);
        };
        let home = self.tickets_home(&file)?;
        let log = &self.inner.learning_log;
        let (erasures, mark) = log.erasures(&home)?;
        // A log in memory has no mark.
        if let Some(kept) = &*kept
            && mark.is_some()
            && kept.erasures == erasures
            && kept.mark == mark
        {
            return Ok(SolvedTickets::kept(kept));
        }
        let tickets = SolvedTickets::of_clean(log.solved(&home)?, now)?;
        *kept = Some(tickets.keep(erasures, mark));
        Ok(tickets)
    }

    /// Answers a ticket from several [pools](crate::pools), each for itself.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) for options out of range, and when another audience than an agent asks
    /// for solved tickets; else as [`ideas`](Self::ideas), [`solved_tickets`](Self::solved_tickets) and
    /// [`suggest`](Self::suggest).
    pub fn suggest_from_pools(
        &self,
        ticket: &Ticket,
        audience: &Audience,
        now: Timestamp,
        options: &PoolOptions,
    ) -> Result<PoolAnswers> {
        let asked = options.solved_tickets.as_ref();
        if asked.is_some() && audience.visibility() != Visibility::Internal {
            return Err(Error::invalid(
                "solved tickets are those of other customers; ask for them with the audience internal, for an agent",
            ));
        }
        let solved_tickets =
            asked.map(|asked| self.solved_tickets(now)?.suggest(ticket, now, asked));
        let ideas = options.ideas.as_ref().map(|asked| {
            let ideas = self.ideas()?;
            let ideas = ideas.unwrap_or_else(|| Self::in_memory_of(ArticleKind::Idea));
            ideas.suggest(ticket, audience, now, asked)
        });
        Ok(PoolAnswers {
            articles: self.suggest(ticket, audience, now, &options.articles)?,
            ideas: ideas.transpose()?,
            solved_tickets: solved_tickets.transpose()?,
        })
    }

    /// Returns the open knowledge base of the ideas, or that in its folder; `None` when there is none, and for a
    /// knowledge base that has no pools.
    pub(super) fn ideas_if_any(&self) -> Result<Option<Self>> {
        match self.kind() {
            ArticleKind::Article => self.ideas(),
            ArticleKind::Idea | ArticleKind::SolvedTicket => Ok(None),
        }
    }

    /// Refuses an article of another kind than this knowledge base has.
    pub(super) fn check_kind(&self, article: &Article) -> Result<()> {
        let (kind, own) = (article.fields().kind, self.kind());
        if kind == own {
            return Ok(());
        }
        let remedy = match kind {
            ArticleKind::Article => "give it to the knowledge base of articles",
            ArticleKind::Idea => "give it to the knowledge base that ideas_for_changes returns",
            ArticleKind::SolvedTicket => "learn it as feedback; solved tickets are never published",
        };
        Err(Error::invalid(format!(
            "{:?} is of the kind {}, and these are of the kind {}; {remedy}",
            article.id(),
            kind.name(),
            own.name()
        )))
    }

    fn check_of_articles(&self) -> Result<()> {
        if self.kind() == ArticleKind::Article {
            return Ok(());
        }
        Err(Error::invalid(
            "a knowledge base of ideas or solved tickets has no pools; ask the one of articles",
        ))
    }

    fn ideas_builder(&self, folder: &Path) -> Builder {
        let options = OpenOptions {
            tenant: self.tenant(),
            identity: None,
            kind: ArticleKind::Idea,
            ..self.inner.options.clone()
        };
        Builder::with_options(folder, options)
    }

    fn lend_embedder(&self, mut ideas: Self) -> Self {
        ideas.embedder.clone_from(&self.embedder);
        ideas
    }
}
