//! The JSON that the service takes and gives: types of its own, so that a change of the library changes no client.

pub(crate) mod answer;
pub(crate) mod article;
pub(crate) mod change;
pub(crate) mod ticket;
pub(crate) mod verdict;
