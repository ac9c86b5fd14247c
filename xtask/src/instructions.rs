//! Counts the instructions of building and answering and compares them with a budget: a guard of speed without a clock.
//!
//! callgrind counts them. The count is the same on a fast and on a busy machine, except for memory functions that depend
//! on the processor and for the seeds of hash maps.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::callgrind::Program;
use crate::steps::Steps;

/// The names of the counts of `benches/src/bin/instructions.rs`, in its order.
const QUESTIONS: [&str; 4] = [
    "build the English sample corpus",
    "suggest, 5 words",
    "suggest, 100 words",
    "suggest, 500 words",
];

const BUDGET: &str = "benches/instructions.json";

/// The share by which a count may exceed its budget. Two runs differ by up to 0.1%; with a glibc without AVX2 and ERMS
/// a count is up to 1.8% lower (building the English sample corpus: 1.2e9).
const TOLERANCE: f64 = 0.05;
/// The share by which a count must be below its budget for the budget to be lowered, so that the gain is kept.
const WORTH_LOWERING: f64 = 0.15;

/// The choice between checking the budget and replacing it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    Keep,
    Update,
}

/// Counts the instructions that the counted programs execute, and prints the counts beside their budgets, or writes
/// them as the new budget.
///
/// # Errors
/// When valgrind is missing, a step fails, or a count is above its budget.
pub(crate) fn run(repository: &Path, steps: &mut Steps, budget: Budget) -> Result<(), String> {
    let counts = count(repository, steps)?;
    let path = repository.join(BUDGET);
    if budget == Budget::Update {
        let json = serde_json::to_string_pretty(&counts).map_err(|e| e.to_string())?;
        return fs::write(&path, json + "\n").map_err(|e| format!("cannot write {BUDGET}: {e}"));
    }
    let budgets = fs::read_to_string(&path).map_err(|e| format!("cannot read {BUDGET}: {e}"))?;
    let budgets: BTreeMap<String, u64> =
        serde_json::from_str(&budgets).map_err(|e| format!("cannot read {BUDGET}: {e}"))?;
    let (mut above, mut below) = (Vec::new(), Vec::new());
    println!("\n{:32} {:>15} {:>15}", "instructions", "counted", "budget");
    for (question, &counted) in &counts {
        let Some(&budget) = budgets.get(*question) else {
            return Err(format!(
                "{BUDGET} has no budget for {question:?}; run cargo xtask instructions --update"
            ));
        };
        let change = change(counted, budget);
        println!(
            "{question:32} {counted:15} {budget:15} {:+6.1}%",
            100.0 * change
        );
        if change > TOLERANCE {
            above.push(*question);
        }
        if change < -WORTH_LOWERING {
            below.push(*question);
        }
    }
    if !below.is_empty() {
        println!("far below budget: {below:?}; keep that with cargo xtask instructions --update");
    }
    if above.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{above:?} takes over {:.0}% more instructions than {BUDGET} has; make it faster, or say in the commit why it is \
         worth that and run cargo xtask instructions --update",
        100.0 * TOLERANCE
    ))
}

#[expect(clippy::cast_precision_loss, reason = "a share is printed to 0.1%")]
fn change(counted: u64, budget: u64) -> f64 {
    counted as f64 / budget as f64 - 1.0
}

fn count(repository: &Path, steps: &mut Steps) -> Result<BTreeMap<&'static str, u64>, String> {
    let program = Program {
        target: &["--package", "helpdex-benches", "--bin", "instructions"],
        path: "instructions",
    };
    let counts = program.build(repository, steps)?.count(steps, &[])?;
    (1..)
        .zip(QUESTIONS)
        .map(|(number, question)| Ok((question, counts.part(2 * number)?)))
        .collect()
}
