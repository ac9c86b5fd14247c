//! `helpdex suggest`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{BufReader, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex::confidence::WhenUnmet;
use helpdex::{
    Audience, Batch, Decision, ErrorKind, Filter, KnowledgeBase, Locale, Message, SuggestOptions,
    Suggestions, Ticket, Visibility,
};
use helpdex_import::read_tickets;

use crate::answer_output::print_answer;
use crate::answers_file::{AnswerLine, AnswersFile};
use crate::arguments::{Defaults, TargetArguments, TenantArgument, one_of, pair};
use crate::clock::now;
use crate::failure::Failure;
use crate::import_report::read_some_articles;
use crate::input::open;
use crate::opening::open_knowledge_base;
use crate::output;
use crate::progress::ProgressBar;
use crate::vector_arguments::{ProgramArguments, with_embedder};

/// The ticket is TEXT, or standard input. A raw e-mail needs --email.
///
/// With --tickets, every line of a file is a ticket. The answers are JSON lines in the same order, computed on all
/// cores. Each line has the id of the ticket and its answer, or the error of an invalid line. With --out, the lines go
/// to a file. Run the same command again after an interruption: it keeps the lines of the file and continues with the
/// next ticket. A file with answers to other tickets, from other articles or with other options is refused and stays
/// unchanged.
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
  helpdex suggest --articles docs/help --visibility public \"how do I get an invoice?\"
  helpdex suggest --kb kb --embed-command \"python3 embed.py\" \"I want my money back\"
  helpdex suggest --kb kb --tickets tickets.jsonl --out answers.jsonl
  export-tickets | helpdex suggest --kb kb --tickets - > answers.jsonl

A line of --tickets; every field is optional:
  {\"ticket_id\": 4711, \"subject\": \"Money back\", \"text\": \"Where is my money?\", \"locale\": \"en\"}
A line may have html or email in place of text.")]
pub(crate) struct Suggest {
    /// Knowledge base made by `helpdex build`
    #[arg(long, required_unless_present = "articles")]
    kb: Option<PathBuf>,
    #[command(flatten)]
    tenant: TenantArgument,
    /// Articles to index in memory for this answer only
    #[arg(long, value_name = "PATH", conflicts_with_all = ["kb", "tenant"])]
    articles: Option<PathBuf>,
    #[command(flatten)]
    defaults: Defaults,
    #[command(flatten)]
    program: ProgramArguments,
    /// Audience of the answer
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Public.name())]
    audience: Visibility,
    /// Tell the agent who reads the answer if an article outside --audience would answer the ticket
    #[arg(long)]
    for_agent: bool,
    /// User segment of a signed-in reader; can be given several times
    #[arg(long = "user-segment", value_name = "SEGMENT")]
    user_segments: Vec<String>,
    /// Locale that the helpdesk declares; detected by default
    #[arg(long)]
    locale: Option<Locale>,
    /// Subject of the ticket
    #[arg(long)]
    subject: Option<String>,
    /// Field of the ticket and its value, for rules that compare it, such as product=till; can be repeated
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// Read the ticket as a raw e-mail
    #[arg(long, conflicts_with = "html")]
    email: bool,
    /// Read the ticket as HTML
    #[arg(long)]
    html: bool,
    /// Maximum number of articles to offer, 1 to 10
    #[arg(long, default_value_t = SuggestOptions::default().limit)]
    limit: usize,
    /// Lowest probability of an offered article; by default that of the settings of the knowledge base, or 0.5 if they
    /// have none
    #[arg(long)]
    min_probability: Option<f32>,
    #[command(flatten)]
    target: TargetArguments,
    /// Use --min-probability when no threshold meets the target precision, instead of abstaining
    #[arg(long, requires = "target_precision")]
    best_guess: bool,
    /// Weight, from 0 to 1, of the number of tickets that an article has solved before
    #[arg(long, value_name = "WEIGHT", default_value_t = SuggestOptions::default().popularity)]
    popularity: f32,
    /// Abstain when the answer takes longer than this
    #[arg(long, value_name = "MILLISECONDS")]
    time_budget_ms: Option<u64>,
    /// Omit the duration of the answer from --json, for answers that are passed on to customers unchanged
    #[arg(long)]
    hide_elapsed: bool,
    /// Suggest only articles of this brand, and those without a brand
    #[arg(long)]
    brand: Option<String>,
    /// Suggest only articles with this label
    #[arg(long)]
    label: Option<String>,
    /// Suggest only articles about this product, and those without a product
    #[arg(long)]
    product: Option<String>,
    /// Answer every ticket of a file of JSON lines; - reads standard input
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["text", "subject", "email", "html", "locale", "fields", "explain", "json", "time_budget_ms"]
    )]
    tickets: Option<PathBuf>,
    /// Write the answers to --tickets to this file, or continue an interrupted run
    #[arg(long, value_name = "FILE", requires = "tickets")]
    out: Option<PathBuf>,
    /// Number of threads for --tickets; by default, the number that the machine can run in parallel
    #[arg(long, value_name = "NUMBER", requires = "tickets")]
    threads: Option<NonZeroUsize>,
    /// Show the matches of each article, and the ranking
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
        let options = self.options();
        if let Some(tickets) = &self.tickets {
            let batch = knowledge_base.batch(&audience, now(), &options)?;
            let batch = match self.threads {
                Some(threads) => batch.with_threads(threads),
                None => batch,
            };
            return answer_many(&batch, tickets, self.out.as_deref());
        }
        let ticket = self.ticket()?;
        let answer = knowledge_base.suggest(&ticket, &audience, now(), &options)?;
        if self.json {
            output::print_json(&answer)?;
        } else {
            let nearest = self
                .explain
                .then(|| nearest_sentences(&knowledge_base, &ticket, &answer));
            print_answer(&answer, nearest.as_deref());
        }
        Ok(())
    }

    fn options(&self) -> SuggestOptions {
        let when_unmet = if self.best_guess {
            let least = self.min_probability;
            WhenUnmet::MinProbability(least.unwrap_or(Decision::DEFAULT_MIN_PROBABILITY))
        } else {
            WhenUnmet::Abstain
        };
        SuggestOptions {
            limit: self.limit,
            decision: self.target.decision(self.min_probability, when_unmet),
            promise: self.target.promise(),
            popularity: self.popularity,
            time_budget_ms: self.time_budget_ms,
            told_to_agent: self.for_agent,
            hide_elapsed: self.hide_elapsed,
            filter: Filter {
                brand: self.brand.clone(),
                label: self.label.clone(),
                product: self.product.clone(),
            },
        }
    }

    fn knowledge_base(&self) -> Result<KnowledgeBase, Failure> {
        if let Some(folder) = &self.kb {
            let knowledge_base = open_knowledge_base(folder, self.tenant.name())?;
            return self.program.add_to(knowledge_base);
        }
        let path = self.articles.as_deref().unwrap_or(".".as_ref());
        let read = read_some_articles(path, &self.defaults.of_articles())?;
        let knowledge_base = with_embedder(KnowledgeBase::in_memory(), self.program.start()?)?;
        let mut writer = knowledge_base.writer()?;
        writer.sync(read.articles)?;
        let bar = ProgressBar::new("indexing");
        writer.publish_with_progress(now(), |progress| bar.show(progress))?;
        bar.finish();
        drop(writer);
        Ok(knowledge_base)
    }

    fn ticket(&self) -> Result<Ticket, Failure> {
        let bytes = if self.text == "-" {
            read_bounded(std::io::stdin())?
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
            fields: self.fields.iter().cloned().collect(),
            ..Ticket::default()
        })
    }
}

/// Returns the nearest sentence of each suggestion that is matched by meaning; none where the program fails, which the answer
/// tells already.
fn nearest_sentences(
    knowledge_base: &KnowledgeBase,
    ticket: &Ticket,
    answer: &Suggestions,
) -> Vec<Option<String>> {
    let mut sentences = Vec::new();
    for suggestion in answer.offered() {
        let passage = suggestion.passage.as_ref();
        let text = passage
            .filter(|_| suggestion.matched_by_meaning)
            .map_or("", |passage| &*passage.text);
        let nearest = knowledge_base.nearest_sentence(ticket, text);
        let range = nearest.ok().flatten();
        sentences.push(range.map(|range| text[range].to_owned()));
    }
    sentences
}

/// The most bytes that are read from standard input, the size of the largest raw e-mail. The rest is not read.
const MAX_TICKET_BYTES: u64 = 30_000_000;

fn read_bounded(input: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(MAX_TICKET_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Answers each line of the file, and prints the answers or writes them to the file `out`.
fn answer_many(batch: &Batch, path: &Path, out: Option<&Path>) -> Result<(), Failure> {
    let (file, size_bytes) = open(path)?;
    let bar = ProgressBar::of_bytes("answering", size_bytes);
    let mut tickets = read_tickets(BufReader::new(bar.count_read(file)), path);
    let mut out = out
        .map(|out| AnswersFile::open(out, &mut tickets))
        .transpose()?;
    let begun = out.as_mut().and_then(AnswersFile::take_last_ticket);
    // The tickets that were read and are not answered yet.
    let ids = RefCell::new(VecDeque::new());
    let tickets = begun.into_iter().chain(tickets).inspect(|ticket| {
        let id = ticket
            .as_ref()
            .ok()
            .and_then(|ticket| ticket.reference.clone());
        ids.borrow_mut().push_back(id);
    });
    let (mut answers, mut bad_lines) = (0, 0);
    for answer in batch.suggest_many(tickets) {
        let ticket_id = ids.borrow_mut().pop_front().flatten();
        let is_ticket = match &answer {
            Ok(_) => true,
            Err(error) if error.kind() == ErrorKind::InvalidInput => false,
            // The error is not about one line; the same command continues from here.
            Err(error) => return Err(error.to_string().into()),
        };
        let line = output::json_line(&AnswerLine::new(ticket_id.as_deref(), &answer))?;
        let is_new = if let Some(out) = &mut out {
            out.write(&line)?
        } else {
            output::line(&line);
            true
        };
        answers += usize::from(is_new && is_ticket);
        bad_lines += usize::from(is_new && !is_ticket);
    }
    bar.finish();
    if bad_lines > 0 {
        output::warn(&format!(
            "{bad_lines} lines are no ticket; their answers say why"
        ));
    }
    let mut kept = 0;
    if let Some(out) = out {
        kept = out.finish()?;
        output::line(&format!(
            "lines: {} written, {kept} there already",
            answers + bad_lines
        ));
    }
    if answers == 0 && kept == 0 && bad_lines > 0 {
        return Err("no line is a ticket; correct them first".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_input_is_read_up_to_the_largest_ticket() {
        let endless = std::io::repeat(b'x');
        let read = read_bounded(endless).expect("a reader that never fails");
        assert_eq!(read.len() as u64, MAX_TICKET_BYTES);
    }
}
