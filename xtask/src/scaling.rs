//! Checks that reading a text costs no more than its length: counts the instructions of hostile texts, and of texts twice
//! as long.

use std::path::Path;

use crate::callgrind::{Built, Program};
use crate::steps::Steps;

/// The length of the shorter texts, in bytes. All 1,438 shapes take 36 billion instructions with texts of 4 and 8 KiB,
/// which callgrind counts in 4.5 minutes; half the length takes half the time.
const BYTES: usize = 2 * 1024;
/// The length of the shorter texts, in bytes, when a suspect is counted again.
const LONG_BYTES: usize = 4 * BYTES;

/// The factor of growth from which a shape is a suspect. Linear work grows by 2 when the text is twice as long,
/// quadratic work by 4. A shape also grows faster when cleaning takes one more pass over the longer text, which happens
/// once; so a suspect is counted again with longer texts, where work that is not linear shows more clearly.
const SUSPICIOUS_GROWTH: f64 = 2.2;
/// The highest factor of growth that is accepted for a suspect with longer texts.
const MAX_GROWTH: f64 = 2.5;

/// A shape, and the factor by which its instructions grow when the text is twice as long.
struct Growth {
    shape: String,
    factor: f64,
}

/// Counts the readings of `crates/helpdex-import/examples/scaling.rs` and prints those that grow the fastest.
///
/// # Errors
/// When valgrind is missing, a step fails, or a count grows faster than the text.
pub(crate) fn run(repository: &Path, steps: &mut Steps) -> Result<(), String> {
    let program = Program {
        target: &["--package", "helpdex-import", "--example", "scaling"],
        path: "examples/scaling",
    };
    let program = program.build(repository, steps)?;
    let mut growths = count(&program, steps, BYTES, &[])?;
    print_fastest(&growths);
    growths.retain(|growth| growth.factor > SUSPICIOUS_GROWTH);
    if growths.is_empty() {
        return Ok(());
    }
    let suspects: Vec<&str> = growths.iter().map(|growth| &*growth.shape).collect();
    let mut growths = count(&program, steps, LONG_BYTES, &suspects)?;
    print_fastest(&growths);
    growths.retain(|growth| growth.factor > MAX_GROWTH);
    if growths.is_empty() {
        return Ok(());
    }
    let above: Vec<&str> = growths.iter().map(|growth| &*growth.shape).collect();
    Err(format!(
        "twice the text takes over {MAX_GROWTH} times the instructions: {above:?}; bound what is searched for each place"
    ))
}

/// Counts these shapes, or all without a name, and returns their growth, fastest first.
fn count(
    program: &Built,
    steps: &mut Steps,
    bytes: usize,
    shapes: &[&str],
) -> Result<Vec<Growth>, String> {
    let bytes = bytes.to_string();
    let arguments: Vec<&str> = [bytes.as_str()]
        .into_iter()
        .chain(shapes.iter().copied())
        .collect();
    let counts = program.count(steps, &arguments)?;
    let mut growths = Vec::new();
    for (index, shape) in counts.printed.lines().enumerate() {
        // The first part is what comes before the readings; each shape then has two.
        let once = counts.part(2 * index + 2)?;
        let twice = counts.part(2 * index + 3)?;
        growths.push(Growth {
            shape: shape.to_owned(),
            factor: ratio(twice, once),
        });
    }
    if growths.is_empty() {
        return Err("no shape was counted; see the output of the program".into());
    }
    growths.sort_by(|a, b| b.factor.total_cmp(&a.factor));
    Ok(growths)
}

fn print_fastest(growths: &[Growth]) {
    println!("\n{} shapes; those that grow the fastest:", growths.len());
    for Growth { shape, factor } in growths.iter().take(10) {
        println!("{factor:6.2}  {shape}");
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a ratio is compared to two digits"
)]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
