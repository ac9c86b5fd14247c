//! The subcommands.

mod backtest;
mod build;
mod check;
mod corpus;
mod deny;
mod eval;
mod forget;
mod learn;
mod purge;
mod repair;
mod settings;
mod suggest;
mod train;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::SystemTime;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use helpdex::{
    Decision, KnowledgeBase, Locale, Promise, TargetPrecision, Timestamp, Visibility, WhenUnmet,
};
use helpdex_import::ArticleDefaults;

use crate::output;

/// What the command line asks for.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Build or update a knowledge base from articles
    Build(build::Build),
    /// Suggest articles for a ticket
    Suggest(suggest::Suggest),
    /// Learn from tickets that people solved
    Learn(learn::Learn),
    /// Train the models from the feedback that was learned
    Train(train::Train),
    /// Show or change what every reader answers by
    Settings(settings::SettingsCommand),
    /// Forget what was learned of a ticket or a requester
    Forget(forget::Forget),
    /// Hide articles from everybody at once
    Deny(deny::Deny),
    /// Show articles again that were denied
    Allow(deny::Allow),
    /// Leave no byte of articles that were removed
    Purge(purge::Purge),
    /// Begin anew what is damaged of the logs and the list of denied articles
    Repair(repair::Repair),
    /// Verify every file of a knowledge base and say what to do
    Check(check::Check),
    /// Answer the queries of a data set in BEIR form and report the figures
    Eval(eval::Eval),
    /// Replay solved tickets in the order of time and report what would have been shown
    Backtest(backtest::Backtest),
    /// Work with a corpus: articles and labelled tickets
    #[command(subcommand)]
    Corpus(corpus::Corpus),
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Build(build) => build.run(),
            Self::Suggest(suggest) => suggest.run(),
            Self::Learn(learn) => learn.run(),
            Self::Train(train) => train.run(),
            Self::Settings(settings) => settings.run(),
            Self::Forget(forget) => forget.run(),
            Self::Deny(deny) => deny.run(),
            Self::Allow(allow) => allow.run(),
            Self::Purge(purge) => purge.run(),
            Self::Repair(repair) => repair.run(),
            Self::Check(check) => check.run(),
            Self::Eval(eval) => eval.run(),
            Self::Backtest(backtest) => backtest.run(),
            Self::Corpus(corpus) => corpus.run(),
        }
    }
}

/// Why a command failed: one line for the reader.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// Opens a knowledge base, and warns when it is not the newest generation.
fn open_knowledge_base(kb: &Path, tenant: &TenantArgument) -> Result<KnowledgeBase, Failure> {
    let mut builder = KnowledgeBase::builder(kb);
    if let Some(tenant) = &tenant.tenant {
        builder = builder.tenant(tenant);
    }
    let knowledge_base = builder.open()?;
    warn_of(&knowledge_base);
    Ok(knowledge_base)
}

fn warn_of(knowledge_base: &KnowledgeBase) {
    for warning in knowledge_base.warnings() {
        output::warn(&warning);
    }
}

/// What articles are given that do not say it themselves.
#[derive(Args)]
pub(crate) struct Defaults {
    /// Visibility of articles that state none
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Internal.name())]
    visibility: Visibility,
    /// Locale of articles that state none, such as en or pt-BR
    #[arg(id = "default_locale", long = "default-locale", value_name = "LOCALE")]
    locale: Option<Locale>,
}

/// Whose knowledge base it is.
#[derive(Args)]
struct TenantArgument {
    /// Whose knowledge base it must be, where a host keeps those of many: what is built is theirs, and files of another tenant
    /// are refused. To change the knowledge base of a tenant its name is needed
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
}

/// What is to be right, and how often.
#[derive(Args)]
struct TargetArguments {
    /// Show only as much as keeps this share of first articles right, such as 0.8: solved tickets tell the threshold, and
    /// no other least probability counts
    #[arg(long, value_name = "PRECISION")]
    target_precision: Option<f64>,
    /// How sure the target precision is to be
    #[arg(
        long,
        value_name = "LEVEL",
        requires = "target_precision",
        default_value_t = TargetPrecision::DEFAULT_CONFIDENCE_LEVEL
    )]
    confidence_level: f64,
    /// Of what is shown, what is to be probable enough and right: the first article, or any of those shown together
    #[arg(long, value_parser = one_of(&Promise::ALL, Promise::name), default_value = Promise::First.name())]
    promise: Promise,
}

impl TargetArguments {
    /// Returns how it is decided: by the target, by this probability where there is none, else by the settings.
    fn decision(&self, min_probability: Option<f32>, when_unmet: WhenUnmet) -> Decision {
        match self.target_precision {
            None => min_probability.map_or(Decision::AsConfigured, Decision::MinProbability),
            Some(precision) => Decision::TargetPrecision(TargetPrecision {
                precision,
                confidence_level: self.confidence_level,
                when_unmet,
            }),
        }
    }

    fn promise(&self) -> Promise {
        self.promise
    }
}

/// Returns the parser of an argument that takes one of these names.
fn one_of<T>(values: &[T], name: fn(T) -> &'static str) -> impl TypedValueParser<Value = T> + use<T>
where
    T: Copy + FromStr<Err: std::error::Error + Send + Sync> + Send + Sync + 'static,
{
    let names = values.iter().copied().map(name);
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

impl Defaults {
    fn of_articles(&self) -> ArticleDefaults {
        ArticleDefaults {
            visibility: self.visibility,
            locale: self.locale.clone(),
        }
    }
}

/// The library never reads the clock; the command is a caller and does.
#[expect(clippy::disallowed_methods)]
fn now() -> Timestamp {
    SystemTime::now().into()
}

/// A path argument that many commands share.
#[derive(Args)]
pub(crate) struct ArticlesPath {
    /// Folder of Markdown or HTML files, or a file of JSON lines
    #[arg(value_name = "ARTICLES")]
    articles: PathBuf,
}
