//! `helpdex suggest`.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use helpdex::{
    Audience, Fallback, Filter, KnowledgeBase, Locale, Message, SuggestOptions, Ticket,
    read_articles,
};

use super::{
    Defaults, Failure, TargetArguments, TenantArgument, VisibilityName, now, open_knowledge_base,
};
use crate::output;
use crate::progress::ProgressBar;

/// The ticket is read from TEXT, or from standard input. A text that begins with mail headers is read as an e-mail
/// with --email only.
#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
#[command(after_help = "\
Examples:
  helpdex suggest --kb kb \"my card reader will not turn on\"
  helpdex suggest --kb kb --locale th --explain - < ticket.txt
  helpdex suggest --kb kb --target-precision 0.8 - < ticket.txt
  helpdex suggest --kb kb --target-precision 0.8 --promise any - < ticket.txt
  helpdex suggest --kb kb --audience public --for-agent \"why was my payout held back?\"
  helpdex suggest --kb kb --email --json - < message.eml
  helpdex suggest --articles docs/help --visibility public \"how do I get an invoice?\"")]
pub(crate) struct Suggest {
    /// Knowledge base made by `helpdex build`
    #[arg(long, required_unless_present = "articles")]
    kb: Option<PathBuf>,
    #[command(flatten)]
    tenant: TenantArgument,
    /// Articles to index in memory for this one answer
    #[arg(long, value_name = "PATH", conflicts_with_all = ["kb", "tenant"])]
    articles: Option<PathBuf>,
    #[command(flatten)]
    defaults: Defaults,
    /// Who asks
    #[arg(long, value_enum, default_value = "public")]
    audience: VisibilityName,
    /// Tell an agent, who reads the answer, when an article that --audience may not see would answer
    #[arg(long)]
    for_agent: bool,
    /// User segment of a signed-in reader; can be given several times
    #[arg(long = "user-segment", value_name = "SEGMENT")]
    user_segments: Vec<String>,
    /// Declared locale of the ticket; detected unless given
    #[arg(long)]
    locale: Option<Locale>,
    /// Subject of the ticket
    #[arg(long)]
    subject: Option<String>,
    /// The ticket is a raw e-mail
    #[arg(long, conflicts_with = "html")]
    email: bool,
    /// The ticket is HTML
    #[arg(long)]
    html: bool,
    /// Offer at most so many articles, 1 to 10
    #[arg(long, default_value_t = SuggestOptions::default().limit)]
    limit: usize,
    /// Offer an article when its probability is at least this
    #[arg(long, default_value_t = SuggestOptions::default().min_probability)]
    min_probability: f32,
    #[command(flatten)]
    target: TargetArguments,
    /// Where no threshold keeps the target precision, go by --min-probability instead of silence
    #[arg(long, requires = "target_precision")]
    best_guess: bool,
    /// How much it counts how often an article solved tickets before, 0 to 1
    #[arg(long, value_name = "WEIGHT", default_value_t = SuggestOptions::default().popularity)]
    popularity: f32,
    /// Say nothing when the answer takes longer than so many milliseconds
    #[arg(long, value_name = "MILLISECONDS")]
    time_budget_ms: Option<u64>,
    /// Only articles of this brand, and those of none
    #[arg(long)]
    brand: Option<String>,
    /// Only articles with this label
    #[arg(long)]
    label: Option<String>,
    /// Only articles about this product, and those that name none
    #[arg(long)]
    product: Option<String>,
    /// Say where each article matched, and show the ranking
    #[arg(long)]
    explain: bool,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    /// The ticket's text; - reads standard input
    #[arg(default_value = "-")]
    text: String,
}

impl Suggest {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let audience = Audience::from_name(self.audience.name(), self.user_segments.clone())?;
        let knowledge_base = self.knowledge_base()?;
        let ticket = self.ticket()?;
        let options = self.target.of(SuggestOptions {
            limit: self.limit,
            min_probability: self.min_probability,
            fallback: if self.best_guess {
                Fallback::BestGuess
            } else {
                Fallback::Silent
            },
            popularity: self.popularity,
            time_budget_ms: self.time_budget_ms,
            told_to_agent: self.for_agent,
            filter: Filter {
                brand: self.brand,
                label: self.label,
                product: self.product,
            },
            ..SuggestOptions::default()
        });
        let answer = knowledge_base.suggest(&ticket, &audience, now(), &options)?;
        if self.json {
            output::print_json(&answer)?;
        } else {
            output::print_answer(&answer, self.explain);
        }
        Ok(())
    }

    fn knowledge_base(&self) -> Result<KnowledgeBase, Failure> {
        if let Some(folder) = &self.kb {
            return open_knowledge_base(folder, &self.tenant);
        }
        let path = self.articles.as_deref().unwrap_or(".".as_ref());
        let files = read_articles(path, &self.defaults.of_articles())?;
        output::warn_of_skipped(&files.skipped);
        let knowledge_base = KnowledgeBase::in_memory();
        knowledge_base.sync(files.articles)?;
        let bar = ProgressBar::new("indexing");
        knowledge_base.publish_with_progress(now(), |progress| bar.show(progress))?;
        bar.finish();
        Ok(knowledge_base)
    }

    fn ticket(&self) -> Result<Ticket, Failure> {
        let bytes = if self.text == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes)?;
            bytes
        } else {
            self.text.clone().into_bytes()
        };
        let message = if self.email {
            Message::Email(bytes)
        } else {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if self.html {
                Message::Html(text)
            } else {
                Message::Text(text)
            }
        };
        Ok(Ticket {
            subject: self.subject.clone(),
            message,
            locale: self.locale.clone(),
            ..Ticket::default()
        })
    }
}
