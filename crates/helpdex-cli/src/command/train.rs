//! `helpdex train`.

use clap::Args;

use crate::arguments::KnowledgeBaseArguments;
use crate::clock::now;
use crate::failure::Failure;
use crate::output;
use crate::trained_output::print_models;
use crate::vector_arguments::ProgramArguments;

/// Trains the models of a knowledge base from the solved tickets of `helpdex learn`. Published articles stay unchanged.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex train kb
  helpdex train tenants/acme/kb --tenant acme --json")]
pub(crate) struct Train {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    #[command(flatten)]
    program: ProgramArguments,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Train {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = self.program.add_to(self.kb.open()?)?;
        let trained = knowledge_base.writer()?.train(now())?;
        if self.json {
            output::print_json(&trained)?;
            return Ok(());
        }
        print_models(&trained.models, &trained.drift);
        output::line(&format!("generation {}", trained.generation));
        Ok(())
    }
}
