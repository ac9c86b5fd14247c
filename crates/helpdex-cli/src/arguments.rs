//! Arguments that several commands share.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use helpdex::{Decision, KnowledgeBase, Locale, Promise, TargetPrecision, Visibility, WhenUnmet};
use helpdex_import::ArticleDefaults;

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
}

/// The tenant of the knowledge base.
#[derive(Args)]
pub(crate) struct TenantArgument {
    /// Tenant of the knowledge base. A build belongs to this tenant, and files of another one are refused. Changing the
    /// knowledge base of a tenant needs its name
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

/// The target precision, and the answers that count as right.
#[derive(Args)]
pub(crate) struct TargetArguments {
    /// Offer articles only as long as at least this share of first articles is right, such as 0.8. Solved tickets determine
    /// the threshold, which replaces the minimum probability
    #[arg(long, value_name = "PRECISION")]
    pub target_precision: Option<f64>,
    /// Confidence with which the target precision is met
    #[arg(
        long,
        value_name = "LEVEL",
        requires = "target_precision",
        default_value_t = TargetPrecision::DEFAULT_CONFIDENCE_LEVEL
    )]
    pub confidence_level: f64,
    /// The articles that must be probable enough and right: the first one, or any of those shown together
    #[arg(long, value_parser = one_of(&Promise::ALL, Promise::name), default_value = Promise::First.name())]
    pub promise: Promise,
}

impl TargetArguments {
    /// Returns the decision: the target precision, else this probability, else the settings of the knowledge base.
    pub(crate) fn decision(&self, min_probability: Option<f32>, when_unmet: WhenUnmet) -> Decision {
        match self.target_precision {
            None => min_probability.map_or(Decision::AsConfigured, Decision::MinProbability),
            Some(precision) => Decision::TargetPrecision(TargetPrecision {
                precision,
                confidence_level: self.confidence_level,
                when_unmet,
            }),
        }
    }

    pub(crate) fn promise(&self) -> Promise {
        self.promise
    }
}

impl Defaults {
    pub(crate) fn of_articles(&self) -> ArticleDefaults {
        ArticleDefaults {
            visibility: self.visibility,
            locale: self.locale.clone(),
        }
    }
}

/// The articles of a command.
#[derive(Args)]
pub(crate) struct ArticlesPath {
    /// Folder of Markdown, HTML or text files, or a file of JSON lines
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
