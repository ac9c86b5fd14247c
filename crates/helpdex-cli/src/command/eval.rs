//! `helpdex eval`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex::{SuggestOptions, WhenUnmet};
use helpdex_eval::{Evaluation, EvaluationOptions, Learning, evaluate, html_page};

use super::{Failure, TargetArguments};
use crate::output;
use crate::progress::ProgressBar;

/// DATASET holds corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv.
///
/// It learns from the train split: its judgements, and its queries marked as having no answer. With --split train each
/// fifth of that is answered by what the other four taught.
///
/// With --target-precision the threshold is chosen from tickets that are not reported: the dev split and what was
/// learned, each train ticket as it looked to a model that did not know it; of these two the dev split alone when only
/// it has queries marked as having no answer.
///
/// The report has the figures with their 95% intervals beside those of plain BM25 and of popularity (the articles with
/// most train tickets), then the main ones by locale of the ticket (declared, else detected) and by its words after
/// cleaning (0 to 9, 10 to 29, 30 to 99, 100 or more), then the ten answerable tickets with the lowest nDCG@10: what was
/// expected, what came first instead, and which words of the ticket each of them has. It shows the beginning of these
/// tickets after cleaning.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex eval data-set
  helpdex eval data-set --split dev --no-learn --json
  helpdex eval data-set --cold 0.5
  helpdex eval data-set --target-precision 0.8
  helpdex eval data-set --outcomes outcomes.jsonl --run run.trec
  helpdex eval data-set --report report.html")]
pub(crate) struct Eval {
    /// Folder of the data set
    #[arg(value_name = "DATASET")]
    data_set: PathBuf,
    /// The split whose queries are answered
    #[arg(long, default_value = "test")]
    split: String,
    /// Use neither the train nor the dev split
    #[arg(long)]
    no_learn: bool,
    /// Learn nothing of this share of the articles, and report both parts apart
    #[arg(long, value_name = "SHARE")]
    cold: Option<f64>,
    #[command(flatten)]
    target: TargetArguments,
    /// How much it counts how often an article solved tickets before, 0 to 1
    #[arg(long, value_name = "WEIGHT", default_value_t = 1.0)]
    popularity: f32,
    #[command(flatten)]
    output: RunOutput,
}

impl Eval {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let options = EvaluationOptions {
            split: self.split,
            learning: if self.no_learn {
                Learning::Nothing
            } else {
                Learning::Train
            },
            cold: self.cold,
            suggest: SuggestOptions {
                decision: self.target.decision(None, WhenUnmet::Abstain),
                promise: self.target.promise(),
                popularity: self.popularity,
                ..SuggestOptions::default()
            },
            ..EvaluationOptions::default()
        };
        let bar = ProgressBar::new("evaluating");
        let done = evaluate(&self.data_set, &options, |progress| bar.show(progress))?;
        bar.finish();
        self.output.write(&done)
    }
}

/// Where the answers and figures of a run go.
#[derive(Args)]
pub(super) struct RunOutput {
    /// Write one JSON line a query
    #[arg(long, value_name = "FILE")]
    outcomes: Option<PathBuf>,
    /// Write the ranking as a TREC run
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Write the report as a page to read and to print; it holds extracts of tickets
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl RunOutput {
    pub(super) fn write(&self, done: &Evaluation) -> Result<(), Failure> {
        if let Some(path) = &self.outcomes {
            write_file(path, |writer| done.write_outcomes(writer))?;
        }
        if let Some(path) = &self.run {
            write_file(path, |writer| done.write_run(writer))?;
        }
        if let Some(path) = &self.report {
            write_file(path, |writer| writer.write_all(html_page(done).as_bytes()))?;
        }
        if self.json {
            output::print_json(&done.report)?;
        } else {
            output::print_report(&done.report);
        }
        Ok(())
    }
}

fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let written = File::create(path)
        .map(BufWriter::new)
        .and_then(|mut writer| {
            write(&mut writer)?;
            writer.flush()
        });
    written.map_err(|e| format!("cannot write {}: {e}", path.display()).into())
}
