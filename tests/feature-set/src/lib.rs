//! This package has no code: depending on it turns on features of shared dependencies.
//!
//! cargo builds a crate once for each set of features that is asked of it. Without this package `cargo test -p helpdex`
//! and `cargo test -p helpdex-cli` would each compile tantivy again, which costs minutes.
