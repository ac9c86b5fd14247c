//! `helpdex train`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use helpdex::Visibility;
use helpdex::confidence::RecentDrift;
use helpdex::report::ModelInfo;

use super::{Failure, TenantArgument, now, open_knowledge_base};
use crate::output;

/// Trains the models of a knowledge base from the feedback that `helpdex learn` keeps. Articles stay as they were published.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex train kb
  helpdex train tenants/acme/kb --tenant acme --json")]
pub(crate) struct Train {
    /// Knowledge base made by `helpdex build`
    #[arg(value_name = "KB")]
    kb: PathBuf,
    #[command(flatten)]
    tenant: TenantArgument,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Train {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = open_knowledge_base(&self.kb, &self.tenant)?;
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

/// Prints the models, and warns where recent tickets are unlike the older ones.
pub(super) fn print_models(
    models: &BTreeMap<Visibility, ModelInfo>,
    drift: &BTreeMap<Visibility, RecentDrift>,
) {
    for (visibility, model) in models {
        output::line(&format!(
            "model for {} readers: learned until {}",
            visibility.name(),
            model.learned_until
        ));
    }
    for (visibility, drift) in drift {
        if drift.is_warning {
            output::warn(&output::drift_warning(*visibility, drift));
        }
    }
}
