//! Articles that nobody is to see any more, whatever generation is read: a file beside the generations.
//!
//! An article that is allowed again stays denied in the generations that were published before: who has to fall back to one
//! of them does not show what was denied since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::checked_json;
use super::store::Store;
use crate::{Error, ErrorKind, Result};

/// The file that lists them; none are denied where it is missing.
pub(crate) const DENY_LIST_FILE: &str = "denied.json";

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct DenyList {
    /// By id, the first generation that may show it again; `None`: no one may.
    denied: BTreeMap<String, Option<u64>>,
}

impl DenyList {
    /// # Errors
    /// [`IndexFormat`](ErrorKind::IndexFormat) when it is damaged: what it denied is not known then, and nothing may be
    /// shown. [`Storage`](ErrorKind::Storage).
    pub(crate) fn read(store: &Store) -> Result<Self> {
        let Some(bytes) = store.read_if_there(DENY_LIST_FILE)? else {
            return Ok(Self::default());
        };
        checked_json::read(&bytes).map_err(|_| {
            let error = Error::new(
                ErrorKind::IndexFormat,
                "the list of denied articles is damaged or of another version, so that nothing can be shown; remove the \
                 file and deny the articles again",
            );
            store.at_file(DENY_LIST_FILE, error)
        })
    }

    /// When this returns, the list survives a crash and a power cut.
    pub(crate) fn write(&self, store: &Store) -> Result<()> {
        store.write(DENY_LIST_FILE, &checked_json::write(self)?)
    }

    /// Returns how many were not denied.
    pub(crate) fn deny<S: AsRef<str>>(&mut self, ids: impl IntoIterator<Item = S>) -> usize {
        let mut added = 0;
        for id in ids {
            let before = self.denied.insert(id.as_ref().to_owned(), None);
            added += usize::from(before != Some(None));
        }
        added
    }

    /// Allows them from `generation` on, and returns how many were denied.
    pub(crate) fn allow<S: AsRef<str>>(
        &mut self,
        ids: impl IntoIterator<Item = S>,
        generation: u64,
    ) -> usize {
        let mut allowed = 0;
        for id in ids {
            if let Some(until @ None) = self.denied.get_mut(id.as_ref()) {
                *until = Some(generation);
                allowed += 1;
            }
        }
        allowed
    }

    /// Forgets what was allowed again from `oldest` on or before: no older generation is left.
    pub(crate) fn forget_before(&mut self, oldest: u64) {
        self.denied
            .retain(|_, until| until.is_none_or(|until| until > oldest));
    }

    /// The articles that no generation may show, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.denied
            .iter()
            .filter(|(_, until)| until.is_none())
            .map(|(id, _)| id.as_str())
    }

    /// The articles that this generation may not show, in order.
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
        list.forget_before(7);
        assert_eq!(list.ids_in(6).collect::<Vec<_>>(), ["b"]);
        assert_eq!(list.deny(["a"]), 1);
    }

    #[test]
    fn every_flipped_bit_of_the_list_is_found() {
        let store = Store::in_memory();
        assert_eq!(DenyList::read(&store).unwrap(), DenyList::default());
        let mut list = DenyList::default();
        list.deny(["a"]);
        list.write(&store).unwrap();
        assert_eq!(DenyList::read(&store).unwrap(), list);
        let bytes = store.read(DENY_LIST_FILE).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            store.write(DENY_LIST_FILE, &flipped).unwrap();
            let error = DenyList::read(&store).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::IndexFormat, "bit {bit}");
        }
    }
}
