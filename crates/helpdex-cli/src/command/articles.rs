//! `helpdex articles`.

use clap::Args;
use helpdex_insight::cards::{ArticleCard, CardOptions, CardReport, cards};

use crate::arguments::KnowledgeBaseArguments;
use crate::clock::now;
use crate::failure::Failure;
use crate::insight_input::{InsightArguments, updated_at};
use crate::output;

/// A report card for each article: how often it is offered, opened, linked and rejected, the tickets that it loses and to which
/// article, the words that it lacks, and what to do about it, by the tickets affected. Solved tickets are asked again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex articles kb
  helpdex articles kb --tickets solved.jsonl --events events.jsonl
  helpdex articles kb --reader public --all --json")]
pub(crate) struct Articles {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    #[command(flatten)]
    insight: InsightArguments,
    /// Print the articles without anything to do too; JSON always has them
    #[arg(long)]
    all: bool,
    /// Print the cards as JSON
    #[arg(long)]
    json: bool,
}

impl Articles {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = self.kb.open()?;
        let mut options = CardOptions::default();
        options.min_requesters = self.insight.min_requesters;
        options.updated_at = updated_at(&knowledge_base);
        let report = cards(
            &knowledge_base,
            self.insight.events(&knowledge_base)?,
            &self.insight.tickets(&knowledge_base)?,
            &self.insight.asker()?,
            &self.insight.reader()?,
            now(),
            &options,
        )?;
        if self.json {
            output::print_json(&report)?;
        } else {
            self.print(&report);
        }
        Ok(())
    }

    fn print(&self, report: &CardReport) {
        let with_tasks = report.cards.iter().filter(|card| !card.to_do.is_empty());
        output::line(&format!(
            "articles: {}, with something to do: {}; tickets asked: {}, visits: {}",
            report.cards.len(),
            with_tasks.count(),
            report.tickets,
            report.visits
        ));
        for card in &report.cards {
            if self.all || !card.to_do.is_empty() {
                print_card(card);
            }
        }
    }
}

fn print_card(card: &ArticleCard) {
    output::line("");
    output::line(&format!("{}: {}", card.article_id, card.title));
    for task in &card.to_do {
        let other = task
            .other
            .as_ref()
            .map_or(String::new(), |id| format!(" ({id})"));
        output::line(&format!(
            "  to do: {}{other}, {} affected",
            task.kind.name().replace('_', " "),
            task.tickets
        ));
    }
    let tickets = &card.tickets;
    output::line(&format!(
        "  tickets: first for {}, answers {}: right {}, another first {}, nothing offered {}",
        tickets.first, tickets.linked, tickets.right, tickets.lost, tickets.silent
    ));
    let events = &card.events;
    if events.offered + events.clicked + events.linked > 0 {
        let ratio = events.click_ratio.map_or(String::new(), |ratio| {
            format!(" ({ratio:.1} times as often as others at its ranks)")
        });
        output::line(&format!(
            "  visits: first in {}, offered in {}, opened in {}{ratio}, solved {}, linked in {}, {} of them not offered",
            events.first,
            events.offered,
            events.clicked,
            events.resolved,
            events.linked,
            events.linked_not_offered
        ));
    }
    for rival in &card.loses_to {
        output::line(&format!(
            "  loses {} to {}, and takes {} of its",
            rival.lost, rival.article_id, rival.taken
        ));
    }
    for (what, words) in [
        ("lacks", &card.lacks),
        ("title lacks", &card.lacks_in_title),
    ] {
        if !words.is_empty() {
            output::line(&format!("  {what}: {}", words.join(" ")));
        }
    }
}
