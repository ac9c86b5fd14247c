//! `helpdex gaps`.

use std::path::PathBuf;

use clap::Args;
use helpdex::{Audience, Visibility};
use helpdex_insight::gaps::{Gap, GapOptions, GapReport, gaps};

use crate::arguments::{KnowledgeBaseArguments, one_of};
use crate::clock::now;
use crate::failure::Failure;
use crate::input::read_tickets_of_all;
use crate::output;

/// Answers all tickets, and groups those without a good answer: tickets to which nobody linked an article, tickets that
/// no article answers, tickets whose article was rejected, and tickets whose linked article is not offered. Every word
/// in the report was used by several requesters.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex gaps kb
  helpdex gaps kb solved.jsonl
  helpdex gaps kb solved.jsonl --reader public --min-requesters 5 --json")]
pub(crate) struct Gaps {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Files of JSON lines, as `helpdex learn` reads them; - reads standard input. By default the learned tickets, which were
    /// cleaned and masked
    #[arg(value_name = "TICKETS")]
    tickets: Vec<PathBuf>,
    /// Audience of the people who wrote the tickets
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Public.name())]
    asker: Visibility,
    /// Audience of the people who read the report; it reveals nothing about articles that they may not see
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Internal.name())]
    reader: Visibility,
    /// Minimum number of distinct requesters of a gap, and of every word in it
    #[arg(long, value_name = "N", default_value_t = GapOptions::default().min_requesters)]
    min_requesters: usize,
    /// Show the text of one ticket of each gap, with personal data masked
    #[arg(long)]
    extracts: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Gaps {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut options = GapOptions::default();
        options.min_requesters = self.min_requesters;
        options.with_extracts = self.extracts;
        let knowledge_base = self.kb.open()?;
        let tickets = if self.tickets.is_empty() {
            knowledge_base.feedback()?
        } else {
            read_tickets_of_all(&self.tickets)?
        };
        let report = gaps(
            &knowledge_base,
            &tickets,
            &Audience::from_name(self.asker.name(), Vec::new())?,
            &Audience::from_name(self.reader.name(), Vec::new())?,
            now(),
            &options,
        )?;
        if self.json {
            output::print_json(&report)?;
        } else {
            print(&report);
        }
        Ok(())
    }
}

fn print(report: &GapReport) {
    output::line(&format!(
        "tickets: {}, without a good answer: {}, in the gaps below: {}",
        report.tickets, report.unanswered, report.in_gaps
    ));
    for gap in &report.gaps {
        print_gap(gap);
    }
    if !report.rules.is_empty() {
        output::line("");
    }
    for rule in &report.rules {
        output::line(&format!(
            "rule {} ({} {}): changed the answers to {} tickets, {} of them without a good answer",
            rule.rule_id,
            rule.effect.name(),
            rule.article_id,
            rule.tickets,
            rule.unanswered
        ));
    }
}

fn print_gap(gap: &Gap) {
    output::line("");
    output::line(&gap.words.join(" "));
    output::line(&format!(
        "  {} requesters, {} tickets, {}, since {}: {}",
        gap.requesters,
        gap.tickets,
        gap.trend.direction.name(),
        gap.first_at.date(),
        gap.cause.name().replace('_', " "),
    ));
    let phrases: Vec<&str> = gap.phrases.iter().map(|phrase| &*phrase.text).collect();
    if !phrases.is_empty() {
        output::line(&format!("  phrases: {}", phrases.join(", ")));
    }
    if let Some(nearest) = &gap.nearest {
        let percent = nearest.probability * 100.0;
        output::line(&format!(
            "  nearest article: {} ({}), {percent:.0}% probable; lacks: {}",
            nearest.article_id,
            nearest.title,
            nearest.lacks.join(" ")
        ));
    }
    if let Some(extract) = &gap.extract {
        output::line(&format!("  one of them: {extract}"));
    }
}
