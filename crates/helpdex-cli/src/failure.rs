//! The error of a command.

/// A reason why a command failed: one line for the reader.
pub(crate) type Failure = Box<dyn std::error::Error>;
