//! `helpdex tickets`.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex_import::TicketImport;

use crate::arguments::Defaults;
use crate::failure::Failure;
use crate::import_report::read_linked_articles;
use crate::output;
use crate::ticket_arguments::TicketArguments;
use crate::ticket_report::{print_tickets, warn_of_tickets};

/// EXPORT is an export of a helpdesk: JSON of Zendesk, Freshdesk, Intercom, Help Scout, Zammad, Discourse, GitHub or
/// Jira, a mailbox, or a table. The source is detected and reported. The text of a ticket is what its customer wrote;
/// notes of agents are never read.
///
/// A ticket gets the verdict `linked` if an agent linked an article in a public reply. A solved ticket without a link
/// gets `unlinked`. The output contains the words of customers, including personal data; `helpdex learn` masks personal
/// data before it stores anything.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex tickets zendesk-tickets.json --articles zendesk-articles.json --into solved.jsonl
  helpdex tickets export.zip --articles docs/help --into solved.jsonl --base-url https://docs.example.com
  helpdex tickets tickets.csv --articles docs/help --into solved.jsonl --ticket-map text=Question --ticket-map reply=Answer
  helpdex tickets support.mbox --articles docs/help --into - --agent support.example.com --json")]
pub(crate) struct Tickets {
    /// Export of tickets: a folder, a file or a zip; - reads standard input
    #[arg(value_name = "EXPORT")]
    export: PathBuf,
    /// Articles that the replies link to, in the form of `helpdex build`
    #[arg(long, value_name = "PATH")]
    articles: PathBuf,
    #[command(flatten)]
    defaults: Defaults,
    #[command(flatten)]
    reading: TicketArguments,
    /// File for the tickets, as JSON lines; - writes them to standard output, and the report to standard error
    #[arg(long, value_name = "FILE")]
    into: PathBuf,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Tickets {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let articles = read_linked_articles(&self.articles, &self.defaults.of_articles())?;
        let import = self.reading.read(&self.export, &articles)?;
        warn_of_tickets(&import);
        let is_stdout = self.into == Path::new("-");
        if is_stdout {
            write_lines(&import, &mut std::io::stdout().lock())?;
        } else {
            write_file(&import, &self.into)?;
        }
        print_tickets(&import, self.json, is_stdout)
    }
}

/// Writes the tickets to a temporary file and renames it to `path`, so that a failure leaves no incomplete file. Only
/// its owner can read it.
fn write_file(import: &TicketImport, path: &Path) -> Result<(), Failure> {
    let failed = |e: std::io::Error| format!("{}: cannot write the file: {e}", path.display());
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut file =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    write_lines(import, file.as_file_mut())?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

fn write_lines(import: &TicketImport, writer: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = BufWriter::new(writer);
    for ticket in &import.tickets {
        writeln!(writer, "{}", output::json_line(&ticket.to_line())?)?;
    }
    writer.flush()?;
    Ok(())
}
