//! The subcommands.

mod articles;
mod backtest;
mod build;
mod check;
mod copies;
mod corpus;
#[cfg(feature = "server")]
mod demo;
mod deny;
mod eval;
mod export;
mod forget;
mod gaps;
mod learn;
mod list;
#[cfg(feature = "server")]
mod mcp;
mod metrics;
mod preview;
mod purge;
mod record;
mod repair;
mod report;
mod rules;
#[cfg(feature = "server")]
mod serve;
#[cfg(not(feature = "server"))]
mod service_missing;
mod settings;
mod suggest;
mod tickets;
mod train;

use clap::Subcommand;

#[cfg(not(feature = "server"))]
use self::service_missing::{Demo, Mcp, Serve};
#[cfg(feature = "server")]
use self::{demo::Demo, mcp::Mcp, serve::Serve};
use crate::failure::Failure;

/// A command with its arguments.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Build or update a knowledge base from articles
    Build(build::Build),
    /// List the articles of a knowledge base as they are indexed
    List(list::List),
    /// Show an article of a knowledge base as it is indexed
    Show(list::Show),
    /// Suggest articles for a ticket
    Suggest(suggest::Suggest),
    /// Convert an export of a helpdesk to solved tickets, with the articles that agents linked
    Tickets(tickets::Tickets),
    /// Serve answers over HTTP to forms, agents and programs
    Serve(Serve),
    /// Give agents of language models tools: articles that answer, or silence
    Mcp(Mcp),
    /// Try the widget and the agent's view in a browser
    Demo(Demo),
    /// Learn from tickets that people solved
    Learn(learn::Learn),
    /// Record interaction events of forms, chats and agents
    Record(record::Record),
    /// Train the models from learned tickets
    Train(train::Train),
    /// Show or change the settings of a knowledge base
    Settings(settings::SettingsCommand),
    /// Pin or block articles for some tickets
    #[command(subcommand)]
    Rules(rules::RulesCommand),
    /// Export articles, feedback and events as JSON lines
    Export(export::Export),
    /// Forget a ticket, a requester, or everything from before a given time
    Forget(forget::Forget),
    /// Hide articles from everybody immediately
    Deny(deny::Deny),
    /// Show denied articles again
    Allow(deny::Allow),
    /// Erase every byte of removed articles
    Purge(purge::Purge),
    /// Rebuild damaged logs and a damaged list of denied articles from their readable parts
    Repair(repair::Repair),
    /// Verify every file of a knowledge base, and report damage with its remedy
    Check(check::Check),
    /// Answer the queries of a data set in BEIR form and report the figures
    Eval(eval::Eval),
    /// Replay solved tickets in chronological order and report what would have been shown
    Backtest(backtest::Backtest),
    /// Tell which tickets a change of articles would answer otherwise, before it is published
    Preview(preview::Preview),
    /// Group the tickets without a good answer, and give the reason for each group
    Gaps(gaps::Gaps),
    /// Make a report card of each article, with what to do about it
    Articles(articles::Articles),
    /// Report how often articles were offered, solved the problem and avoided a ticket
    Metrics(metrics::Metrics),
    /// Write one page for a support lead, with tables beside it
    Report(report::ReportCommand),
    /// Find near copies among the articles, and sentences that differ in a value
    Copies(copies::CopiesCommand),
    /// Work with a corpus: articles and labelled tickets
    #[command(subcommand)]
    Corpus(corpus::Corpus),
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Build(build) => build.run(),
            Self::List(list) => list.run(),
            Self::Show(show) => show.run(),
            Self::Suggest(suggest) => suggest.run(),
            Self::Tickets(tickets) => tickets.run(),
            Self::Serve(serve) => serve.run(),
            Self::Mcp(mcp) => mcp.run(),
            Self::Demo(demo) => demo.run(),
            Self::Learn(learn) => learn.run(),
            Self::Record(record) => record.run(),
            Self::Train(train) => train.run(),
            Self::Settings(settings) => settings.run(),
            Self::Rules(rules) => rules.run(),
            Self::Export(export) => export.run(),
            Self::Forget(forget) => forget.run(),
            Self::Deny(deny) => deny.run(),
            Self::Allow(allow) => allow.run(),
            Self::Purge(purge) => purge.run(),
            Self::Repair(repair) => repair.run(),
            Self::Check(check) => check.run(),
            Self::Eval(eval) => eval.run(),
            Self::Backtest(backtest) => backtest.run(),
            Self::Preview(preview) => preview.run(),
            Self::Gaps(gaps) => gaps.run(),
            Self::Articles(articles) => articles.run(),
            Self::Metrics(metrics) => metrics.run(),
            Self::Report(report) => report.run(),
            Self::Copies(copies) => copies.run(),
            Self::Corpus(corpus) => corpus.run(),
        }
    }
}
