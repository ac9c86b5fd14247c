//! `helpdex build`.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex::{
    ArticleFiles, Changes, ErrorKind, Identity, KnowledgeBase, OpenOptions, Published,
    SolvedTicket, read_articles, read_solved_tickets, read_synonyms,
};
use serde::Serialize;

use super::learn::open;
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
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    changes: &'a Changes,
    skipped: Vec<String>,
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
    pub(super) skipped: Vec<String>,
}

impl Build {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let ArticleFiles {
            articles, skipped, ..
        } = read_articles(&self.path.articles, &self.defaults.of_articles())?;
        if articles.is_empty() {
            output::warn_of_skipped(&skipped);
            let folder = self.path.articles.display();
            return Err(format!("no article of {folder} can be read; correct them first").into());
        }
        let tickets = self.tickets.as_deref().map(read_tickets).transpose()?;
        let options = OpenOptions {
            tenant: self.tenant.tenant.clone(),
            identity: self.identity,
            shared_files: self.shared_files,
        };
        let knowledge_base = KnowledgeBase::open_or_create_with(&self.into, &options)?;
        warn_of(&knowledge_base);
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
        let progress = |progress| bar.show(progress);
        let (published, tickets) = if let Some((tickets, report)) = tickets {
            let published = knowledge_base.publish_with_tickets(now(), tickets, progress)?;
            (published, Some(report))
        } else {
            (knowledge_base.publish_with_progress(now(), progress)?, None)
        };
        bar.finish();
        let report = Report {
            changes: &changes,
            skipped: skipped.iter().map(ToString::to_string).collect(),
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

/// The solved tickets of a file of JSON lines, and the lines that are none.
pub(super) fn read_tickets(path: &Path) -> Result<(Vec<SolvedTicket>, TicketReport), Failure> {
    let (file, _) = open(path)?;
    let mut report = TicketReport::default();
    let mut tickets = Vec::new();
    for read in read_solved_tickets(BufReader::new(file), path) {
        match read {
            Ok(ticket) => tickets.push(ticket),
            Err(error) if error.kind() == ErrorKind::Storage => return Err(error.into()),
            Err(error) => report.skipped.push(error.to_string()),
        }
    }
    if tickets.is_empty() && !report.skipped.is_empty() {
        output::warn_of_skipped(&report.skipped);
        let path = path.display();
        return Err(format!("no line of {path} is a solved ticket; correct them first").into());
    }
    report.verdicts = tickets.len();
    Ok((tickets, report))
}

impl Report<'_> {
    fn print(&self) {
        output::warn_of_skipped(&self.skipped);
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
        if let Some(tickets) = &self.tickets {
            output::warn_of_skipped(&tickets.skipped);
            output::line(&format!(
                "solved tickets: {} verdicts, {} lines skipped",
                tickets.verdicts,
                tickets.skipped.len()
            ));
        }
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
        for (visibility, drift) in &self.published.drift {
            if drift.is_warning {
                output::warn(&output::drift_warning(*visibility, drift));
            }
        }
        if let Some(moment) = self.published.next_publish_at {
            output::line(&format!(
                "build again at {moment}: an article begins or ends then"
            ));
        }
    }
}
