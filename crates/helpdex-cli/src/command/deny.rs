//! `helpdex deny` and `helpdex allow`.

use std::path::PathBuf;

use clap::Args;
use helpdex::KnowledgeBase;
use serde_json::json;

use super::{Failure, TenantArgument, open_knowledge_base};
use crate::output;

/// For an article that must not be seen a moment longer, such as one made internal after it was published: nobody sees
/// it any more, agents neither, as if it were not there. It holds at once for whoever opens the knowledge base, and for
/// running processes when they refresh.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex deny kb prices-2027
  helpdex deny kb prices-2027 roadmap --json")]
pub(crate) struct Deny {
    #[command(flatten)]
    articles: Articles,
}

/// Takes back `helpdex deny`. Correct the article and build first: it is shown again from the present generation on.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex allow kb prices-2027
  helpdex allow kb prices-2027 --json")]
pub(crate) struct Allow {
    #[command(flatten)]
    articles: Articles,
}

#[derive(Args)]
struct Articles {
    /// Knowledge base made by `helpdex build`
    #[arg(value_name = "KB")]
    kb: PathBuf,
    #[command(flatten)]
    tenant: TenantArgument,
    /// Ids of articles
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Deny {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = open_knowledge_base(&self.articles.kb, &self.articles.tenant)?;
        let changed = knowledge_base.deny(&self.articles.ids)?;
        self.articles
            .print("newly denied", changed, &knowledge_base)
    }
}

impl Allow {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = open_knowledge_base(&self.articles.kb, &self.articles.tenant)?;
        let changed = knowledge_base.allow(&self.articles.ids)?;
        self.articles
            .print("allowed again", changed, &knowledge_base)
    }
}

impl Articles {
    fn print(
        &self,
        what: &str,
        changed: usize,
        knowledge_base: &KnowledgeBase,
    ) -> Result<(), Failure> {
        let denied = knowledge_base.denied();
        if self.json {
            output::print_json(&json!({ "changed": changed, "denied": denied }))?;
        } else {
            output::line(&format!(
                "articles: {changed} {what}, {} denied",
                denied.len()
            ));
            for id in &denied {
                output::line(&format!("  denied: {id}"));
            }
        }
        Ok(())
    }
}
