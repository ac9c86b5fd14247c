//! `helpdex copies`.

use clap::Args;
use helpdex_insight::copies::{Copies, Copy, DifferingValues, Place, copies};

use crate::arguments::ReaderArguments;
use crate::clock::now;
use crate::failure::Failure;
use crate::output;

/// Copies are pairs of sections that share most of their three-word sequences. Differing values are pairs of sentences
/// with the same content words, but with different numbers, different quoted names, or one more negation in one of
/// them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex copies kb
  helpdex copies kb --audience public --json")]
pub(crate) struct CopiesCommand {
    #[command(flatten)]
    reader: ReaderArguments,
    /// Print the pairs as JSON
    #[arg(long)]
    json: bool,
}

impl CopiesCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (knowledge_base, audience) = self.reader.open()?;
        let articles = knowledge_base.articles(&audience, now())?;
        let articles = articles.collect::<Result<Vec<_>, _>>()?;
        let found = copies(&articles);
        if self.json {
            output::print_json(&found)?;
        } else {
            print(&found);
        }
        Ok(())
    }
}

fn print(found: &Copies) {
    let Copies {
        copies, differing, ..
    } = found;
    output::line(&format!("differing values: {}", differing.len()));
    for DifferingValues {
        left,
        right,
        left_sentence,
        right_sentence,
        ..
    } in differing
    {
        for (place, sentence) in [(left, left_sentence), (right, right_sentence)] {
            output::line(&format!("  {}", name(place)));
            output::line(&format!("    {sentence}"));
        }
        output::line("");
    }
    output::line(&format!("copies: {}", copies.len()));
    for Copy {
        kind,
        similarity,
        words,
        left,
        right,
        ..
    } in copies
    {
        let percent = similarity * 100.0;
        output::line(&format!("  {}, {percent:.0}%, {words} words", kind.name()));
        for place in [left, right] {
            output::line(&format!("    {}", name(place)));
        }
    }
}

fn name(place: &Place) -> String {
    let Place {
        article_id,
        title,
        heading,
        ..
    } = place;
    if heading.is_empty() {
        format!("{article_id}: {title}")
    } else {
        format!("{article_id}: {title} > {heading}")
    }
}
