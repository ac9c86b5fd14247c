//! `helpdex mcp`.

use std::path::PathBuf;

use clap::Args;
use helpdex::{Audience, Visibility};
use helpdex_server::{Config, serve_tools_on_stdio};

use crate::arguments::one_of;
use crate::failure::Failure;

/// It speaks the Model Context Protocol on standard input and output, and ends with the input. Its tools are `suggest`,
/// `search` and `fetch`; a client cannot change the audience. `helpdex serve` has the same tools at `/mcp`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex mcp --kb kb
  helpdex mcp --kb kb --audience internal

In the configuration of a client:
  {\"mcpServers\": {\"helpdex\": {\"command\": \"helpdex\", \"args\": [\"mcp\", \"--kb\", \"/srv/helpdex/kb\"]}}}")]
pub(crate) struct Mcp {
    /// Knowledge base made by `helpdex build`
    #[arg(long)]
    kb: PathBuf,
    /// Audience whose articles the tools return
    #[arg(long, value_parser = one_of(&Visibility::ALL, Visibility::name), default_value = Visibility::Public.name())]
    audience: Visibility,
    /// User segment of a signed-in reader; can be given several times
    #[arg(long = "user-segment", value_name = "SEGMENT")]
    user_segments: Vec<String>,
}

impl Mcp {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let audience = Audience::from_name(self.audience.name(), self.user_segments)?;
        let config = Config {
            knowledge_base: Some(self.kb),
            ..Config::default()
        };
        Ok(serve_tools_on_stdio(config, audience)?)
    }
}
