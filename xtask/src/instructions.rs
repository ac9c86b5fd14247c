//! How many instructions building and answering take, held against a budget: a guard of speed that needs no clock.
//!
//! callgrind counts them. The count is the same on a fast machine and on a busy one, but for memory functions that
//! follow the processor and the seeds of hash maps.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::Steps;

/// What `benches/src/bin/instructions.rs` counts, in its order.
const QUESTIONS: [&str; 4] = [
    "build the English sample corpus",
    "suggest, 5 words",
    "suggest, 100 words",
    "suggest, 500 words",
];

const BUDGET: &str = "benches/instructions.json";

/// By how much a count may be above its budget. Two runs differ by up to 0.1%; a glibc that is kept from AVX2 and ERMS
/// takes up to 1.8% fewer (building the English sample corpus: 1.2e9).
const TOLERANCE: f64 = 0.05;
/// A count so far below its budget is worth a lower budget, so that the gain is kept.
const WORTH_LOWERING: f64 = 0.15;

/// Whether the budget is kept or written anew.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    Keep,
    Update,
}

/// Counts, prints the counts beside their budgets, and writes them as the budget where asked.
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
    let counts = Counts::of(
        repository,
        steps,
        &["--package", "helpdex-benches", "--bin", "instructions"],
        "instructions",
    )?;
    (1..)
        .zip(QUESTIONS)
        .map(|(number, question)| Ok((question, counts.part(2 * number)?)))
        .collect()
}

/// What callgrind counted of a program, in parts that end where it calls its function `mark`.
pub(crate) struct Counts {
    folder: PathBuf,
    /// What the program printed.
    pub printed: String,
}

impl Counts {
    /// Builds the `target` of the workspace for release and counts it. `program` is its path below the folder of release
    /// builds, and its file name is the module that has the function `mark`.
    ///
    /// # Errors
    /// When valgrind is missing or a step fails.
    pub(crate) fn of(
        repository: &Path,
        steps: &mut Steps,
        target: &[&str],
        program: &str,
    ) -> Result<Self, String> {
        check_valgrind()?;
        let mut cargo = Command::new(env!("CARGO"));
        let build = cargo.args(["build", "--release"]).args(target);
        steps.run("build of what is counted", build.current_dir(repository))?;
        let release = repository.join("target/release");
        let name = program.rsplit('/').next().unwrap_or(program);
        let folder = release.join(format!("{name}-counted"));
        let cannot = |what: &str, path: &Path, e| format!("cannot {what} {}: {e}", path.display());
        // Files of a run before are no counts of this one.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|e| cannot("make", &folder, e))?;
        let path = folder.join("printed");
        let file = fs::File::create(&path).map_err(|e| cannot("make", &path, e))?;
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--quiet", "--tool=callgrind", "--callgrind-out-file=counts"])
            .arg(format!("--dump-before={name}::mark"))
            .arg(release.join(program))
            .current_dir(&folder)
            .stdout(file);
        steps.run("count of instructions", &mut valgrind)?;
        let printed = fs::read_to_string(&path).map_err(|e| cannot("read", &path, e))?;
        Ok(Self { folder, printed })
    }

    /// The instructions of a part; the first is 1.
    pub(crate) fn part(&self, number: usize) -> Result<u64, String> {
        total(&self.folder.join(format!("counts.{number}")))
    }
}

fn check_valgrind() -> Result<(), String> {
    let valgrind = Command::new("valgrind").arg("--version").output();
    if valgrind.is_ok_and(|done| done.status.success()) {
        return Ok(());
    }
    Err("valgrind is missing: install it (Debian and Ubuntu: apt-get install valgrind)".into())
}

/// The instructions of a file that callgrind wrote.
fn total(path: &Path) -> Result<u64, String> {
    let counts =
        fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    counts
        .lines()
        .find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok())
        .ok_or_else(|| format!("{} has no line of totals", path.display()))
}
