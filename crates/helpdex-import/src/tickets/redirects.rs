//! Addresses that lead to articles of other addresses: moved pages, and short links.

use std::collections::BTreeMap;

use crate::web_address::Address;

/// The place to which an address leads.
#[derive(Debug)]
pub(super) enum Target {
    /// Another address; its host is "" for one of the help center.
    Page(Address),
    /// The article of this place.
    Article(usize),
}

#[derive(Debug, Default)]
pub(super) struct Redirects {
    by_page: BTreeMap<String, Target>,
    /// Those of the help center itself, by their paths.
    by_path: BTreeMap<String, Target>,
}

impl Redirects {
    /// Adds an address; the last target of one counts.
    pub(super) fn add(&mut self, from: &Address, target: Target) {
        if from.host.is_empty() {
            self.by_path.insert(from.path.join("/"), target);
        } else {
            self.by_page.insert(from.page(), target);
        }
    }

    /// Returns the target of an address. A path of the help center is the end of one on its hosts, as the help center may lie
    /// in a folder of its host.
    pub(super) fn target(&self, address: &Address, is_own_host: bool) -> Option<&Target> {
        let by_page = self.by_page.get(&address.page());
        by_page.or_else(|| {
            let starts = if is_own_host { address.path.len() } else { 0 };
            (0..starts).find_map(|start| self.by_path.get(&address.path[start..].join("/")))
        })
    }
}
