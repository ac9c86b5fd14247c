//! A published state of a knowledge base: its manifest and files, how they are opened, made and verified.

pub(crate) mod class;
pub(crate) mod deny_list;
pub(crate) mod generation;
pub(crate) mod manifest;
mod open;
pub(crate) mod prepared;
pub(crate) mod shared_groups;
pub(crate) mod vector_file;
pub(crate) mod verify;
