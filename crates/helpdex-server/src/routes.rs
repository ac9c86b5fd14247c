//! The addresses of the service, one file each.

pub(crate) mod agent;
pub(crate) mod articles;
pub(crate) mod batch;
pub(crate) mod demo;
pub(crate) mod draft;
pub(crate) mod events;
pub(crate) mod mcp;
pub(crate) mod rules;
pub(crate) mod status;
pub(crate) mod suggest;
pub(crate) mod verdicts;
pub(crate) mod widget;
