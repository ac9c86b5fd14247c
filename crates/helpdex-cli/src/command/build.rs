//! `helpdex build`.

use std::path::PathBuf;

use clap::Args;
use helpdex::report::{Changes, Published};
use helpdex::{Article, Audience, Identity, KnowledgeBase, Locale, Writer};
use helpdex_import::{Import, read_articles, read_synonyms};
use serde::Serialize;

use crate::arguments::{ArticlesPath, Defaults, TenantArgument};
use crate::article_changes::take_articles;
use crate::clock::now;
use crate::failure::Failure;
use crate::import_report::{ImportReport, warn_of_import, why_no_article};
use crate::input::read_tickets;
use crate::opening::warn_of;
use crate::output;
use crate::progress::ProgressBar;
use crate::trained_output::print_models;
use crate::vector_arguments::{VectorArguments, with_embedder};

/// ARTICLES is a folder, a file or a zip archive with an export or with documentation. Its source is detected and
/// reported. Files and records that cannot be read are reported, and the rest is built. Articles that are no longer in
/// ARTICLES are removed from the knowledge base; articles that cannot be read stay unchanged. Another build updates
/// only what has changed.
#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
#[command(after_help = "\
Examples:
  helpdex build docs/help --into kb
  helpdex build zendesk-export.zip --dry-run
  helpdex build articles.jsonl --into kb --visibility public --default-locale en --json
  helpdex build docs/help --into kb --tickets solved.jsonl
  helpdex build tenants/acme/articles --into tenants/acme/kb --tenant acme
  helpdex build docs/help --into kb --embed-command \"python3 embed.py\" --embed-model my-model-2
  helpdex build articles.csv --into kb --vectors articles.csv --embed-model my-model-2

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
    #[arg(long, value_name = "KB", required_unless_present = "dry_run")]
    into: Option<PathBuf>,
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
    /// Keep the current models; `helpdex train` trains new ones
    #[arg(long, conflicts_with = "tickets")]
    no_train: bool,
    #[command(flatten)]
    vectors: VectorArguments,
    /// Report what would be read, show the first articles as they would be indexed, and build nothing
    #[arg(long)]
    dry_run: bool,
    /// Build nothing when a file or a record cannot be read
    #[arg(long)]
    strict: bool,
    /// Allow the removal of more than a tenth of the articles, if they are no longer in ARTICLES
    #[arg(long)]
    allow_removal: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    import: ImportReport,
    #[serde(flatten)]
    changes: &'a Changes,
    /// The counts of the solved tickets that were learned; `None` without `--tickets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    tickets: Option<TicketReport>,
    /// The locale that fills in for missing translations for agents, who see all articles; `None` without articles.
    main_locale: Option<Locale>,
    #[serde(flatten)]
    published: &'a Published,
}

/// The counts of the solved tickets that were learned.
#[derive(Default, Serialize)]
struct TicketReport {
    verdicts: usize,
    /// The first hundred errors about tickets, as texts.
    skipped: Vec<String>,
    skipped_count: usize,
}

/// The number of articles that a dry run shows.
const SHOWN_ARTICLES: usize = 3;
/// The most characters that a dry run shows of each article.
const SHOWN_CHARS: usize = 400;

/// The most conflicts that are printed one by one; `--json` has all.
const SHOWN_CONFLICTS: usize = 100;

impl Build {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut import = read_articles(&self.path.articles, &self.defaults.of_articles())?;
        warn_of_import(&import);
        let report = ImportReport::new(&import);
        if self.dry_run {
            return self.show(&mut import, &report);
        }
        let articles = import
            .articles
            .by_ref()
            .collect::<helpdex::Result<Vec<_>>>()?;
        if articles.is_empty() {
            report.print();
            return Err(why_no_article(&self.path.articles, &import).into());
        }
        if self.strict && !import.skipped.is_empty() {
            let count = import.skipped.count();
            return Err(
                format!("{count} files or records cannot be read; correct them first").into(),
            );
        }
        let tickets = self.tickets.as_deref().map(read_tickets).transpose()?;
        let (tickets, tickets_skipped) = tickets.unzip();
        let embedder = self.vectors.embedder()?;
        let knowledge_base = with_embedder(self.open()?, embedder)?;
        let mut writer = knowledge_base.writer()?;
        let changes = self.edit(&mut writer, articles, &import)?;
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
            import: report,
            changes: &changes,
            tickets,
            main_locale: knowledge_base.main_locale(&Audience::internal(), now()),
            published: &published,
        };
        if self.json {
            output::print_json(&report)?;
        } else {
            report.print();
        }
        Ok(())
    }

    /// Prints what would be read, and the first articles as they will be indexed.
    fn show(&self, import: &mut Import, report: &ImportReport) -> Result<(), Failure> {
        if self.json {
            output::print_json(report)?;
            return Ok(());
        }
        report.print();
        output::line(&format!("articles: {}", import.articles.len()));
        for article in import.articles.by_ref().take(SHOWN_ARTICLES) {
            let article = article?;
            let fields = article.fields();
            output::line(&format!(
                "  {} ({}, {}): {}",
                article.id(),
                article.locale(),
                fields.visibility.name(),
                fields.title
            ));
            let clean = article.clean()?;
            let texts: Vec<&str> = clean
                .sections
                .iter()
                .map(|section| &*section.text)
                .collect();
            let text: String = texts.join(" ").chars().take(SHOWN_CHARS).collect();
            output::line(&format!("    {}", text.replace('\n', " ")));
        }
        report.warn_at_the_end();
        Ok(())
    }

    fn open(&self) -> Result<KnowledgeBase, Failure> {
        let into = self.into.as_deref().ok_or("give --into KB")?;
        let mut builder = KnowledgeBase::builder(into).shared_files(self.shared_files);
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

    /// Passes the articles and synonyms to the writer, and removes articles that are gone from the source.
    fn edit(
        &self,
        writer: &mut Writer,
        articles: Vec<Article>,
        import: &Import,
    ) -> Result<Changes, Failure> {
        let changes = take_articles(writer, articles, import, self.allow_removal)?;
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
        self.import.print();
        let Changes {
            added,
            changed,
            unchanged,
            removed,
            ..
        } = self.changes;
        let skipped = self.import.skipped_count;
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
        self.print_copies();
        let counts: Vec<String> = self
            .published
            .articles
            .iter()
            .map(|(visibility, count)| format!("{count} {}", visibility.name()))
            .collect();
        let generation = self.published.generation;
        output::line(&format!("generation {generation}: {}", counts.join(", ")));
        if let Some(locale) = &self.main_locale {
            output::line(&format!(
                "main locale: {locale}, which fills in for missing translations; helpdex settings changes it"
            ));
        }
        if let Some(vectors) = &self.published.vectors {
            output::line(&format!(
                "vectors of {}: {} made, {} kept, {} given; {} articles without",
                vectors.model,
                vectors.embedded,
                vectors.kept,
                vectors.given,
                vectors.articles_without
            ));
        }
        print_models(&self.published.models, &self.published.drift);
        if let Some(moment) = self.published.next_publish_at {
            output::line(&format!(
                "build again at {moment}, when an article begins or ends"
            ));
        }
        self.import.warn_at_the_end();
    }

    fn print_copies(&self) {
        let copies = &self.published.copies;
        for ids in copies.iter().take(SHOWN_CONFLICTS) {
            output::line(&format!(
                "nearly the same text, so that one stands for all: {}",
                ids.join(", ")
            ));
        }
        let more = copies.len().saturating_sub(SHOWN_CONFLICTS);
        if more > 0 {
            output::line(&format!("and {more} more texts stand several times"));
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
