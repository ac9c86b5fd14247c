//! That no text costs more than its length: the instructions of reading hostile texts, and texts twice as long.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::instructions::{check_valgrind, total};
use crate::steps::Steps;

/// Twice the text may take so many times the instructions. Linear work takes twice as many, and a little more or less where
/// tables grow; quadratic work takes four times.
const MOST_GROWTH: f64 = 2.5;

/// Counts what `crates/helpdex-text/examples/scaling.rs` reads, and prints what grows the fastest.
///
/// # Errors
/// When valgrind is missing, a step fails, or a count grows faster than the text.
pub(crate) fn run(repository: &Path, steps: &mut Steps) -> Result<(), String> {
    check_valgrind()?;
    let build = [
        "build",
        "--release",
        "--package",
        "helpdex-text",
        "--example",
        "scaling",
    ];
    let mut cargo = Command::new(env!("CARGO"));
    steps.run(
        "build of what is counted",
        cargo.current_dir(repository).args(build),
    )?;
    let release = repository.join("target/release");
    let folder = release.join("scaling-counted");
    // Files of a run before are no counts of this one.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let names = folder.join("names");
    let printed =
        fs::File::create(&names).map_err(|e| format!("cannot make {}: {e}", names.display()))?;
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--quiet", "--tool=callgrind", "--callgrind-out-file=counts"])
        .arg("--dump-before=scaling::mark")
        .arg(release.join("examples/scaling"))
        .current_dir(&folder)
        .stdout(printed);
    steps.run("instructions of hostile texts", &mut valgrind)?;
    let names = fs::read_to_string(&names).map_err(|e| e.to_string())?;
    let names: Vec<&str> = names.lines().collect();
    let mut growths = Vec::new();
    for (pair, name) in names.iter().step_by(2).enumerate() {
        let once = total(&folder.join(format!("counts.{}", 4 * pair + 2)))?;
        let twice = total(&folder.join(format!("counts.{}", 4 * pair + 4)))?;
        growths.push((growth(once, twice), *name));
    }
    growths.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("\n{} shapes; those that grow the fastest:", growths.len());
    for (growth, name) in growths.iter().take(10) {
        println!("{growth:6.2}  {name}");
    }
    let above: Vec<&str> = growths
        .iter()
        .filter(|(growth, _)| *growth > MOST_GROWTH)
        .map(|(_, name)| *name)
        .collect();
    if above.is_empty() {
        return Ok(());
    }
    Err(format!(
        "twice the text takes over {MOST_GROWTH} times the instructions: {above:?}; bound what is searched for each place"
    ))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a ratio is compared to two digits"
)]
fn growth(once: u64, twice: u64) -> f64 {
    twice as f64 / once as f64
}
