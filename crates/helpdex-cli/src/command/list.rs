//! `helpdex list` and `helpdex show`.

use clap::Args;
use helpdex::article::IndexedArticle;
use helpdex::{Audience, KnowledgeBase, Visibility};

use crate::arguments::{KnowledgeBaseArguments, one_of};
use crate::clock::now;
use crate::failure::Failure;
use crate::output;

/// The knowledge base, and the reader whose articles are listed.
#[derive(Args)]
struct Reader {
    #[command(flatten)]
    knowledge_base: KnowledgeBaseArguments,
    /// Audience whose articles are listed
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Internal.name())]
    audience: Visibility,
    /// User segment of a signed-in reader; can be given several times
    #[arg(long = "user-segment", value_name = "SEGMENT")]
    user_segments: Vec<String>,
}

/// The articles are those that the last build made visible, in the order of their ids.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex list kb
  helpdex list kb --audience public --json")]
pub(crate) struct List {
    #[command(flatten)]
    reader: Reader,
    /// Print one JSON line an article, with its sections and their code
    #[arg(long)]
    json: bool,
}

/// The text is the one that passages are taken from: cleaned, with the headings and their anchors.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex show kb reset-password
  helpdex show kb reset-password@de --audience public --json")]
pub(crate) struct Show {
    #[command(flatten)]
    reader: Reader,
    /// Id of the article
    #[arg(value_name = "ID")]
    id: String,
    /// Print the article as JSON
    #[arg(long)]
    json: bool,
}

impl Reader {
    fn open(self) -> Result<(KnowledgeBase, Audience), Failure> {
        let audience = Audience::from_name(self.audience.name(), self.user_segments)?;
        Ok((self.knowledge_base.open()?, audience))
    }
}

impl List {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (knowledge_base, audience) = self.reader.open()?;
        for article in knowledge_base.articles(&audience, now())? {
            let article = article?;
            let line = if self.json {
                output::json_line(&article)?
            } else {
                head(&article)
            };
            output::line(&line);
        }
        Ok(())
    }
}

impl Show {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (knowledge_base, audience) = self.reader.open()?;
        let Some(article) = knowledge_base.article(&self.id, &audience, now())? else {
            return Err(format!(
                "article {:?} is not there; `helpdex list` names those that are",
                self.id
            )
            .into());
        };
        if self.json {
            output::print_json(&article)?;
            return Ok(());
        }
        output::line(&head(&article));
        output::line(&format!("translation group: {}", article.translation_group));
        if let Some(url) = &article.url {
            output::line(&format!("url: {url}"));
        }
        for section in &article.sections {
            let anchor = section.anchor.as_deref();
            let anchor = anchor.map_or(String::new(), |anchor| format!(" #{anchor}"));
            output::line(&format!("\n== {}{anchor}", section.heading));
            output::line(&section.text);
            for code in &section.code {
                output::line(&format!("[code]\n{code}\n[/code]"));
            }
        }
        Ok(())
    }
}

fn head(article: &IndexedArticle) -> String {
    format!(
        "{} ({}, {}): {}",
        article.id,
        article.locale,
        article.visibility.name(),
        article.title
    )
}
