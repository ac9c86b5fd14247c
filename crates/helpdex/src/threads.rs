//! Spreads work over the cores of the machine.

use std::num::NonZeroUsize;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Returns the number of threads that the machine runs at once; 1 if the system does not tell.
#[must_use]
pub fn available_threads() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Applies `work` to each item on up to `threads` threads, including the caller's, and returns the results in the order
/// of the items.
///
/// Each thread takes the next item that no other has taken. A panic reaches the caller after all threads have ended.
pub fn on_threads<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let mut done = thread::scope(|scope| {
        // When the system refuses a thread, the others take its share.
        let others: Vec<_> = (1..threads.min(items.len()))
            .map_while(|_| {
                let worker = thread::Builder::new();
                worker
                    .spawn_scoped(scope, || take_items(items, &next, &work))
                    .ok()
            })
            .collect();
        let mut done = take_items(items, &next, &work);
        for other in others {
            let of_other = other.join();
            done.extend(of_other.unwrap_or_else(|panic| panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Processes one item after the other until none is left, and returns each result with the index of its item.
fn take_items<T, R>(items: &[T], next: &AtomicUsize, work: &impl Fn(&T) -> R) -> Vec<(usize, R)> {
    let mut done = Vec::new();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(item) = items.get(index) else {
            return done;
        };
        done.push((index, work(item)));
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn every_item_is_done_once_and_in_its_place_on_any_number_of_threads() {
        let items: Vec<usize> = (0..1_000).collect();
        for threads in [1, 2, 7, 2_000] {
            let calls = AtomicUsize::new(0);
            let done = on_threads(threads, &items, |item| {
                calls.fetch_add(1, Ordering::Relaxed);
                item * 3
            });
            assert_eq!(done, items.iter().map(|item| item * 3).collect::<Vec<_>>());
            assert_eq!(calls.into_inner(), items.len());
        }
        assert!(on_threads(4, &[], |item: &u8| *item).is_empty());
    }

    #[test]
    fn a_panic_reaches_the_caller_whichever_thread_has_it() {
        let items: Vec<usize> = (0..100).collect();
        for threads in [1, 3] {
            for bad in [0, 50, 99] {
                let caught = catch_unwind(AssertUnwindSafe(|| {
                    on_threads(threads, &items, |&item| {
                        // No message is printed for it.
                        if item == bad {
                            panic::resume_unwind(Box::new(item));
                        }
                    })
                }));
                let panic = caught.expect_err("one item panics");
                assert_eq!(panic.downcast_ref(), Some(&bad));
            }
        }
    }
}
