//! Files of other programs to the articles and tickets of Helpdex: no network, no index, bounded memory.
//!
//! [`read_articles`] reads a folder of Markdown, HTML and text files, or a file of JSON lines; [`read_tickets`] and
//! [`read_solved_tickets`] read tickets from JSON lines.
//!
//! ```
//! use helpdex_import::{ArticleDefaults, read_articles};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("reset.md"), "---\nlocale: en\n---\n# Reset your password\n\nPress Reset.\n")?;
//! let files = read_articles(folder.path(), &ArticleDefaults::default())?;
//! assert_eq!(files.articles[0].fields().title, "Reset your password");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod article_files;
mod article_line;
mod error_list;
mod input_file;
mod json_lines;
mod name;
mod synonym_files;
mod ticket_line;

pub use article_files::{ArticleDefaults, ArticleFiles, read_articles};
pub use article_line::ArticleLine;
pub use error_list::ErrorList;
pub use input_file::open_file;
pub use json_lines::{json_lines, parse_json_lines};
pub use synonym_files::read_synonyms;
pub use ticket_line::{TicketLine, read_solved_tickets, read_tickets};
