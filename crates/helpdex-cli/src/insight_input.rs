//! The events and tickets of reports: those of files, else those of the logs of the knowledge base.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::PathBuf;

use clap::Args;
use helpdex::events::InteractionEvent;
use helpdex::{Audience, FeedbackEvent, KnowledgeBase, Timestamp, Visibility};
use helpdex_import::read_events;

use crate::arguments::one_of;
use crate::failure::Failure;
use crate::input::{open, read_tickets_of_all};
use crate::output;

/// The events and tickets of a report, and its readers.
#[derive(Args)]
pub(crate) struct InsightArguments {
    /// File of solved tickets in JSON lines, as `helpdex learn` reads them; can be given several times; - reads standard input.
    /// By default the learned tickets, which were cleaned and masked
    #[arg(long = "tickets", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// File of events in JSON lines, as `helpdex record` reads them; by default the recorded events
    #[arg(long = "events", value_name = "FILE")]
    events_file: Option<PathBuf>,
    /// Audience of those who wrote the tickets
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Public.name())]
    asker: Visibility,
    /// Audience of those who read the report: it tells nothing of articles that they may not see
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Internal.name())]
    reader: Visibility,
    /// Least number of distinct requesters who used a word that is shown
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub min_requesters: usize,
}

type Events = Box<dyn Iterator<Item = helpdex::Result<InteractionEvent>>>;

impl InsightArguments {
    /// Returns the solved tickets.
    pub(crate) fn tickets(
        &self,
        knowledge_base: &KnowledgeBase,
    ) -> Result<Vec<FeedbackEvent>, Failure> {
        if self.files.is_empty() {
            return Ok(knowledge_base.feedback()?);
        }
        read_tickets_of_all(&self.files)
    }

    /// Returns the events, read one at a time.
    pub(crate) fn events(&self, knowledge_base: &KnowledgeBase) -> Result<Events, Failure> {
        Ok(match &self.events_file {
            Some(path) => {
                let (file, _) = open(path)?;
                Box::new(read_events(BufReader::new(file), path.clone()))
            }
            None => Box::new(knowledge_base.events()?),
        })
    }

    /// Returns all events, so that they can be read twice; the first bad line is an error.
    pub(crate) fn all_events(
        &self,
        knowledge_base: &KnowledgeBase,
    ) -> Result<Vec<InteractionEvent>, Failure> {
        Ok(self
            .events(knowledge_base)?
            .collect::<helpdex::Result<_>>()?)
    }

    pub(crate) fn asker(&self) -> Result<Audience, Failure> {
        Ok(Audience::from_name(self.asker.name(), Vec::new())?)
    }

    pub(crate) fn reader(&self) -> Result<Audience, Failure> {
        Ok(Audience::from_name(self.reader.name(), Vec::new())?)
    }
}

/// Returns the last change of each article. The log of articles tells it, which only a writer reads; without it a warning is
/// printed and nothing is known.
pub(crate) fn updated_at(knowledge_base: &KnowledgeBase) -> BTreeMap<String, Timestamp> {
    let writer = match knowledge_base.writer() {
        Ok(writer) => writer,
        Err(error) => {
            output::warn(&format!(
                "the last changes of articles are not known: {error}"
            ));
            return BTreeMap::new();
        }
    };
    let articles = writer.articles();
    let changes = articles.filter_map(|article| {
        let updated_at = article.fields().updated_at?;
        Some((article.id().to_owned(), updated_at))
    });
    changes.collect()
}
