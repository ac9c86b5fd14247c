//! `helpdex build`.

use std::path::PathBuf;

use clap::Args;
use helpdex::report::{Changes, Published};
use helpdex::{Article, Identity, KnowledgeBase, Visibility, Writer};
use helpdex_import::{read_articles, read_synonyms};
use serde::Serialize;

use crate::arguments::{ArticlesPath, Defaults, TenantArgument};
use crate::clock::now;
use crate::failure::Failure;
use crate::input::read_tickets;
use crate::opening::warn_of;
use crate::output;
use crate::progress::ProgressBar;
use crate::trained_output::print_models;

/// An unreadable file or line is named and skipped. Articles that ARTICLES no longer has are removed from the knowledge base,
/// unless something was skipped. A repeated build processes only the changes.
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
    /// Folder of the knowledge base; created if it does not exist
    #[arg(long, value_name = "KB")]
    into: PathBuf,
    #[command(flatten)]
    tenant: TenantArgument,
    /// Identity of a new knowledge base, or the identity that an existing one must have: 32 hexadecimal digits. By default it
    /// is derived from tenant, folder and time
    #[arg(long, value_name = "DIGITS")]
    identity: Option<Identity>,
    /// Create the files of a new knowledge base with the permissions of the umask; by default only their owner can read them
    #[arg(long)]
    shared_files: bool,
    #[command(flatten)]
    defaults: Defaults,
    /// Folder of synonyms with one file per locale, such as en.txt: lines like "2fa, two-step sign-in" or "pw => password"
    #[arg(long, value_name = "FOLDER")]
    synonyms: Option<PathBuf>,
    /// Solved tickets to learn from instead of those of `helpdex learn`, in the same form; - reads standard input. Only the
    /// trained model is kept, so the next build needs the tickets again
    #[arg(long, value_name = "TICKETS")]
    tickets: Option<PathBuf>,
    /// Keep the present models; `helpdex train` trains new ones
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
    /// The first hundred errors.
    skipped: Vec<String>,
    skipped_count: usize,
    passed_over: Vec<String>,
    passed_over_count: usize,
    made_internal: Vec<String>,
    made_internal_count: usize,
    /// `None` without --tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    tickets: Option<TicketReport>,
    #[serde(flatten)]
    published: &'a Published,
}

/// The counts of the solved tickets.
#[derive(Default, Serialize)]
struct TicketReport {
    verdicts: usize,
    /// The first hundred errors.
    skipped: Vec<String>,
    skipped_count: usize,
}

/// The number of conflicts that are printed one by one; `--json` has all.
const SHOWN_CONFLICTS: usize = 100;

impl Build {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut files = read_articles(&self.path.articles, &self.defaults.of_articles())?;
        let articles = std::mem::take(&mut files.articles);
        output::warn_of_files(&files);
        if articles.is_empty() {
            let folder = self.path.articles.display();
            return Err(
                format!("no article of {folder} can be read; correct the files first").into(),
            );
        }
        let tickets = self.tickets.as_deref().map(read_tickets).transpose()?;
        let (tickets, tickets_skipped) = tickets.unzip();
        let knowledge_base = self.open()?;
        let mut writer = knowledge_base.writer()?;
        let changes = self.edit(&mut writer, articles, files.skipped.is_empty())?;
        let bar = ProgressBar::new("building");
        let verdicts = tickets.as_ref().map_or(0, Vec::len);
        let published = match tickets {
            _ if self.no_train => writer.publish_with_progress(now(), |p| bar.show(p))?,
            Some(tickets) => writer.publish_and_train_on(now(), tickets, |p| bar.show(p))?,
            None => writer.publish_and_train(now(), |p| bar.show(p))?,
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
        if let Some(tenant) = self.tenant.name() {
            builder = builder.tenant(tenant);
        }
        if let Some(identity) = self.identity {
            builder = builder.identity(identity);
        }
        let knowledge_base = builder.open_or_create()?;
        warn_of(&knowledge_base);
        Ok(knowledge_base)
    }

    /// Passes the articles and synonyms to the writer. A skipped article may be in the knowledge base from an earlier build,
    /// so only a complete list removes articles.
    fn edit(
        &self,
        writer: &mut Writer,
        articles: Vec<Article>,
        is_complete: bool,
    ) -> Result<Changes, Failure> {
        let changes = if is_complete {
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
        Ok(changes)
    }
}

impl Report<'_> {
    fn print(&self) {
        if self.skipped_count > 0 {
            output::warn(
                "nothing was removed, because skipped articles may be in the knowledge base from an earlier build",
            );
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
        if !self.published.articles.contains_key(&Visibility::Public) {
            output::warn(
                "no article is public; give --visibility public if everybody may see articles that state no visibility",
            );
        }
        print_models(&self.published.models, &self.published.drift);
        if let Some(moment) = self.published.next_publish_at {
            output::line(&format!(
                "build again at {moment}, when an article begins or ends"
            ));
        }
    }

    fn print_conflicts(&self) {
        let conflicts = &self.published.conflicts;
        for conflict in conflicts.iter().take(SHOWN_CONFLICTS) {
            output::warn(&format!(
                "articles {} name the same translation group {:?} in {}; each is used alone; give each a group of its own",
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
