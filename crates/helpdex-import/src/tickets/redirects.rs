//! The addresses that lead to articles with other addresses: moved pages, and short links.

use std::collections::BTreeMap;

use crate::web_address::Address;

/// The target of a redirect.
#[derive(Debug)]
pub(super) enum Target {
    /// Another address; its host is "" if it is a path of the help center.
    Page(Address),
    /// The article with this index.
    Article(usize),
}

#[derive(Debug, Default)]
pub(super) struct Redirects {
    by_page: BTreeMap<String, Target>,
    /// The targets of paths of the help center, by path.
    by_path: BTreeMap<String, Target>,
}

impl Redirects {
    /// Adds a redirect; it replaces an earlier one from the same address.
    pub(super) fn add(&mut self, from: &Address, target: Target) {
        if from.host.is_empty() {
            self.by_path.insert(from.path.join("/"), target);
        } else {
            self.by_page.insert(from.page(), target);
        }
    }

    /// Returns the target of an address; `None` if it is not redirected. On the hosts of the help center, a redirected
    /// path may also be the end of the address, because the help center may be in a folder of the host.
    pub(super) fn target(&self, address: &Address, is_own_host: bool) -> Option<&Target> {
        let by_page = self.by_page.get(&address.page());
        by_page.or_else(|| {
            let starts = if is_own_host { address.path.len() } else { 0 };
            (0..starts).find_map(|start| self.by_path.get(&address.path[start..].join("/")))
        })
    }
}
