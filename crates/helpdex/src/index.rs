//! Turns articles into postings, and holds them in segments. Only this module knows tantivy.

pub(crate) mod columns;
pub(crate) mod hashes;
pub(crate) mod passages;
pub(crate) mod postings;
mod postings_writer;
mod record_blocks;
pub(crate) mod segment;
pub(crate) mod segment_builder;
pub(crate) mod stored_articles;
pub(crate) mod terms;
pub(crate) mod units;
mod varint;
