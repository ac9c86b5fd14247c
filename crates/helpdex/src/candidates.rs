//! The articles that may answer a ticket, and how probable each is: shared by suggesting and training.

pub(crate) mod coverage;
pub(crate) mod language;
mod likeness;
mod near;
pub(crate) mod past;
pub(crate) mod pool;
pub(crate) mod pooled_article;
pub(crate) mod route;
