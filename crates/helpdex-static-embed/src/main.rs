//! The program `helpdex-static-embed`: lines with texts in, lines with vectors out, as `helpdex --embed-command` asks.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;

use helpdex::vectors::{Embedder, TextKind};
use helpdex_static_embed::StaticModel;
use serde::Deserialize;

/// A line that asks for vectors; its `kind` is of no matter to a static model.
#[derive(Deserialize)]
struct Request {
    texts: Vec<String>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder] = &arguments[..] else {
        eprintln!(
            "usage: helpdex-static-embed FOLDER\nFOLDER has model.safetensors and tokenizer.json in the form of Model2Vec."
        );
        return ExitCode::from(2);
    };
    match answer(Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn answer(folder: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let model = StaticModel::open(folder, "static")?;
    let mut output = stdout().lock();
    for line in stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let texts: Vec<&str> = request.texts.iter().map(String::as_str).collect();
        let values = model.embed(&texts, TextKind::Article)?;
        let rows: Vec<&[f32]> = values.chunks(model.dimension()).collect();
        serde_json::to_writer(&mut output, &rows)?;
        writeln!(output)?;
        output.flush()?;
    }
    Ok(())
}
