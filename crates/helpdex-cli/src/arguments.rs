//! Arguments that several commands share.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use helpdex::confidence::{Incoming, Promise, TargetPrecision, UnlinkedTickets, WhenUnmet};
use helpdex::{Audience, Decision, KnowledgeBase, Locale, Visibility};
use helpdex_import::{ImportOptions, Source};

use crate::failure::Failure;
use crate::opening::open_knowledge_base;

/// Defaults for articles that do not state these values.
#[derive(Args)]
pub(crate) struct Defaults {
    /// Visibility of articles that state none
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Internal.name())]
    pub visibility: Visibility,
    /// Locale of articles that state none, such as en or pt-BR
    #[arg(id = "default_locale", long = "default-locale", value_name = "LOCALE")]
    pub locale: Option<Locale>,
    /// Source of the articles, such as zendesk, docusaurus or table; detected by default
    #[arg(long, value_name = "SOURCE", value_parser = one_of(&Source::ALL, Source::name), hide_possible_values = true)]
    pub from: Option<Source>,
    /// Pattern of files to skip, as in .gitignore; can be given several times, in addition to a file .helpdexignore
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
    /// URL of the help center, for pages that state only a path
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Field of an article and the table column that holds it, such as body="Article Body"; can be given several times
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = column)]
    pub map: Vec<(String, String)>,
    /// Read community posts as articles too
    #[arg(long)]
    pub community: bool,
}

/// The tenant of the knowledge base.
#[derive(Args)]
pub(crate) struct TenantArgument {
    /// Tenant of the knowledge base. A build assigns a new knowledge base to this tenant. Files of another tenant are
    /// refused. A change to the knowledge base of a tenant requires this argument
    #[arg(long, value_name = "NAME")]
    pub tenant: Option<String>,
}

/// The knowledge base of a command.
#[derive(Args)]
pub(crate) struct KnowledgeBaseArguments {
    /// Knowledge base made by `helpdex build`
    #[arg(value_name = "KB")]
    pub kb: PathBuf,
    #[command(flatten)]
    pub tenant: TenantArgument,
}

impl TenantArgument {
    pub(crate) fn name(&self) -> Option<&str> {
        self.tenant.as_deref()
    }
}

impl KnowledgeBaseArguments {
    /// Opens the knowledge base and prints its warnings.
    pub(crate) fn open(&self) -> Result<KnowledgeBase, Failure> {
        open_knowledge_base(&self.kb, self.tenant.name())
    }
}

/// The knowledge base of a command, and the readers whose articles the command uses.
#[derive(Args)]
pub(crate) struct ReaderArguments {
    #[command(flatten)]
    knowledge_base: KnowledgeBaseArguments,
    /// Audience whose articles are used
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Internal.name())]
    audience: Visibility,
    /// User segment of a signed-in reader; can be given several times
    #[arg(long = "user-segment", value_name = "SEGMENT")]
    user_segments: Vec<String>,
}

/// The target precision, and the answers that count as right.
#[derive(Args)]
pub(crate) struct TargetArguments {
    /// Offer articles only while at least this share of the first articles is right, such as 0.8. The threshold is
    /// chosen from solved tickets, and replaces the minimum probability
    #[arg(long, value_name = "PRECISION")]
    pub target_precision: Option<f64>,
    /// Confidence level at which the target precision is met
    #[arg(
        long,
        value_name = "LEVEL",
        requires = "target_precision",
        default_value_t = TargetPrecision::DEFAULT_CONFIDENCE_LEVEL
    )]
    pub confidence_level: f64,
    /// Assumed share of incoming tickets that an article answers. It is used only if neither unlinked tickets nor
    /// tickets marked as having no article show the share; with 1, the labelled tickets are taken as they are
    #[arg(
        long,
        value_name = "SHARE",
        requires = "target_precision",
        default_value_t = Incoming::DEFAULT_ANSWERABLE_SHARE
    )]
    pub answerable_share: f64,
    /// Way to count an unlinked ticket for which articles would be offered
    #[arg(
        long,
        value_parser = one_of(&UnlinkedTickets::ALL, UnlinkedTickets::name),
        requires = "target_precision",
        default_value = UnlinkedTickets::Wrong.name()
    )]
    pub unlinked: UnlinkedTickets,
    /// Articles that the probability and the precision are about: the first one, or any of those shown together
    #[arg(long, value_parser = one_of(&Promise::ALL, Promise::name), default_value = Promise::First.name())]
    pub promise: Promise,
}

impl ReaderArguments {
    /// Opens the knowledge base, prints its warnings, and returns it with the audience.
    pub(crate) fn open(self) -> Result<(KnowledgeBase, Audience), Failure> {
        let audience = Audience::from_name(self.audience.name(), self.user_segments)?;
        Ok((self.knowledge_base.open()?, audience))
    }
}

impl TargetArguments {
    /// Returns the decision: the target precision, else this probability, else the settings of the knowledge base.
    pub(crate) fn decision(&self, min_probability: Option<f32>, when_unmet: WhenUnmet) -> Decision {
        match self.target_precision {
            None => min_probability.map_or(Decision::AsConfigured, Decision::MinProbability),
            Some(precision) => Decision::TargetPrecision(TargetPrecision {
                precision,
                confidence_level: self.confidence_level,
                incoming: Incoming {
                    answerable_share: self.answerable_share,
                    unlinked: self.unlinked,
                },
                when_unmet,
            }),
        }
    }

    pub(crate) fn promise(&self) -> Promise {
        self.promise
    }
}

impl Defaults {
    /// Returns how the articles are read.
    pub(crate) fn of_articles(&self) -> ImportOptions {
        ImportOptions {
            source: self.from,
            visibility: self.visibility,
            locale: self.locale.clone(),
            base_url: self.base_url.clone(),
            exclude: self.exclude.clone(),
            columns: self.map.clone(),
            community: self.community,
        }
    }
}

/// Reads `FIELD=COLUMN`.
fn column(text: &str) -> Result<(String, String), String> {
    let (field, column) = text.split_once('=').ok_or("write it like title=Subject")?;
    Ok((field.trim().to_owned(), column.trim().to_owned()))
}

/// The articles of a command.
#[derive(Args)]
pub(crate) struct ArticlesPath {
    /// Folder, file or zip of an export or of documentation, or - for standard input
    #[arg(value_name = "ARTICLES")]
    pub articles: PathBuf,
}

/// Returns the parser of an argument that takes one of these names.
pub(crate) fn one_of<T>(
    values: &[T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> + use<T>
where
    T: Copy + FromStr<Err: std::error::Error + Send + Sync> + Send + Sync + 'static,
{
    let names = values.iter().copied().map(name);
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

/// Parses two texts with `=` between them, neither of them empty.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text
        .split_once('=')
        .map(|(left, right)| (left.trim(), right.trim()));
    match pair {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => {
            Ok((left.to_owned(), right.to_owned()))
        }
        _ => Err("write it with = between the two".to_owned()),
    }
}
