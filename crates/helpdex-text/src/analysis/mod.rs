//! Analysis: from a text of any language to the terms and grams that are searched.

mod analyzer;
mod detect;
mod fingerprint;
mod function_words;
mod grams;
mod joined_words;
mod language;
mod names;
mod normalize;
mod script;
mod segment;
mod simplified_chinese;
mod small_talk;
mod stem;
mod terms;
mod word_frequencies;

pub use analyzer::Analyzer;
pub use detect::{DetectedBy, DetectedLanguage, detect_language};
pub use fingerprint::analyzer_fingerprint;
pub use small_talk::{SmallTalk, is_small_talk};
pub use terms::{Analysis, MAX_TERM_BYTES, Word};
pub use word_frequencies::{WordFrequencies, encode_word_frequencies};
