//! Fits the weights that are shipped to the train splits of data sets in BEIR form, and prints them.
//!
//! `cargo run --release -p helpdex-benches --bin fit_weights -- DATASET...`

use std::env;
use std::process::ExitCode;

use helpdex_eval::fit_shipped_weights;

fn main() -> ExitCode {
    let folders: Vec<_> = env::args_os().skip(1).collect();
    match fit_shipped_weights(&folders) {
        Ok(weights) => {
            println!("{weights}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
