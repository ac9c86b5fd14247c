//! Front matter: the YAML between `---` lines at the start of a Markdown or HTML file.

mod block;
mod keys;
mod parse;
#[cfg(test)]
mod promises;
mod restriction;
mod split;

pub use block::FrontMatterBlock;
pub use keys::ARTICLE_KEYS;
pub use parse::{FrontMatterValue, MAX_FRONT_MATTER_BYTES, parse_front_matter};
pub use restriction::{RestrictingLine, is_restricting_key, restricting_line};
pub use split::split_front_matter;
