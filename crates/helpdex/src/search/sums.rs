//! One number for each article of a view, to which the shares of terms are added.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// The score of each article of a view, by its number; empty by default.
#[derive(Default)]
pub(super) struct Sums(Vec<f32>);

thread_local! {
    /// Buffers for reuse, because allocating them for each ticket would cost more than the additions. A ticket uses the
    /// sums of a few locales at a time.
    static UNUSED: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// The most buffers that a thread keeps for reuse.
const MAX_UNUSED: usize = 4;

impl Sums {
    /// Returns `count` sums, of which the first ones have the values `first` and the others 0.
    pub(super) fn new(count: usize, first: &[f32]) -> Self {
        let unused = UNUSED.try_with(|unused| unused.borrow_mut().pop());
        let mut sums = unused.ok().flatten().unwrap_or_default();
        sums.clear();
        sums.extend_from_slice(first);
        sums.resize(count, 0.0);
        Self(sums)
    }
}

impl Drop for Sums {
    fn drop(&mut self) {
        let sums = std::mem::take(&mut self.0);
        // A thread that ends takes them with it.
        let _ = UNUSED.try_with(|unused| {
            let mut unused = unused.borrow_mut();
            if unused.len() < MAX_UNUSED {
                unused.push(sums);
            }
        });
    }
}

impl Deref for Sums {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl DerefMut for Sums {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }
}
