//! That no text costs more than its length: the instructions of reading hostile texts, and texts twice as long.

use std::path::Path;

use crate::instructions::Counts;
use crate::steps::Steps;

/// Twice the text may take so many times the instructions. Linear work takes twice as many, and a little more or less where
/// tables grow; quadratic work takes four times.
const MOST_GROWTH: f64 = 2.5;

/// Counts what `crates/helpdex-text/examples/scaling.rs` reads, and prints what grows the fastest.
///
/// # Errors
/// When valgrind is missing, a step fails, or a count grows faster than the text.
pub(crate) fn run(repository: &Path, steps: &mut Steps) -> Result<(), String> {
    let counts = Counts::of(
        repository,
        steps,
        &["--package", "helpdex-text", "--example", "scaling"],
        "examples/scaling",
    )?;
    let names: Vec<&str> = counts.printed.lines().collect();
    let mut growths = Vec::new();
    for (pair, name) in names.iter().step_by(2).enumerate() {
        let once = counts.part(4 * pair + 2)?;
        let twice = counts.part(4 * pair + 4)?;
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
