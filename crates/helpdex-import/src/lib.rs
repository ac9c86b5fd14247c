//! Reads files of other programs as articles and tickets of Helpdex, without a network, without an index, and with
//! bounded memory.
//!
//! [`read_exported_tickets`] reads the tickets of a helpdesk's export with the articles that agents linked.
//! [`read_articles`] reads a folder, a file or an archive of any [`Source`]; [`read_tickets`] and [`read_feedback`]
//! read tickets from JSON lines. [`write_articles`] and [`write_feedback`] export what a knowledge base holds, so that
//! it can be built again.
//!
//! ```
//! use helpdex_import::{ImportOptions, read_articles};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("reset.md"), "---\nlocale: en\n---\n# Reset your password\n\nPress Reset.\n")?;
//! let mut import = read_articles(folder.path(), &ImportOptions::default())?;
//! let article = import.articles.next().unwrap()?;
//! assert_eq!(article.fields().title, "Reset your password");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod article_line;
mod articles;
mod bounded;
mod claims;
mod collector;
mod error_list;
mod event_line;
mod export;
pub mod front_matter;
mod input;
mod input_file;
mod json_lines;
mod json_records;
mod json_value;
mod markup;
mod name;
mod options;
mod probe;
mod read_articles;
mod read_exported_tickets;
mod report;
mod restriction;
mod source;
mod source_list;
mod sources;
mod spool;
mod synonym_files;
mod table_rows;
mod ticket_line;
mod ticket_source_list;
mod ticket_sources;
mod tickets;
mod vector_table;
mod web_address;
mod xml;

pub use article_line::ArticleLine;
pub use articles::Articles;
pub use error_list::ErrorList;
pub use event_line::read_events;
pub use export::{create_file, write_articles, write_events, write_feedback};
pub use input_file::open_file;
pub use json_lines::{json_lines, parse_json_lines};
pub use options::ImportOptions;
pub use read_articles::read_articles;
pub use read_exported_tickets::{detect_ticket_source, read_exported_tickets};
pub use report::{Import, LeftOut, PassedOver, Warning};
pub use source::Source;
pub use synonym_files::read_synonyms;
pub use ticket_line::{TicketLine, read_feedback, read_tickets};
pub use tickets::{
    ArticleLinks, ChosenLinks, FoundBy, ImportedTicket, MonthOfTickets, NamedArticles,
    TicketImport, TicketLeftOut, TicketOptions, TicketSource, TicketSummary, TicketText,
};
pub use vector_table::read_vectors;
