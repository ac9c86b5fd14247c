//! The list of denied articles, which nobody may see in any generation: a file beside the generations.
//!
//! It is the first file that a knowledge base gets, even when it is empty, and says who owns the knowledge base. So
//! when it is missing, something was lost, and nobody knows what was denied.
//!
//! An article that is allowed again stays denied in older generations: a process that has to fall back to one of them
//! does not show what was denied after it was published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::storage::checked_json;
use crate::storage::files::Access;
use crate::storage::identity::Owner;
use crate::storage::log_head::{LogHome, LogMark};
use crate::storage::store::Store;

/// The name of the file that lists the denied articles.
pub(crate) const DENY_LIST_FILE: &str = "denied.json";

/// The version of the file's format. It must only increase when the file changes its meaning, because the file names
/// the owner of a knowledge base, which `repair` must be able to read whatever version wrote the other files.
const FORMAT_VERSION: u32 = 1;

const REMEDY: &str = "so that nothing can be shown; restore it from a copy, or repair the knowledge base, which denies what \
                      was denied at the newest publish";

/// The denied articles. A manifest stores the list as of its publish.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct DenyList {
    version: Version,
    /// The denied articles by id, each with the first generation that may show it again; `None`: no generation may.
    denied: BTreeMap<String, Option<u64>>,
    /// Entries for generations before this one may have been dropped, so that the list does not say what those may not
    /// show.
    #[serde(default)]
    forgotten_before: u64,
}

/// The version of a list, which tells older and newer lists apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Version {
    /// The number of times that the list was lost and started anew.
    incarnation: u64,
    /// The number of changes since the list was last started anew.
    changes: u64,
}

/// The content of the file that lists the denied articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DenyListFile {
    format_version: u32,
    pub owner: Owner,
    /// The access rights of new files of the knowledge base.
    pub access: Access,
    pub list: DenyList,
}

impl DenyListFile {
    pub(crate) fn new(owner: Owner, access: Access, list: DenyList) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            owner,
            access,
            list,
        }
    }

    /// Reads the file of a knowledge base; `None` when there is none.
    ///
    /// `None` where there is no such file.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged) when it is damaged: what it denied is not known then, and nothing may be
    /// shown. [`Storage`](ErrorKind::Storage).
    pub(crate) fn read(store: &Store) -> Result<Option<Self>> {
        let Some(bytes) = store.read_if_there(DENY_LIST_FILE)? else {
            return Ok(None);
        };
        match checked_json::read::<Self>(&bytes) {
            Ok(file) if file.format_version == FORMAT_VERSION => Ok(Some(file)),
            _ => Err(unusable(store, "is damaged or of another version")),
        }
    }

    /// Returns the data with which a log of this knowledge base is opened.
    pub(crate) fn log_home(&self, published: Option<LogMark>) -> LogHome {
        LogHome {
            owner: self.owner.clone(),
            access: self.access,
            published,
        }
    }

    /// Writes the file. When this returns, it survives a crash and a power cut.
    pub(crate) fn write(&self, store: &Store) -> Result<()> {
        store.write(DENY_LIST_FILE, &checked_json::write(self)?)
    }

    /// Refuses a list that is older than the one in the published manifest.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged).
    pub(crate) fn check_published(&self, published: &DenyList, store: &Store) -> Result<()> {
        if self.list.version < published.version {
            return Err(unusable(store, "is older than what was published"));
        }
        Ok(())
    }

    /// Refuses a list that is older than one that this process has seen before.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged).
    pub(crate) fn check_seen(&self, seen: &DenyList, store: &Store) -> Result<()> {
        if self.list.version < seen.version {
            let error = Error::new(
                ErrorKind::Damaged,
                "the folder was restored from before something was denied or allowed; restore a later copy, or deny it again and \
                 open the knowledge base anew",
            );
            return Err(store.at_file(DENY_LIST_FILE, error));
        }
        Ok(())
    }
}

/// Returns the error for a list that is missing although there is a knowledge base.
pub(crate) fn missing(store: &Store) -> Error {
    unusable(store, "is missing")
}

fn unusable(store: &Store, what: &str) -> Error {
    let message = format!("the list of denied articles {what}, {REMEDY}");
    let error = Error::new(ErrorKind::Damaged, message);
    store.at_file(DENY_LIST_FILE, error)
}

impl DenyList {
    /// Returns the list that replaces a lost one, of which this is the last known state. Readers that have seen a later
    /// list accept it too.
    pub(crate) fn begun_anew(mut self) -> Self {
        self.version.incarnation += 1;
        self
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Denies articles, and returns how many were not denied before.
    pub(crate) fn deny<S: AsRef<str>>(&mut self, ids: impl IntoIterator<Item = S>) -> usize {
        self.version.changes += 1;
        let mut added = 0;
        for id in ids {
            let before = self.denied.insert(id.as_ref().to_owned(), None);
            added += usize::from(before != Some(None));
        }
        added
    }

    /// Allows articles from `generation` on, and returns how many were denied before.
    pub(crate) fn allow<S: AsRef<str>>(
        &mut self,
        ids: impl IntoIterator<Item = S>,
        generation: u64,
    ) -> usize {
        self.version.changes += 1;
        let mut allowed = 0;
        for id in ids {
            if let Some(until @ None) = self.denied.get_mut(id.as_ref()) {
                *until = Some(generation);
                allowed += 1;
            }
        }
        allowed
    }

    /// Drops the entries of articles that are allowed again from generation `oldest` or an earlier one on, because no
    /// generation before `oldest` is left.
    pub(crate) fn forget_before(&mut self, oldest: u64) {
        self.denied
            .retain(|_, until| until.is_none_or(|until| until > oldest));
        self.forgotten_before = self.forgotten_before.max(oldest);
    }

    /// Whether the list may lack entries for articles that this generation may not show.
    pub(crate) fn has_forgotten(&self, generation: u64) -> bool {
        generation < self.forgotten_before
    }

    /// Whether the list has an entry for an article: that it is denied, or from when on it is allowed.
    pub(crate) fn names(&self, id: &str) -> bool {
        self.denied.contains_key(id)
    }

    /// Returns the ids of the articles that no generation may show, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.denied
            .iter()
            .filter(|(_, until)| until.is_none())
            .map(|(id, _)| id.as_str())
    }

    /// Returns the ids of the articles that this generation may not show, in order.
    pub(crate) fn ids_in(&self, generation: u64) -> impl Iterator<Item = &str> {
        self.denied
            .iter()
            .filter(move |(_, until)| until.is_none_or(|until| generation < until))
            .map(|(id, _)| id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_again_stays_denied_in_generations_from_before() {
        let mut list = DenyList::default();
        assert_eq!(list.deny(["a", "b", "a"]), 2);
        assert_eq!(list.deny(["b"]), 0);
        assert_eq!(list.allow(["a", "c"], 7), 1);
        assert_eq!(list.allow(["a"], 8), 0);
        assert_eq!(list.ids().collect::<Vec<_>>(), ["b"]);
        assert_eq!(list.ids_in(6).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(list.ids_in(7).collect::<Vec<_>>(), ["b"]);
        assert!(!list.has_forgotten(6));
        list.forget_before(7);
        assert!(list.has_forgotten(6) && !list.has_forgotten(7));
        assert_eq!(list.ids_in(6).collect::<Vec<_>>(), ["b"]);
        assert_eq!(list.deny(["a"]), 1);
    }

    #[test]
    fn every_flipped_bit_of_the_list_is_found() {
        let store = Store::in_memory();
        assert_eq!(DenyListFile::read(&store).unwrap(), None);
        let owner = Owner::example();
        let mut list = DenyList::default();
        list.deny(["a"]);
        let file = DenyListFile::new(owner, Access::Owner, list);
        file.write(&store).unwrap();
        assert_eq!(DenyListFile::read(&store).unwrap().unwrap(), file);
        let bytes = store.read(DENY_LIST_FILE).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            store.write(DENY_LIST_FILE, &flipped).unwrap();
            let error = DenyListFile::read(&store).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Damaged, "bit {bit}");
        }
    }

    #[test]
    fn an_older_list_is_told_from_a_newer_one_and_from_one_that_was_begun_anew() {
        let store = Store::in_memory();
        let owner = Owner::example();
        let file = |list: &DenyList| DenyListFile::new(owner.clone(), Access::Owner, list.clone());
        let first = DenyList::default();
        let mut second = first.clone();
        second.deny(["a"]);
        let anew = first.clone().begun_anew();
        for (list, seen, is_fine) in [
            (&first, &first, true),
            (&second, &first, true),
            (&first, &second, false),
            (&anew, &second, true),
            (&second, &anew, false),
        ] {
            assert_eq!(file(list).check_seen(seen, &store).is_ok(), is_fine);
            assert_eq!(file(list).check_published(seen, &store).is_ok(), is_fine);
        }
    }
}
