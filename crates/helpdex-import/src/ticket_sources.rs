//! The sources of tickets, one file each.

mod number_of_path;

pub(crate) mod discourse;
pub(crate) mod freshdesk;
pub(crate) mod github;
pub(crate) mod help_scout;
pub(crate) mod intercom;
pub(crate) mod jira;
pub(crate) mod mail;
pub(crate) mod table;
pub(crate) mod zammad;
pub(crate) mod zendesk;
