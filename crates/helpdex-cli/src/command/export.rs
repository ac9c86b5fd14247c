//! `helpdex export`.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex_import::{create_file, write_articles, write_events, write_feedback};

use crate::arguments::KnowledgeBaseArguments;
use crate::failure::Failure;
use crate::output;

/// The files are JSON lines. `helpdex build` reads the articles, `helpdex learn` the feedback, and `helpdex record` the
/// events; they can belong to another version of Helpdex. Articles are exported as they were given, including drafts.
/// Feedback is exported as it is stored: cleaned, and with personal data masked.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex export kb --articles articles.jsonl --feedback feedback.jsonl
  helpdex export kb --feedback - | wc -l
  helpdex build articles.jsonl --into copy --no-train && helpdex learn copy feedback.jsonl && helpdex train copy")]
pub(crate) struct Export {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// File for the articles; - writes to standard output
    #[arg(long, value_name = "FILE", required_unless_present_any = ["feedback", "events"])]
    articles: Option<PathBuf>,
    /// File for the feedback; - writes to standard output
    #[arg(long, value_name = "FILE")]
    feedback: Option<PathBuf>,
    /// File for the interaction events; - writes to standard output
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
}

impl Export {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = self.kb.open()?;
        if let Some(path) = &self.articles {
            let writer = knowledge_base.writer()?;
            let count = write_articles(writer.articles(), create(path)?, path)?;
            report("articles", count, path);
        }
        if let Some(path) = &self.feedback {
            let events = knowledge_base.feedback()?;
            let count = write_feedback(&events, create(path)?, path)?;
            report("feedback events", count, path);
        }
        if let Some(path) = &self.events {
            let count = write_events(knowledge_base.events()?, create(path)?, path)?;
            report("interaction events", count, path);
        }
        Ok(())
    }
}

/// Creates or replaces the file at `path`; returns standard output for `-`.
fn create(path: &Path) -> Result<Box<dyn Write>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(BufWriter::new(io::stdout())));
    }
    Ok(Box::new(create_file(path)?))
}

fn report(what: &str, count: usize, path: &Path) {
    if path != Path::new("-") {
        output::line(&format!("{what}: {count}"));
    }
}
