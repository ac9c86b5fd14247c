//! Arguments of commands that go by vectors.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use helpdex::KnowledgeBase;
use helpdex::vectors::Embedder;
use helpdex_import::read_vectors;

use crate::failure::Failure;
use crate::output::warn;
use crate::program_embedder::ProgramEmbedder;

/// The program that embeds texts.
#[derive(Args)]
pub(crate) struct ProgramArguments {
    /// Program that embeds texts, as a command line of the shell: docs/vectors.md shows one
    #[arg(id = "embed_command", long = "embed-command", value_name = "COMMAND")]
    command: Option<String>,
    /// Name of the model that makes the vectors, with its revision
    #[arg(id = "embed_model", long = "embed-model", value_name = "NAME")]
    model: Option<String>,
    /// Milliseconds that an answer waits for the vector of its ticket, before it is made without
    #[arg(
        long = "embed-patience-ms",
        value_name = "MS",
        requires = "embed_command"
    )]
    patience_ms: Option<u64>,
}

/// The program that embeds texts, or a file with vectors of articles.
#[derive(Args)]
pub(crate) struct VectorArguments {
    #[command(flatten)]
    program: ProgramArguments,
    /// Table with vectors of the articles in place of a program, such as the one that the articles are read from: a column id and
    /// a column vector or embedding
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "embed_command",
        requires = "embed_model"
    )]
    vectors: Option<PathBuf>,
}

impl ProgramArguments {
    /// Starts the program where one is given.
    pub(crate) fn start(&self) -> Result<Option<Arc<dyn Embedder>>, Failure> {
        let Some(command) = &self.command else {
            return Ok(None);
        };
        let model = self.model.as_deref().ok_or(
            "--embed-command needs --embed-model NAME, by which vectors of another model are told",
        )?;
        let started = ProgramEmbedder::start(command, model, self.patience_ms)?;
        Ok(Some(Arc::new(started)))
    }

    /// Returns the knowledge base with the program where one is given. Its model is by default that of the articles. A program
    /// that fails fails no answer, so it is not started yet.
    pub(crate) fn add_to(&self, knowledge_base: KnowledgeBase) -> Result<KnowledgeBase, Failure> {
        let Some(command) = &self.command else {
            return Ok(knowledge_base);
        };
        let Some((model, dimension)) = knowledge_base.vector_model() else {
            warn("the articles have no vectors; build them with --embed-command");
            return Ok(knowledge_base);
        };
        let model = self.model.as_deref().unwrap_or(&model);
        let patience = self.patience_ms;
        let embedder = ProgramEmbedder::of_dimension(command, model, dimension, patience);
        Ok(knowledge_base.with_embedder(Arc::new(embedder))?)
    }
}

impl VectorArguments {
    /// Returns the program or the vectors of the file; `None` where neither is given.
    pub(crate) fn embedder(&self) -> Result<Option<Arc<dyn Embedder>>, Failure> {
        match (&self.vectors, &self.program.model) {
            (Some(path), Some(model)) => Ok(Some(Arc::new(read_vectors(path, model, &[])?))),
            _ => self.program.start(),
        }
    }
}

/// Returns the knowledge base with the model, if there is one.
pub(crate) fn with_embedder(
    knowledge_base: KnowledgeBase,
    embedder: Option<Arc<dyn Embedder>>,
) -> Result<KnowledgeBase, Failure> {
    Ok(match embedder {
        Some(embedder) => knowledge_base.with_embedder(embedder)?,
        None => knowledge_base,
    })
}
