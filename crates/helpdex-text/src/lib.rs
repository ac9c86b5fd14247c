//! Cleans and analyses texts: pure functions from text to text and terms, without I/O and without an index.

mod analysis;
mod article;
mod budget;
mod charset;
mod digits;
mod error;
mod html;
mod locale;
#[doc(hidden)]
pub mod names;
mod sentences;
mod ticket;

pub use analysis::{
    Analysis, Analyzer, DetectedBy, DetectedLanguage, MAX_TERM_BYTES, SmallTalk, Word,
    WordFrequencies, analyzer_fingerprint, detect_language, encode_word_frequencies, is_small_talk,
};
pub use article::{
    Body, CleanArticle, MAX_ARTICLE_BYTES, Section, begins_module_code, clean_article,
};
pub use charset::decode_page;
pub use error::Error;
pub use locale::Locale;
pub use sentences::sentences;
pub use ticket::{
    CleanTicket, Content, Fallback, Removal, RemovalKind, clean_ticket, clean_ticket_within,
    is_mask, reply_text,
};
