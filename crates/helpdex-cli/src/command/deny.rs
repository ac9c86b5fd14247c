//! `helpdex deny` and `helpdex allow`.

use clap::Args;
use helpdex::KnowledgeBase;
use serde_json::json;

use crate::arguments::KnowledgeBaseArguments;
use crate::failure::Failure;
use crate::output;

/// Hides articles that must disappear at once, such as one that was made internal after it was published. Nobody sees
/// them any more, not even agents. The denial takes effect immediately for processes that open the knowledge base, and
/// at the next refresh for running ones.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex deny kb prices-2027
  helpdex deny kb prices-2027 roadmap --json")]
pub(crate) struct Deny {
    #[command(flatten)]
    articles: Articles,
}

/// Revokes `helpdex deny`. Correct the article and run `helpdex build` first, because readers see the article again as
/// it was last built.
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
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Ids of the articles
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Deny {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = self.articles.kb.open()?;
        let changed = knowledge_base.deny(&self.articles.ids)?;
        self.articles
            .print("newly denied", changed, &knowledge_base)
    }
}

impl Allow {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = self.articles.kb.open()?;
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
