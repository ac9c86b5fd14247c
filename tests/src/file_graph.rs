//! Finds which files of a crate use each other, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::RustSource;

/// The files of a crate, each with the files that it uses. Test modules inside a file do not count, because nothing
/// uses them.
#[derive(Debug)]
pub struct FileGraph {
    uses: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl FileGraph {
    /// Finds the uses in these sources. `root` is the folder of the crate's root file.
    #[must_use]
    pub fn new(root: &Path, sources: &[(PathBuf, String)]) -> Self {
        let modules: BTreeMap<Vec<String>, &PathBuf> = sources
            .iter()
            .map(|(file, _)| (module_path(root, file), file))
            .collect();
        let uses = sources.iter().map(|(file, text)| {
            let mut used = used_files(&modules, &module_path(root, file), text);
            used.remove(file);
            (file.clone(), used)
        });
        let uses = uses.collect();
        Self { uses }
    }

    /// Returns the groups of files that use each other, directly or by way of others; empty without a circle.
    #[must_use]
    pub fn circles(&self) -> Vec<BTreeSet<&Path>> {
        let reached: BTreeMap<&Path, BTreeSet<&Path>> = self
            .uses
            .keys()
            .map(|file| (file.as_path(), self.reached_from(file)))
            .collect();
        let mut circles = BTreeSet::new();
        for (file, others) in &reached {
            if others.contains(file) {
                let mut circle = others.clone();
                circle.retain(|other| reached[other].contains(file));
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// Returns the files of the group that `file` uses.
    #[must_use]
    pub fn used_within<'a>(&'a self, file: &Path, group: &BTreeSet<&Path>) -> Vec<&'a Path> {
        let used = self.uses.get(file).into_iter().flatten();
        used.map(PathBuf::as_path)
            .filter(|used| group.contains(used))
            .collect()
    }

    /// Returns the files that `file` uses, directly or through others.
    fn reached_from(&self, file: &Path) -> BTreeSet<&Path> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&Path> = vec![file];
        while let Some(file) = open.pop() {
            for used in self.uses.get(file).into_iter().flatten() {
                if reached.insert(used.as_path()) {
                    open.push(used);
                }
            }
        }
        reached
    }
}

/// Returns the names of the modules from the root of the crate to that of a file; empty for the root itself.
fn module_path(root: &Path, file: &Path) -> Vec<String> {
    let inner = file.strip_prefix(root).unwrap_or(file).with_extension("");
    let mut names: Vec<String> = inner
        .iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    if matches!(
        names.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        names.pop();
    }
    names
}

/// Returns the files that the paths in a module lead to.
fn used_files(
    modules: &BTreeMap<Vec<String>, &PathBuf>,
    module: &[String],
    text: &str,
) -> BTreeSet<PathBuf> {
    let source = RustSource::new(text);
    let paths = source.paths().into_iter().filter(|path| !path.is_of_tests);
    let used = paths.filter_map(|path| {
        let (base, rest) = beginning(modules, module, &path.names, path.nested)?;
        let mut reached = base;
        for name in rest {
            let below: Vec<String> = reached.iter().chain([name]).cloned().collect();
            if !modules.contains_key(&below) {
                break;
            }
            reached = below;
        }
        modules.get(&reached).map(|file| (*file).clone())
    });
    used.collect()
}

/// Returns the module at which a path begins, and the names that follow; `None` for a path into another crate or to an
/// item. `nested` is the number of modules inside the file around the path.
fn beginning<'p>(
    modules: &BTreeMap<Vec<String>, &PathBuf>,
    module: &[String],
    names: &'p [String],
    nested: usize,
) -> Option<(Vec<String>, &'p [String])> {
    match names[0].as_str() {
        "crate" => Some((Vec::new(), &names[1..])),
        "self" if nested > 0 => None,
        "self" => Some((module.to_vec(), &names[1..])),
        "super" => {
            let supers = names.iter().take_while(|name| *name == "super").count();
            let up = supers.saturating_sub(nested);
            let base = &module[..module.len().checked_sub(up)?];
            Some((base.to_vec(), &names[supers..]))
        }
        name => {
            let child: Vec<String> = module.iter().cloned().chain([name.to_owned()]).collect();
            modules.contains_key(&child).then(|| (child, &names[1..]))
        }
    }
}
