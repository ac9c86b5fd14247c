//! `helpdex list` and `helpdex show`.

use clap::Args;
use helpdex::article::IndexedArticle;

use crate::arguments::ReaderArguments;
use crate::clock::now;
use crate::failure::Failure;
use crate::output;

/// The articles are those that the last build made visible, in the order of their ids.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex list kb
  helpdex list kb --audience public --json")]
pub(crate) struct List {
    #[command(flatten)]
    reader: ReaderArguments,
    /// Print one JSON line per article, with its sections and their code
    #[arg(long)]
    json: bool,
}

/// The text is the cleaned one that passages are taken from, with the headings and their anchors.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex show kb reset-password
  helpdex show kb reset-password@de --audience public --json")]
pub(crate) struct Show {
    #[command(flatten)]
    reader: ReaderArguments,
    /// Id of the article
    #[arg(value_name = "ID")]
    id: String,
    /// Print the article as JSON
    #[arg(long)]
    json: bool,
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
            output::line("");
            output::line(&format!("== {}{anchor}", section.heading));
            output::lines(&section.text);
            for code in &section.code {
                output::line("[code]");
                output::lines(code);
                output::line("[/code]");
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
