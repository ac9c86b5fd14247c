//! `helpdex backtest`.

use std::path::{Path, PathBuf};

use clap::Args;
use helpdex::confidence::WhenUnmet;
use helpdex::{Audience, FeedbackEvent, SuggestOptions, Visibility};
use helpdex_eval::{BacktestOptions, backtest};
use helpdex_import::detect_ticket_source;

use crate::arguments::{Defaults, TargetArguments, one_of};
use crate::failure::Failure;
use crate::import_report::{ReadArticles, read_linked_articles};
use crate::input::read_tickets;
use crate::output;
use crate::progress::ProgressBar;
use crate::run_output::RunOutput;
use crate::ticket_arguments::TicketArguments;
use crate::ticket_report::{print_tickets, warn_of_tickets};
use crate::vector_arguments::VectorArguments;

/// TICKETS is an export of a helpdesk, which is read as by `helpdex tickets`, or a file of solved tickets as JSON
/// lines, as `helpdex help learn` shows them. The tickets are divided into periods, and replayed in chronological
/// order. Before each period, Helpdex learns only what had been decided before the period began; then it answers the
/// tickets of the period. The report shows for each period how good the answers were, and what a target precision would
/// have achieved.
///
/// Articles are used as they are now: an article that was written after a ticket can still answer it, unless
/// `valid_from` says otherwise. Agents link what their search finds. If it found nothing, a right article may count as
/// wrong.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex backtest zendesk-tickets.json --articles zendesk-articles.json --report backtest.html
  helpdex backtest solved.jsonl --articles docs/help --visibility public
  helpdex backtest solved.jsonl --articles articles.jsonl --target-precision 0.8 --report backtest.html
  helpdex backtest solved.jsonl --articles docs/help --audience internal --periods 24 --json
  helpdex backtest solved.jsonl --articles docs/help --embed-command \"python3 embed.py\" --embed-model my-model")]
pub(crate) struct Backtest {
    /// Export of a helpdesk, or solved tickets as JSON lines; - reads such lines from standard input
    #[arg(value_name = "TICKETS")]
    tickets: PathBuf,
    /// Articles to suggest, in the form of `helpdex build`
    #[arg(long, value_name = "PATH")]
    articles: PathBuf,
    #[command(flatten)]
    defaults: Defaults,
    /// Audience of the answers
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Public.name())]
    audience: Visibility,
    /// User segment of a signed-in reader; can be given several times
    #[arg(long = "user-segment", value_name = "SEGMENT")]
    user_segments: Vec<String>,
    /// Number of periods
    #[arg(long, default_value_t = BacktestOptions::default().periods)]
    periods: usize,
    /// Lowest probability of an offered article; by default that of the settings of the knowledge base, or 0.5 if they
    /// have none
    #[arg(long)]
    min_probability: Option<f32>,
    #[command(flatten)]
    vectors: VectorArguments,
    #[command(flatten)]
    export: TicketArguments,
    #[command(flatten)]
    target: TargetArguments,
    #[command(flatten)]
    output: RunOutput,
}

impl Backtest {
    /// Reads solved tickets as lines of JSON, or out of an export of a helpdesk, which is reported.
    fn read_tickets(&self, articles: &ReadArticles) -> Result<Vec<FeedbackEvent>, Failure> {
        let is_export = self.tickets != Path::new("-")
            && (self.export.names_source() || detect_ticket_source(&self.tickets)?.is_some());
        if !is_export {
            let (tickets, skipped) = read_tickets(&self.tickets)?;
            output::warn_of_skipped(&skipped);
            return Ok(tickets);
        }
        let import = self.export.read(&self.tickets, articles)?;
        warn_of_tickets(&import);
        print_tickets(&import, false, true)?;
        if import.tickets.is_empty() {
            let why =
                "no ticket of the export can be replayed; one needs a text, and must be solved";
            return Err(why.into());
        }
        Ok(import
            .tickets
            .into_iter()
            .map(|ticket| ticket.event)
            .collect())
    }

    pub(crate) fn run(self) -> Result<(), Failure> {
        let read = read_linked_articles(&self.articles, &self.defaults.of_articles())?;
        let tickets = self.read_tickets(&read)?;
        let options = BacktestOptions {
            periods: self.periods,
            embedder: self.vectors.embedder()?,
            audience: Audience::from_name(self.audience.name(), self.user_segments)?,
            suggest: SuggestOptions {
                decision: self
                    .target
                    .decision(self.min_probability, WhenUnmet::Abstain),
                promise: self.target.promise(),
                ..SuggestOptions::default()
            },
            ..BacktestOptions::default()
        };
        let bar = ProgressBar::new("replaying");
        let done = backtest(read.articles, &tickets, &options, |progress| {
            bar.show(progress)
        })?;
        bar.finish();
        self.output.write(&done)
    }
}
