//! Output of an evaluation: the report, and the files that were asked for.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex_eval::{Evaluation, html_page};

use crate::failure::Failure;
use crate::output::print_json;
use crate::report::print_report;

/// The output files of a run, and the form of its report.
#[derive(Args)]
pub(crate) struct RunOutput {
    /// Write one JSON line per query
    #[arg(long, value_name = "FILE")]
    outcomes: Option<PathBuf>,
    /// Write the ranking as a TREC run
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Write the report as an HTML page to read and to print; it contains extracts of tickets
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl RunOutput {
    pub(crate) fn write(&self, done: &Evaluation) -> Result<(), Failure> {
        if let Some(path) = &self.outcomes {
            write_file(path, |writer| done.write_outcomes(writer))?;
        }
        if let Some(path) = &self.run {
            write_file(path, |writer| done.write_run(writer))?;
        }
        if let Some(path) = &self.report {
            write_file(path, |writer| writer.write_all(html_page(done).as_bytes()))?;
        }
        if self.json {
            print_json(&done.report)?;
        } else {
            print_report(&done.report);
        }
        Ok(())
    }
}

fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let written = File::create(path)
        .map(BufWriter::new)
        .and_then(|mut writer| {
            write(&mut writer)?;
            writer.flush()
        });
    written.map_err(|e| format!("cannot write {}: {e}", path.display()).into())
}
