//! The sources of articles, one file each.

pub(crate) mod json_files;

pub(crate) use json_files::TakesFiles;

pub(crate) mod confluence;
pub(crate) mod discourse;
pub(crate) mod docs;
pub(crate) mod freshdesk;
pub(crate) mod github;
pub(crate) mod guru;
pub(crate) mod help_scout;
pub(crate) mod intercom;
pub(crate) mod json_lines;
pub(crate) mod mediawiki;
pub(crate) mod notion;
pub(crate) mod table;
pub(crate) mod zammad;
pub(crate) mod zendesk;
