//! `helpdex eval`.

use std::path::PathBuf;

use clap::Args;
use helpdex::SuggestOptions;
use helpdex::confidence::WhenUnmet;
use helpdex_eval::{EvaluationOptions, Learning, evaluate};

use crate::arguments::TargetArguments;
use crate::failure::Failure;
use crate::progress::ProgressBar;
use crate::run_output::RunOutput;
use crate::vector_arguments::ProgramArguments;

/// DATASET is a folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv.
///
/// Helpdex learns the queries of the train split: those with judgements, those that are marked as unanswerable, and
/// those with neither, which count as unlinked. With --split train, each fifth of the queries is answered by a model
/// that was trained on the other four.
///
/// With --target-precision, the threshold is chosen from tickets that are not reported: the dev split and the train
/// split, each train ticket predicted by a model that was not trained on it. If only the dev split has unanswerable
/// queries, only the dev split is used.
///
/// The report has the figures with 95% intervals, beside those of plain BM25 and of popularity (the articles with the
/// most train tickets). Then come the main figures by locale of the ticket (declared, else detected) and by its words
/// after cleaning (0 to 9, 10 to 29, 30 to 99, 100 or more), and the ten answerable tickets with the lowest nDCG@10.
/// For each of these, the report shows the beginning of the ticket after cleaning, the expected article, the article
/// that came first, and the words of the ticket that each article contains.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex eval data-set
  helpdex eval data-set --split dev --no-learn --json
  helpdex eval data-set --cold 0.5
  helpdex eval data-set --learn-first 50
  helpdex eval data-set --target-precision 0.8
  helpdex eval data-set --target-precision 0.8 --answerable-share 0.7
  helpdex eval data-set --target-precision 0.8 --unlinked-share 0.4 --unlinked estimated
  helpdex eval data-set --vectors data-set/vectors/my-model
  helpdex eval data-set --embed-command \"python3 embed.py\" --embed-model my-model
  helpdex eval data-set --outcomes outcomes.jsonl --run run.trec
  helpdex eval data-set --report report.html")]
pub(crate) struct Eval {
    /// Folder of the data set
    #[arg(value_name = "DATASET")]
    data_set: PathBuf,
    /// Split whose queries are answered
    #[arg(long, default_value = "test")]
    split: String,
    /// Use neither the train nor the dev split
    #[arg(long)]
    no_learn: bool,
    /// Share of the articles whose tickets are not learned; the report has these articles and the others separately
    #[arg(long, value_name = "SHARE")]
    cold: Option<f64>,
    /// Number of train queries to learn: the first by date, or by a hash of the id if they have no date
    #[arg(long, value_name = "N")]
    learn_first: Option<usize>,
    /// Share of the judged train queries that are learned as if nobody had linked them
    #[arg(long, value_name = "SHARE")]
    unlinked_share: Option<f64>,
    /// Folder with vectors of the articles and queries, as .npy files; see docs/evaluation.md
    #[arg(long, value_name = "FOLDER", conflicts_with = "embed_command")]
    vectors: Option<PathBuf>,
    #[command(flatten)]
    program: ProgramArguments,
    #[command(flatten)]
    target: TargetArguments,
    /// Weight, from 0 to 1, of the number of tickets that an article has solved before
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
            learn_first: self.learn_first,
            unlinked_share: self.unlinked_share,
            vectors: self.vectors,
            embedder: self.program.start()?,
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
