//! `helpdex demo`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use helpdex::KnowledgeBase;
use helpdex_import::read_articles;
use helpdex_server::{Config, demonstrate_until_signal};

use crate::arguments::Defaults;
use crate::clock::now;
use crate::failure::Failure;
use crate::import_report::warn_of_import;
use crate::output::line;

/// The demo shows a contact form with the widget, the agent's view, and the reasons for what the customer sees. It is
/// meant for this machine only, stores nothing, and runs until it is interrupted.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex demo
  helpdex demo docs/help --visibility public --default-locale en")]
pub(crate) struct Demo {
    /// Folder, file or zip of an export or of documentation; by default, the sample help center in a clone of the
    /// repository
    #[arg(value_name = "ARTICLES", default_value = "corpus/articles")]
    articles: PathBuf,
    #[command(flatten)]
    defaults: Defaults,
    /// Address to listen on; by default, a free port of this machine
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

impl Demo {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let import = read_articles(&self.articles, &self.defaults.of_articles())?;
        warn_of_import(&import);
        // The service opens a folder, so that it is written into one that goes with this process.
        let folder = tempfile::tempdir()?;
        let knowledge_base = KnowledgeBase::open_or_create(folder.path())?;
        let mut writer = knowledge_base.writer()?;
        writer.sync(import.articles.collect::<helpdex::Result<Vec<_>>>()?)?;
        writer.publish(now())?;
        drop(writer);
        let config = Config {
            listen: self.listen,
            knowledge_base: Some(folder.path().to_owned()),
            ..Config::default()
        };
        demonstrate_until_signal(config, |address| {
            line(&format!(
                "The demonstration is at http://{address}/ until you press Ctrl+C."
            ));
        })?;
        Ok(())
    }
}
