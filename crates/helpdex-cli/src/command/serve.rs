//! `helpdex serve`.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use helpdex_server::{Config, new_server_key, run_until_signal};
use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::arguments::one_of;
use crate::failure::Failure;
use crate::output::line;
use crate::vector_arguments::ProgramArguments;

/// The server runs until it is interrupted or receives SIGTERM. Without keys, it listens on this machine only and
/// answers for public readers. docs/serve.md describes how to configure keys, limits and the tokens of signed-in
/// readers.
///
/// Environment variables replace values of the configuration, and options replace both.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex serve --kb kb
  helpdex serve --config /etc/helpdex.toml
  helpdex serve --kb kb --embed-command \"python3 embed.py\" --embed-model my-model-2 --embed-patience-ms 300
  helpdex serve --new-key")]
pub(crate) struct Serve {
    /// Configuration file in TOML
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Knowledge base made by `helpdex build`
    #[arg(long)]
    kb: Option<PathBuf>,
    /// Folder with the knowledge base of each tenant, in a folder named after the tenant
    #[arg(long, value_name = "FOLDER", conflicts_with = "kb")]
    tenants: Option<PathBuf>,
    /// Address to listen on; by default 127.0.0.1:7070
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    program: ProgramArguments,
    /// Lowest level of the log lines on standard error; info has a line for each request
    #[arg(long, value_name = "LEVEL", value_parser = one_of(&LEVELS, level_name), default_value = "warn")]
    log: LogLevel,
    /// Print a new server key and its hash for the configuration, and exit
    #[arg(long, exclusive = true)]
    new_key: bool,
}

/// The lowest level of the lines that are written to the log.
#[derive(Clone, Copy)]
struct LogLevel(Level);

const LEVELS: [LogLevel; 3] = [
    LogLevel(Level::ERROR),
    LogLevel(Level::WARN),
    LogLevel(Level::INFO),
];

fn level_name(level: LogLevel) -> &'static str {
    match level.0 {
        Level::ERROR => "error",
        Level::WARN => "warn",
        _ => "info",
    }
}

impl std::str::FromStr for LogLevel {
    type Err = tracing::metadata::ParseLevelError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.parse().map(Self)
    }
}

impl Serve {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        if self.new_key {
            let (key, hash) = new_server_key()?;
            line(&format!("key, for your programs alone:  {key}"));
            line(&format!("blake3, for the configuration: {hash}"));
            return Ok(());
        }
        let config = self.configuration()?;
        start_log(self.log);
        let shown = config.to_string();
        run_until_signal(config, |address| {
            shown.lines().for_each(line);
            line(&format!("Helpdex listens on http://{address}"));
        })?;
        Ok(())
    }

    fn configuration(&self) -> Result<Config, Failure> {
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        config = config.with_environment(|name| env::var(name).ok())?;
        if let Some(folder) = &self.kb {
            config.knowledge_base = Some(folder.clone());
            config.tenants = None;
        }
        if let Some(folder) = &self.tenants {
            config.tenants = Some(folder.clone());
            config.knowledge_base = None;
        }
        if let Some(listen) = self.listen {
            config.listen = listen;
        }
        config.embedder = self.program.start()?;
        Ok(config)
    }
}

/// Writes lines of the log to standard error. They hold routes, sizes and times, and no text of a ticket.
fn start_log(level: LogLevel) {
    let lines = tracing_subscriber::fmt::layer()
        .with_target(false)
        .with_ansi(false)
        .with_writer(std::io::stderr);
    // The library of the protocol for agents writes what a client sent.
    let targets = Targets::new()
        .with_default(level.0)
        .with_target("rmcp", LevelFilter::OFF);
    tracing_subscriber::registry()
        .with(lines.with_filter(targets))
        .init();
}
