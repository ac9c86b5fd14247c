//! What must hold of any input, one function a target. The targets give them what a fuzzer makes up, and
//! `crates/helpdex/tests/fuzz_cases.rs` the inputs that are kept in `fuzz/cases`.

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

/// What is asserted of an input.
pub type Check = fn(&[u8]);

/// Every target by its name.
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

/// The first byte, which chooses something, and the rest.
fn choice(input: &[u8]) -> (usize, &[u8]) {
    match input {
        [choice, rest @ ..] => (usize::from(*choice), rest),
        [] => (0, &[]),
    }
}
