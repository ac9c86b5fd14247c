//! `helpdex build`.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex::report::{Changes, Published};
use helpdex::{ErrorKind, Identity, KnowledgeBase, Message, SolvedTicket};
use helpdex_import::{ErrorList, read_articles, read_solved_tickets, read_synonyms};
use serde::Serialize;

use super::learn::open;
use super::train::print_models;
use super::{ArticlesPath, Defaults, Failure, TenantArgument, now, warn_of};
use crate::output;
use crate::progress::ProgressBar;

/// A bad file or line is named and the rest is built. Articles that are gone from ARTICLES are removed from the knowledge
/// base, unless something was skipped. Running it again changes only what changed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex build docs/help --into kb
  helpdex build articles.jsonl --into kb --visibility public --default-locale en --json
  helpdex build docs/help --into kb --tickets solved.jsonl
  helpdex build tenants/acme/articles --into tenants/acme/kb --tenant acme

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
    tenant: TenantArgument,
    /// Identity of a new knowledge base, and the one that an older one must have: 32 hexadecimal digits; derived from tenant,
    /// folder and time unless given
    #[arg(long, value_name = "DIGITS")]
    identity: Option<Identity>,
    /// Make the files of a new knowledge base as the umask says; otherwise others cannot read them
    #[arg(long)]
    shared_files: bool,
    #[command(flatten)]
    defaults: Defaults,
    /// Folder of synonyms, a file a locale such as en.txt: lines like "2fa, two-step sign-in" or "pw => password"
    #[arg(long, value_name = "FOLDER")]
    synonyms: Option<PathBuf>,
    /// Solved tickets to learn from, in place of those that `helpdex learn` keeps: JSON lines as it reads them, - for
    /// standard input. Nothing of them is kept but what was learned, so that the next build needs them again
    #[arg(long, value_name = "TICKETS")]
    tickets: Option<PathBuf>,
    /// Keep the models that are there, and train none: `helpdex train` does
    #[arg(long, conflicts_with = "tickets")]
    no_train: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    changes: &'a Changes,
    /// The first hundred.
    skipped: Vec<String>,
    skipped_count: usize,
    passed_over: Vec<String>,
    passed_over_count: usize,
    made_internal: Vec<String>,
    made_internal_count: usize,
    /// None without --tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    tickets: Option<TicketReport>,
    #[serde(flatten)]
    published: &'a Published,
}

/// What was read of the solved tickets.
#[derive(Default, Serialize)]
pub(super) struct TicketReport {
    verdicts: usize,
    /// The first hundred.
    skipped: Vec<String>,
    skipped_count: usize,
}

/// The most bytes of texts of solved tickets that are held at once: a million tickets of a thousand bytes.
const MAX_HELD_BYTES: usize = 1 << 30;

/// Conflicts that are printed one by one; `--json` has all.
const SHOWN_CONFLICTS: usize = 100;

impl Build {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut files = read_articles(&self.path.articles, &self.defaults.of_articles())?;
        let articles = std::mem::take(&mut files.articles);
        output::warn_of_files(&files);
        if articles.is_empty() {
            let folder = self.path.articles.display();
            return Err(format!("no article of {folder} can be read; correct them first").into());
        }
        let tickets = self.tickets.as_deref().map(read_tickets).transpose()?;
        let (tickets, tickets_skipped) = tickets.unzip();
        let knowledge_base = self.open()?;
        let mut writer = knowledge_base.writer()?;
        // What was skipped may stand there from before, so that nothing is taken for gone.
        let changes = if files.skipped.is_empty() {
            writer.sync(articles)?
        } else {
            writer.upsert(articles)?
        };
        if let Some(folder) = &self.synonyms {
            let mut settings = writer.settings().clone();
            for synonyms in read_synonyms(folder)? {
                settings.synonyms.set(synonyms);
            }
            writer.set_settings(settings)?;
        }
        let bar = ProgressBar::new("building");
        let progress = |progress| bar.show(progress);
        let verdicts = tickets.as_ref().map_or(0, Vec::len);
        let published = match tickets {
            _ if self.no_train => writer.publish_with_progress(now(), progress)?,
            Some(tickets) => writer.publish_and_train_on(now(), tickets, progress)?,
            None => writer.publish_and_train(now(), progress)?,
        };
        bar.finish();
        let tickets = tickets_skipped.map(|skipped| {
            output::warn_of_skipped(&skipped);
            TicketReport {
                verdicts,
                skipped: output::texts(&skipped),
                skipped_count: skipped.count(),
            }
        });
        let report = Report {
            changes: &changes,
            skipped: output::texts(&files.skipped),
            skipped_count: files.skipped.count(),
            passed_over: output::texts(&files.passed_over),
            passed_over_count: files.passed_over.count(),
            made_internal: output::texts(&files.made_internal),
            made_internal_count: files.made_internal.count(),
            tickets,
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

impl Build {
    fn open(&self) -> Result<KnowledgeBase, Failure> {
        let mut builder = KnowledgeBase::builder(&self.into).shared_files(self.shared_files);
        if let Some(tenant) = &self.tenant.tenant {
            builder = builder.tenant(tenant);
        }
        if let Some(identity) = self.identity {
            builder = builder.identity(identity);
        }
        let knowledge_base = builder.open_or_create()?;
        warn_of(&knowledge_base);
        Ok(knowledge_base)
    }
}

/// The solved tickets of a file of JSON lines, and the lines that are none.
pub(super) fn read_tickets(path: &Path) -> Result<(Vec<SolvedTicket>, ErrorList), Failure> {
    let (file, _) = open(path)?;
    let mut skipped = ErrorList::default();
    let mut tickets = Vec::new();
    let mut held_bytes = 0;
    for read in read_solved_tickets(BufReader::new(file), path) {
        match read {
            Ok(ticket) => {
                held_bytes += size_bytes(&ticket);
                tickets.push(ticket);
            }
            Err(error) if error.kind() == ErrorKind::Storage => return Err(error.into()),
            Err(error) => skipped.push(error),
        }
        if held_bytes > MAX_HELD_BYTES {
            return Err(format!(
                "{}: the tickets have more than {MAX_HELD_BYTES} bytes; give fewer, or learn them with `helpdex learn`",
                path.display()
            )
            .into());
        }
    }
    if tickets.is_empty() && !skipped.is_empty() {
        output::warn_of_skipped(&skipped);
        let path = path.display();
        return Err(format!("no line of {path} is a solved ticket; correct them first").into());
    }
    Ok((tickets, skipped))
}

/// What a ticket takes in memory, but for its names.
fn size_bytes(solved: &SolvedTicket) -> usize {
    let message = match &solved.ticket.message {
        Message::Text(text) | Message::Html(text) => text.len(),
        Message::Email(bytes) => bytes.len(),
    };
    let articles: usize = solved.articles.iter().map(String::len).sum();
    size_of::<SolvedTicket>()
        + message
        + articles
        + solved.ticket.subject.as_ref().map_or(0, String::len)
}

impl Report<'_> {
    fn print(&self) {
        if self.skipped_count > 0 {
            output::warn("nothing was removed, since what was skipped may be there from before");
        }
        let Changes {
            added,
            changed,
            unchanged,
            removed,
            ..
        } = self.changes;
        let skipped = self.skipped_count;
        output::line(&format!(
            "articles: {added} added, {changed} changed, {unchanged} unchanged, {removed} removed, {skipped} skipped"
        ));
        if let Some(tickets) = &self.tickets {
            output::line(&format!(
                "solved tickets: {} verdicts, {} lines skipped",
                tickets.verdicts, tickets.skipped_count
            ));
        }
        for (id, reason) in &self.published.left_out {
            output::line(&format!("  not shown: {id} ({})", reason.name()));
        }
        self.print_conflicts();
        let counts: Vec<String> = self
            .published
            .articles
            .iter()
            .map(|(visibility, count)| format!("{count} {}", visibility.name()))
            .collect();
        let generation = self.published.generation;
        output::line(&format!("generation {generation}: {}", counts.join(", ")));
        if !self
            .published
            .articles
            .contains_key(&helpdex::Visibility::Public)
        {
            output::warn(
                "no article is public; give --visibility public if articles that state none may be seen by everybody",
            );
        }
        print_models(&self.published.models, &self.published.drift);
        if let Some(moment) = self.published.next_publish_at {
            output::line(&format!(
                "build again at {moment}: an article begins or ends then"
            ));
        }
    }

    fn print_conflicts(&self) {
        let conflicts = &self.published.conflicts;
        for conflict in conflicts.iter().take(SHOWN_CONFLICTS) {
            output::warn(&format!(
                "articles {} name the same translation group {:?} in {}; each stands alone, give each a group of its own",
                conflict.article_ids.join(", "),
                conflict.translation_group,
                conflict.locale
            ));
        }
        let more = conflicts.len().saturating_sub(SHOWN_CONFLICTS);
        if more > 0 {
            output::warn(&format!(
                "and {more} more translation groups have several articles in one locale"
            ));
        }
    }
}
