//! `helpdex build`.

use std::path::PathBuf;

use clap::Args;
use helpdex::{ArticleFiles, Changes, KnowledgeBase, Published, read_articles, read_synonyms};
use serde::Serialize;

use super::{ArticlesPath, Defaults, Failure, now};
use crate::output;
use crate::progress::ProgressBar;

/// A bad file or line is named and the rest is built. Articles that are gone from ARTICLES are removed from the knowledge
/// base, unless something was skipped. Running it again changes only what changed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex build docs/help --into kb
  helpdex build articles.jsonl --into kb --visibility public --default-locale en --json

A file may begin with front matter:
  ---
  title: Reset your password
  locale: en
  visibility: public
  ---")]
pub(crate) struct Build {
    #[command(flatten)]
    path: ArticlesPath,
    /// Folder of the knowledge base; made if it is not there
    #[arg(long, value_name = "KB")]
    into: PathBuf,
    #[command(flatten)]
    defaults: Defaults,
    /// Folder of synonyms, a file a locale such as en.txt: lines like "2fa, two-step sign-in" or "pw => password"
    #[arg(long, value_name = "FOLDER")]
    synonyms: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    changes: &'a Changes,
    skipped: Vec<String>,
    #[serde(flatten)]
    published: &'a Published,
}

impl Build {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let ArticleFiles {
            articles, skipped, ..
        } = read_articles(&self.path.articles, &self.defaults.of_articles())?;
        if articles.is_empty() {
            for error in &skipped {
                output::warn(&format!("skipped {error}"));
            }
            let folder = self.path.articles.display();
            return Err(format!("no article of {folder} can be read; correct them first").into());
        }
        let knowledge_base = KnowledgeBase::open_or_create(&self.into)?;
        // What was skipped may stand there from before, so that nothing is taken for gone.
        let changes = if skipped.is_empty() {
            knowledge_base.sync(articles)?
        } else {
            knowledge_base.upsert(articles)?
        };
        if let Some(folder) = &self.synonyms {
            for synonyms in read_synonyms(folder)? {
                knowledge_base.set_synonyms(synonyms)?;
            }
        }
        let bar = ProgressBar::new("building");
        let published =
            knowledge_base.publish_with_progress(now(), |progress| bar.show(progress))?;
        bar.finish();
        let report = Report {
            changes: &changes,
            skipped: skipped.iter().map(ToString::to_string).collect(),
            published: &published,
        };
        if self.json {
            output::print_json(&report)?;
        } else {
            report.print();
        }
        Ok(())
    }
}

impl Report<'_> {
    fn print(&self) {
        for error in &self.skipped {
            output::warn(&format!("skipped {error}"));
        }
        if !self.skipped.is_empty() {
            output::warn("nothing was removed, since what was skipped may be there from before");
        }
        let Changes {
            added,
            changed,
            unchanged,
            removed,
            ..
        } = self.changes;
        let skipped = self.skipped.len();
        output::line(&format!(
            "articles: {added} added, {changed} changed, {unchanged} unchanged, {removed} removed, {skipped} skipped"
        ));
        for (id, reason) in &self.published.left_out {
            let reason = format!("{reason:?}").to_lowercase();
            output::line(&format!("  not shown: {id} ({reason})"));
        }
        let counts: Vec<String> = self
            .published
            .articles
            .iter()
            .map(|(visibility, count)| format!("{count} {}", visibility.name()))
            .collect();
        output::line(&format!(
            "generation {}: {}",
            self.published.generation,
            counts.join(", ")
        ));
        if !self
            .published
            .articles
            .contains_key(&helpdex::Visibility::Public)
        {
            output::warn(
                "no article is public; give --visibility public if articles that state none may be seen by everybody",
            );
        }
        if let Some(moment) = self.published.next_publish_at {
            output::line(&format!(
                "build again at {moment}: an article begins or ends then"
            ));
        }
    }
}
