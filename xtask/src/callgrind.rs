//! Counts the instructions of a program of the workspace with callgrind.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::Steps;

/// A program of the workspace that calls its function `mark` at the end of each part to count.
pub(crate) struct Program {
    /// The arguments of cargo that select the program.
    pub target: &'static [&'static str],
    /// The path of the program below the folder of release builds. Its file name is the module that has the function
    /// `mark`.
    pub path: &'static str,
}

/// A program that has been built.
pub(crate) struct Built {
    path: PathBuf,
    name: &'static str,
    /// The folder that the counts are written to.
    folder: PathBuf,
}

/// The counts of one run, in parts that end where the program calls `mark`.
pub(crate) struct Counts {
    folder: PathBuf,
    /// The output of the program.
    pub printed: String,
}

impl Program {
    /// Builds the program for release.
    ///
    /// # Errors
    /// When valgrind is missing or the build fails.
    pub(crate) fn build(&self, repository: &Path, steps: &mut Steps) -> Result<Built, String> {
        check_valgrind()?;
        let mut cargo = Command::new(env!("CARGO"));
        let build = cargo.args(["build", "--release"]).args(self.target);
        steps.run("build of what is counted", build.current_dir(repository))?;
        let release = repository.join("target/release");
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        Ok(Built {
            path: release.join(self.path),
            name,
            folder: release.join(format!("{name}-counted")),
        })
    }
}

impl Built {
    /// Runs the program with these arguments and counts its instructions.
    ///
    /// # Errors
    /// When a file cannot be written or the run fails.
    pub(crate) fn count(&self, steps: &mut Steps, arguments: &[&str]) -> Result<Counts, String> {
        // Files of an earlier run are not counts of this one.
        let _ = fs::remove_dir_all(&self.folder);
        fs::create_dir_all(&self.folder).map_err(|e| cannot("make", &self.folder, &e))?;
        let path = self.folder.join("printed");
        let file = File::create(&path).map_err(|e| cannot("make", &path, &e))?;
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--quiet", "--tool=callgrind", "--callgrind-out-file=counts"])
            .arg(format!("--dump-before={}::mark", self.name))
            .arg(&self.path)
            .args(arguments)
            .current_dir(&self.folder)
            .stdout(file);
        steps.run("count of instructions", &mut valgrind)?;
        let printed = fs::read_to_string(&path).map_err(|e| cannot("read", &path, &e))?;
        Ok(Counts {
            folder: self.folder.clone(),
            printed,
        })
    }
}

impl Counts {
    /// Returns the number of instructions of a part; the first part has number 1.
    ///
    /// # Errors
    /// When callgrind wrote no such part.
    pub(crate) fn part(&self, number: usize) -> Result<u64, String> {
        let path = self.folder.join(format!("counts.{number}"));
        let counts = fs::read_to_string(&path).map_err(|e| cannot("read", &path, &e))?;
        counts
            .lines()
            .find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok())
            .ok_or_else(|| format!("{} has no line of totals", path.display()))
    }
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {verb} {}: {error}", path.display())
}

fn check_valgrind() -> Result<(), String> {
    let valgrind = Command::new("valgrind").arg("--version").output();
    if valgrind.is_ok_and(|done| done.status.success()) {
        return Ok(());
    }
    Err("valgrind is missing; install it (Debian and Ubuntu: apt-get install valgrind)".into())
}
