//! Everything that is kept of the articles and searched: the only module that knows tantivy.

pub(crate) mod chance_coverage;
pub(crate) mod deny_list;
pub(crate) mod generation;
pub(crate) mod passages;
pub(crate) mod postings;
mod postings_writer;
mod record_blocks;
pub(crate) mod scorer;
pub(crate) mod segment;
mod segment_builder;
pub(crate) mod shared_groups;
mod terms;
mod varint;
pub(crate) mod view;
