//! Helpdex over HTTP, for hosts that link neither Rust nor Python.
//!
//! [`Server::bind`] takes a [`Config`] and listens; [`Server::run`] answers until it is told to stop. A form in a browser asks
//! with a *site key*, which may be public: it gets public articles, or with a signed [reader token](config::ReaderTokens) those
//! of a signed-in reader. The host's own programs ask with a *server key*, which may do everything. Without any key the service
//! listens on the loopback only and answers for the public.
//!
//! ```
//! use helpdex_server::{Config, Server};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # helpdex::KnowledgeBase::open_or_create(folder.path())?.writer()?.publish("2026-03-01".parse()?)?;
//! let config = Config {
//!     listen: "127.0.0.1:0".parse().unwrap(),
//!     knowledge_base: Some(folder.path().to_owned()),
//!     ..Config::default()
//! };
//! let runtime = tokio::runtime::Runtime::new().unwrap();
//! let server = runtime.block_on(Server::bind(config))?;
//! assert!(server.address().ip().is_loopback());
//! # Ok::<(), helpdex::Error>(())
//! ```
//!
//! The service speaks HTTP/1.1 without TLS: a proxy in front of it does that. Ticket text is in no log line and no metric.

mod access;
mod app;
mod blocking;
mod clock;
pub mod config;
mod connections;
mod demonstration;
mod gate;
mod json_body;
mod json_object;
mod knowledge_bases;
mod mcp;
mod metrics;
mod openapi;
mod problem;
mod rate_limit;
mod routes;
mod server;
mod state;
mod types;
mod visit;
mod work;

pub use access::keys::new_server_key;
pub use access::reader_token::sign_reader_token;
pub use blocking::{demonstrate_until_signal, run_until_signal, serve_tools_on_stdio};
pub use config::Config;
pub use openapi::document as openapi_document;
pub use server::Server;
