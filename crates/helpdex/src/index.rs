//! Everything that is kept of the articles and searched: the only module that knows tantivy.

pub(crate) mod chance_coverage;
pub(crate) mod checked_json;
pub(crate) mod class_file;
pub(crate) mod deny_list;
pub(crate) mod file_lock;
pub(crate) mod generation;
pub(crate) mod identity;
pub(crate) mod log_head;
pub(crate) mod passages;
pub(crate) mod postings;
mod postings_writer;
mod record_blocks;
pub(crate) mod record_log;
pub(crate) mod scorer;
pub(crate) mod segment;
mod segment_builder;
pub(crate) mod shared_groups;
pub(crate) mod store;
mod terms;
mod varint;
pub(crate) mod view;
