//! `helpdex preview`.

use std::path::PathBuf;

use clap::Args;
use helpdex::{Audience, KnowledgeBase, Visibility};
use helpdex_import::read_articles;
use helpdex_insight::preview::{
    FirstArticle, PreviewOptions, PreviewReport, Shift, TicketChange, markdown, preview,
};

use crate::arguments::{ArticlesPath, Defaults, KnowledgeBaseArguments, one_of};
use crate::article_changes::take_articles;
use crate::clock::now;
use crate::failure::Failure;
use crate::import_report::take_some_articles;
use crate::input::read_tickets_of_all;
use crate::output;

/// ARTICLES is read as `helpdex build ARTICLES --into KB` does. Nothing is changed: the tickets are asked before the change and
/// after it, and the report says which are answered otherwise, lost right answers first. Give tickets that the knowledge base
/// has not learned from; those that it has are answered from memory, whatever the articles say.
#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
#[command(after_help = "\
Examples:
  helpdex preview kb docs/help --tickets solved.jsonl
  helpdex preview kb refund.md --part --tickets solved.jsonl --fail-on-loss 5
  helpdex preview kb docs/help --tickets solved.jsonl --markdown > comment.md

Exit codes: 0 done, 1 failed, or as many right answers are lost as --fail-on-loss says, 2 wrong arguments.")]
pub(crate) struct Preview {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    #[command(flatten)]
    path: ArticlesPath,
    /// File of solved tickets in JSON lines, as `helpdex learn` reads them; can be given several times; - reads standard input
    #[arg(long, value_name = "FILE", required = true)]
    tickets: Vec<PathBuf>,
    /// Keep the articles that are not in ARTICLES; by default they are removed, as by a build
    #[arg(long)]
    part: bool,
    /// Audience of those who wrote the tickets
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Public.name())]
    asker: Visibility,
    /// End with exit code 1 when at least N tickets lose their right first article
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    fail_on_loss: Option<u32>,
    /// Ask every ticket again, also those whose answer cannot change
    #[arg(long)]
    ask_all: bool,
    #[command(flatten)]
    defaults: Defaults,
    /// Print the report as JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the report as Markdown, for a comment on a pull request
    #[arg(long)]
    markdown: bool,
}

impl Preview {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let tickets = read_tickets_of_all(&self.tickets)?;
        let knowledge_base = self.kb.open()?;
        let after = self.after(&knowledge_base)?;
        let mut options = PreviewOptions::default();
        options.ask_all = self.ask_all;
        let asker = Audience::from_name(self.asker.name(), Vec::new())?;
        let report = preview(&knowledge_base, &after, &tickets, &asker, now(), &options)?;
        if self.json {
            output::print_json(&report)?;
        } else if self.markdown {
            output::lines(&markdown(&report));
        } else {
            print(&report);
        }
        let lost = report.right.lost;
        match self.fail_on_loss {
            Some(most) if lost >= most as usize => {
                Err(format!("{lost} tickets lose their right first article").into())
            }
            _ => Ok(()),
        }
    }

    /// Returns the knowledge base as a build of the articles would make it.
    fn after(&self, knowledge_base: &KnowledgeBase) -> Result<KnowledgeBase, Failure> {
        let mut import = read_articles(&self.path.articles, &self.defaults.of_articles())?;
        let articles = take_some_articles(&mut import, &self.path.articles)?;
        let mut writer = knowledge_base.writer()?;
        if self.part {
            writer.upsert(articles)?;
        } else {
            // Removals are what a preview shows.
            take_articles(&mut writer, articles, &import, true)?;
        }
        Ok(writer.preview(now())?)
    }
}

fn print(report: &PreviewReport) {
    output::line(&format!(
        "tickets: {}, asked again: {}, answered otherwise: {}",
        report.tickets,
        report.asked_again,
        report.changes.len()
    ));
    print_shift(
        &format!("first article right, of {} linked", report.linked),
        &report.right,
    );
    print_shift("first article wrong", &report.wrong);
    print_shift("something offered", &report.offered);
    output::line("");
    output::line(&format!(
        "changed articles: {}",
        report.changed_articles.len()
    ));
    for article in &report.changed_articles {
        output::line(&format!(
            "  {}: {}",
            article.kind.name(),
            article.article_id
        ));
    }
    if !report.articles.is_empty() {
        output::line("");
        output::line("first for tickets, before and after:");
    }
    for effect in &report.articles {
        output::line(&format!(
            "  {}: {}, {}; right answers: {} lost, {} won",
            effect.article_id,
            effect.first_before,
            effect.first_after,
            effect.right_lost,
            effect.right_won
        ));
    }
    for change in &report.changes {
        print_change(change);
    }
}

fn print_shift(name: &str, shift: &Shift) {
    let difference = shift.difference.map_or(String::new(), |difference| {
        format!(
            "; {:+.1} points ({:+.1} to {:+.1})",
            difference.value * 100.0,
            difference.low * 100.0,
            difference.high * 100.0
        )
    });
    output::line(&format!(
        "  {name}: {} before, {} after; {} lost, {} won{difference}",
        shift.before, shift.after, shift.lost, shift.won
    ));
}

fn print_change(change: &TicketChange) {
    output::line("");
    output::line(&format!(
        "{}: {}",
        change.ticket_id,
        change.kind.name().replace('_', " ")
    ));
    output::line(&format!(
        "  {} -> {}",
        shown(change.before.as_ref()),
        shown(change.after.as_ref())
    ));
    if !change.linked.is_empty() {
        output::line(&format!("  linked: {}", change.linked.join(", ")));
    }
    for (what, words) in [("came", &change.words_came), ("went", &change.words_gone)] {
        if !words.is_empty() {
            output::line(&format!("  words that {what}: {}", words.join(" ")));
        }
    }
}

fn shown(first: Option<&FirstArticle>) -> String {
    first.map_or("silence".to_owned(), |first| {
        format!("{} ({:.2})", first.article_id, first.probability)
    })
}
