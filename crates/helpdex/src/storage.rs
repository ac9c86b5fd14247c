//! Stores files and logs on disk so that they stay intact. Nothing here knows of articles or search.

mod batch;
pub(crate) mod bytes;
pub(crate) mod checked_json;
pub(crate) mod class_file;
#[cfg(test)]
pub(crate) mod dice;
#[cfg(test)]
pub(crate) mod faults;
pub(crate) mod file_lock;
pub(crate) mod files;
pub(crate) mod identity;
pub(crate) mod keyed_log;
pub(crate) mod log_head;
pub(crate) mod log_reader;
pub(crate) mod operation;
pub(crate) mod record_log;
pub(crate) mod store;
