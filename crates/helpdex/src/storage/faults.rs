//! A failing disk for tests: it makes chosen operations of this thread fail, refuses to remove open files, and knows
//! what a power cut would leave.
//!
//! The operations go to a real folder. In addition, the disk remembers what was synced: the names in each folder and
//! the bytes of each file. A power cut keeps that. How much of later changes it keeps, the [`Dice`] decide: for each
//! name that was added or removed since, and for the bytes of each file, which may be complete, torn, or zeros.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::storage::dice::Dice;
use crate::storage::operation::{Action, Operation, parent};

thread_local! {
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
    static OPEN: RefCell<BTreeMap<PathBuf, usize>> = const { RefCell::new(BTreeMap::new()) };
}

/// The way in which an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The device fails: EIO.
    Device,
    /// No space is left on the device: ENOSPC.
    Full,
    /// The operation is not allowed: EACCES.
    Forbidden,
    /// Half of the bytes are written, and then no space is left. Operations other than writing fail as a whole.
    ShortWrite,
    /// The file system can only be read: EROFS.
    ReadOnly,
}

impl Fault {
    /// The faults of a disk that can be written.
    pub(crate) const ALL: [Self; 4] = [Self::Device, Self::Full, Self::Forbidden, Self::ShortWrite];

    fn error(self) -> io::Error {
        io::Error::from_raw_os_error(match self {
            Self::Device => 5,
            Self::Full | Self::ShortWrite => 28,
            Self::Forbidden => 13,
            Self::ReadOnly => 30,
        })
    }
}

/// The operations that fail, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    None,
    /// The operation with this number fails, and no other.
    At(usize, Fault),
    /// The operation with this number and all that follow fail.
    From(usize, Fault),
    /// All operations that would change something fail with EROFS: the disk is read-only.
    ReadOnly,
}

/// The disk below the folder `root`, for the operations of this thread until it is dropped.
pub(crate) struct FaultyDisk {
    root: PathBuf,
}

struct Disk {
    root: PathBuf,
    plan: Plan,
    refuses_to_remove_open_files: bool,
    done: usize,
    failed: usize,
    last: String,
    /// The current name of each file and folder, with its index in `nodes`.
    names: BTreeMap<PathBuf, usize>,
    synced_names: BTreeMap<PathBuf, usize>,
    /// The changes of names since their folder was last synced, oldest first.
    unsynced: Vec<Renaming>,
    nodes: Vec<Node>,
}

/// A file or folder, identified independently of its name.
struct Node {
    is_folder: bool,
    synced: Vec<u8>,
    /// The bytes of a file when it lost its name; `None` while they are on the disk.
    last: Option<Vec<u8>>,
}

#[derive(Clone)]
struct Renaming {
    folder: PathBuf,
    removed: Option<PathBuf>,
    added: Option<(PathBuf, usize)>,
}

impl FaultyDisk {
    /// Starts a disk. Files that already lie below `root` count as synced.
    pub(crate) fn below(root: &Path) -> Self {
        let mut disk = Disk {
            root: root.to_owned(),
            plan: Plan::None,
            refuses_to_remove_open_files: false,
            done: 0,
            failed: 0,
            last: String::new(),
            names: BTreeMap::new(),
            synced_names: BTreeMap::new(),
            unsynced: Vec::new(),
            nodes: Vec::new(),
        };
        disk.read_in(root);
        disk.synced_names = disk.names.clone();
        DISK.set(Some(disk));
        Self {
            root: root.to_owned(),
        }
    }

    /// Restarts the count of operations at 1, and makes operations fail by this plan.
    pub(crate) fn fail(&self, plan: Plan) {
        self.with(|disk| (disk.plan, disk.done, disk.failed) = (plan, 0, 0));
    }

    pub(crate) fn refuse_to_remove_open_files(&self) {
        self.with(|disk| disk.refuses_to_remove_open_files = true);
    }

    /// Returns the number of operations that were requested since the plan was set.
    pub(crate) fn done(&self) -> usize {
        self.with(|disk| disk.done)
    }

    /// Returns the number of operations that failed since the plan was set.
    pub(crate) fn failed(&self) -> usize {
        self.with(|disk| disk.failed)
    }

    /// Returns the name of the last operation that failed.
    pub(crate) fn last(&self) -> String {
        self.with(|disk| disk.last.clone())
    }

    /// Leaves the files below the root in the state after a power cut. Drop all handles with open files first.
    pub(crate) fn cut_power(&self, dice: &mut Dice) {
        self.with(|disk| disk.cut_power(dice));
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Disk) -> T) -> T {
        DISK.with_borrow_mut(|disk| {
            let disk = disk.as_mut().filter(|disk| disk.root == self.root);
            use_it(disk.expect("a thread has one faulty disk at a time"))
        })
    }
}

impl Drop for FaultyDisk {
    fn drop(&mut self) {
        DISK.set(None);
    }
}

impl Action<'_> {
    /// Whether the operation needs more than reading; a lock needs a file that can be written.
    fn writes(self) -> bool {
        !matches!(self, Self::List | Self::LookFor | Self::Open | Self::Read)
    }
}

/// Runs the operation, unless the plan makes it fail.
pub(super) fn run<T>(
    operation: &Operation<'_>,
    operate: impl FnOnce() -> io::Result<T>,
) -> io::Result<T> {
    let fault = DISK.with_borrow_mut(|disk| disk.as_mut()?.fault(operation));
    match fault {
        Some(Fault::ShortWrite) if matches!(operation.action, Action::Write) => {
            let before = size_bytes(operation.path);
            operate()?;
            let file = fs::File::options().write(true).open(operation.path)?;
            file.set_len(u64::midpoint(before, size_bytes(operation.path)))?;
            return Err(Fault::ShortWrite.error());
        }
        Some(fault) => return Err(fault.error()),
        None => {}
    }
    DISK.with_borrow_mut(|disk| {
        if let Some(disk) = disk {
            disk.before(operation);
        }
    });
    let done = operate()?;
    DISK.with_borrow_mut(|disk| {
        if let Some(disk) = disk {
            disk.after(operation);
        }
    });
    Ok(done)
}

/// Returns the size of a file, in bytes; 0 if it is missing.
fn size_bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

fn is_open(path: &Path) -> bool {
    OPEN.with_borrow(|open| open.get(path).is_some_and(|count| *count > 0))
}

pub(super) fn opened(path: &Path) {
    OPEN.with_borrow_mut(|open| *open.entry(path.to_owned()).or_default() += 1);
}

pub(super) fn closed(path: &Path) {
    OPEN.with_borrow_mut(|open| {
        if let Some(count) = open.get_mut(path) {
            *count -= 1;
        }
    });
}

impl Disk {
    fn fault(&mut self, operation: &Operation<'_>) -> Option<Fault> {
        if !operation.path.starts_with(&self.root) {
            return None;
        }
        self.done += 1;
        let fault = match self.plan {
            Plan::At(at, fault) if at == self.done => Some(fault),
            Plan::From(from, fault) if from <= self.done => Some(fault),
            Plan::ReadOnly if operation.action.writes() => Some(Fault::ReadOnly),
            _ if self.refuses_to_remove_open_files
                && matches!(operation.action, Action::Remove)
                && is_open(operation.path) =>
            {
                Some(Fault::Forbidden)
            }
            _ => None,
        };
        if fault.is_some() {
            self.failed += 1;
            self.last = format!("{} {}", operation.action, operation.path.display());
        }
        fault
    }

    /// Keeps the bytes of a file that is about to lose its name.
    fn before(&mut self, operation: &Operation<'_>) {
        if let (Action::Remove | Action::RenameFrom(_), Some(node)) =
            (operation.action, self.names.get(operation.path))
        {
            self.nodes[*node].last = fs::read(operation.path).ok();
        }
    }

    fn after(&mut self, operation: &Operation<'_>) {
        let path = operation.path;
        if !path.starts_with(&self.root) {
            return;
        }
        match operation.action {
            Action::MakeFolder => self.add(path, true),
            Action::Create | Action::OpenToAppend => self.add(path, false),
            Action::RenameFrom(from) => {
                let node = self.names.remove(from);
                self.names.extend(node.map(|node| (path.to_owned(), node)));
                self.unsynced.push(Renaming {
                    folder: parent(path).to_owned(),
                    removed: Some(from.to_owned()),
                    added: node.map(|node| (path.to_owned(), node)),
                });
            }
            Action::Remove => {
                if self.names.remove(path).is_some() {
                    self.unsynced.push(Renaming {
                        folder: parent(path).to_owned(),
                        removed: Some(path.to_owned()),
                        added: None,
                    });
                }
            }
            Action::Sync => {
                if let Some(node) = self.names.get(path) {
                    self.nodes[*node].synced = fs::read(path).unwrap_or_default();
                }
            }
            Action::SyncFolder => {
                for renaming in std::mem::take(&mut self.unsynced) {
                    if renaming.folder == path {
                        renaming.apply(&mut self.synced_names);
                    } else {
                        self.unsynced.push(renaming);
                    }
                }
            }
            Action::List
            | Action::LookFor
            | Action::Open
            | Action::Read
            | Action::Write
            | Action::Cut
            | Action::Lock => {}
        }
    }

    fn add(&mut self, path: &Path, is_folder: bool) {
        if self.names.contains_key(path) {
            return;
        }
        let node = self.nodes.len();
        self.nodes.push(Node {
            is_folder,
            synced: Vec::new(),
            last: None,
        });
        self.names.insert(path.to_owned(), node);
        self.unsynced.push(Renaming {
            folder: parent(path).to_owned(),
            removed: None,
            added: Some((path.to_owned(), node)),
        });
    }

    fn read_in(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("the folder of a test can be read") {
            let path = entry.expect("the folder of a test can be read").path();
            let is_folder = path.is_dir();
            self.names.insert(path.clone(), self.nodes.len());
            self.nodes.push(Node {
                is_folder,
                synced: if is_folder {
                    Vec::new()
                } else {
                    fs::read(&path).expect("the files of a test can be read")
                },
                last: None,
            });
            if is_folder {
                self.read_in(&path);
            }
        }
    }

    fn cut_power(&mut self, dice: &mut Dice) {
        let mut left = self.synced_names.clone();
        for renaming in std::mem::take(&mut self.unsynced) {
            if dice.keeps() {
                renaming.apply(&mut left);
            }
        }
        let mut bytes = BTreeMap::new();
        for (path, node) in &left {
            let node_of_path = &self.nodes[*node];
            if !node_of_path.is_folder {
                let named = self.names.iter().find(|(_, other)| *other == node);
                let now = match named {
                    Some((path, _)) => fs::read(path).unwrap_or_default(),
                    None => node_of_path.last.clone().unwrap_or_default(),
                };
                bytes.insert(
                    path.clone(),
                    dice.after_power_cut(&node_of_path.synced, now),
                );
            }
        }
        let folders: BTreeSet<PathBuf> = left
            .iter()
            .filter(|(_, node)| self.nodes[**node].is_folder)
            .map(|(path, _)| path.clone())
            .collect();
        fs::remove_dir_all(&self.root).expect("the folder of a test can be removed");
        fs::create_dir(&self.root).expect("the folder of a test can be made");
        for folder in &folders {
            if self.is_reached(folder, &folders) {
                fs::create_dir(folder).expect("the folder of a test can be made");
            }
        }
        for (path, bytes) in &bytes {
            if self.is_reached(path, &folders) {
                fs::write(path, bytes).expect("a file of a test can be written");
            }
        }
        (self.names, self.nodes) = (BTreeMap::new(), Vec::new());
        let root = self.root.clone();
        self.read_in(&root);
        self.synced_names = self.names.clone();
    }

    /// Whether all folders above a path are among `folders`.
    fn is_reached(&self, path: &Path, folders: &BTreeSet<PathBuf>) -> bool {
        path.ancestors()
            .skip(1)
            .take_while(|folder| *folder != self.root)
            .all(|folder| folders.contains(folder))
    }
}

impl Renaming {
    fn apply(self, names: &mut BTreeMap<PathBuf, usize>) {
        let Self { removed, added, .. } = self;
        if let (Some(removed), Some((_, node))) = (&removed, &added)
            && names.get(removed) != Some(node)
        {
            // What was to be renamed never came to the disk.
            return;
        }
        if let Some(removed) = removed {
            names.remove(&removed);
        }
        names.extend(added);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::dice::Luck;
    use crate::storage::files::{self, Access, File};

    fn after_power_cut(luck: Luck, act: impl FnOnce(&Path)) -> Vec<(String, Vec<u8>)> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("old"), "old").expect("a file is written");
        let disk = FaultyDisk::below(folder.path());
        act(folder.path());
        disk.cut_power(&mut Dice::new(1, luck));
        let names = files::list(folder.path()).expect("the folder is read");
        names
            .into_iter()
            .map(|name| {
                let bytes = fs::read(folder.path().join(&name)).expect("a file is read");
                (name, bytes)
            })
            .collect()
    }

    #[test]
    fn a_power_cut_leaves_what_was_synced_and_no_more() {
        let write = |folder: &Path| -> crate::error::Result<()> {
            let mut file = File::create(&folder.join("new"), Access::Owner)?;
            file.write(b"one")?;
            file.sync()?;
            files::sync_folder(folder)?;
            file.write(b" two")?;
            files::rename(&folder.join("old"), &folder.join("renamed"))?;
            File::create(&folder.join("never"), Access::Owner)?.write(b"x")
        };
        let bad = after_power_cut(Luck::Bad, |folder| write(folder).expect("it works"));
        let expected = [("new", "one"), ("old", "old")];
        assert_eq!(
            bad,
            expected.map(|(name, bytes)| (name.into(), bytes.into()))
        );
        let good = after_power_cut(Luck::Good, |folder| write(folder).expect("it works"));
        let expected = [("never", "x"), ("new", "one two"), ("renamed", "old")];
        assert_eq!(
            good,
            expected.map(|(name, bytes)| (name.into(), bytes.into()))
        );
    }

    #[test]
    fn a_file_that_was_written_whole_is_there_after_a_power_cut() {
        let files = after_power_cut(Luck::Bad, |folder| {
            let path = folder.join("old");
            files::write_whole(&path, &folder.join("unfinished"), b"new", Access::Owner)
                .expect("it works");
        });
        assert_eq!(files, [("old".into(), b"new".to_vec())]);
    }

    #[test]
    fn operations_fail_by_the_plan() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let disk = FaultyDisk::below(folder.path());
        let path = folder.path().join("file");
        for fault in Fault::ALL {
            disk.fail(Plan::At(2, fault));
            let mut file = File::create(&path, Access::Owner).expect("the first operation works");
            let error = file.write(b"four").expect_err("the second fails");
            let is_short = fault == Fault::ShortWrite;
            assert_eq!(
                fs::read(&path).expect("read").len(),
                if is_short { 2 } else { 0 }
            );
            assert_eq!(error.kind(), crate::error::ErrorKind::Storage);
            file.write(b"four").expect("the third works");
            assert_eq!((disk.done(), disk.failed()), (3, 1));
        }
        disk.refuse_to_remove_open_files();
        disk.fail(Plan::None);
        let open = File::open(&path).expect("it is there");
        files::remove(&path).expect_err("it is open");
        drop(open);
        files::remove(&path).expect("it is closed");
    }
}
