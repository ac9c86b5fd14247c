//! `helpdex corpus`.

use std::path::PathBuf;

use clap::Subcommand;
use helpdex_eval::corpus::export;

use crate::failure::Failure;
use crate::output;

/// Commands for a corpus: a folder with `articles/` and `tickets/*.jsonl`.
#[derive(Subcommand)]
pub(crate) enum Corpus {
    /// Write a corpus as a data set in BEIR form, for `helpdex eval`
    #[command(after_help = "\
Examples:
  helpdex corpus export corpus --into data-set
  helpdex corpus export corpus --into data-set-th --language th")]
    Export {
        /// Folder of the corpus
        corpus: PathBuf,
        /// Folder of the data set; created if it does not exist
        #[arg(long, value_name = "DATASET")]
        into: PathBuf,
        /// Export only tickets in this language
        #[arg(long)]
        language: Option<String>,
    },
}

impl Corpus {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self::Export {
            corpus,
            into,
            language,
        } = self;
        let exported = export(&corpus, &into, language.as_deref())?;
        output::line(&format!(
            "{}: {} articles, {} tickets ({} train, {} dev, {} test)",
            into.display(),
            exported.articles,
            exported.train + exported.dev + exported.test,
            exported.train,
            exported.dev,
            exported.test
        ));
        Ok(())
    }
}
