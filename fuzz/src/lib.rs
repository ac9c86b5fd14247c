//! The assertions that must hold for any input, one function for each target. The fuzz targets call them with made-up
//! inputs, and `crates/helpdex/tests/fuzz_cases.rs` with the inputs that are kept in `fuzz/cases`.

mod files;
pub mod imports;
mod json_lines;
mod logs;
mod text;

pub use self::files::knowledge_base_files;
pub use self::imports::imports;
pub use self::json_lines::json_lines;
pub use self::logs::logs;
pub use self::text::{
    analyze, clean_article_html, clean_article_markdown, clean_ticket, front_matter,
};

/// A function that asserts what must hold for an input.
pub type Check = fn(&[u8]);

/// Every target with its name.
pub const TARGETS: [(&str, Check); 9] = [
    ("analyze", analyze),
    ("clean_article_html", clean_article_html),
    ("clean_article_markdown", clean_article_markdown),
    ("clean_ticket", clean_ticket),
    ("front_matter", front_matter),
    ("imports", imports),
    ("json_lines", json_lines),
    ("knowledge_base_files", knowledge_base_files),
    ("logs", logs),
];

/// Splits off the first byte, which chooses something; 0 for an empty input.
fn choice(input: &[u8]) -> (usize, &[u8]) {
    match input {
        [choice, rest @ ..] => (usize::from(*choice), rest),
        [] => (0, &[]),
    }
}
