//! Front matter that nests or repeats is read on a small stack.

#[path = "../../helpdex-text/tests/shapes/mod.rs"]
mod shapes;

use std::thread;

use helpdex_import::front_matter::{parse_front_matter, split_front_matter};

/// The size of the stack: an eighth of what a thread has by default.
const STACK_BYTES: usize = 256 * 1024;

#[test]
fn front_matter_that_nests_or_repeats_is_read_on_a_small_stack() {
    let reader = thread::Builder::new().stack_size(STACK_BYTES).spawn(|| {
        for shape in shapes::front_matter() {
            let yaml = shape.of(60_000);
            let _ = parse_front_matter(&yaml);
            let _ = split_front_matter(&format!("---\n{yaml}\n---\nbody"));
        }
    });
    reader.unwrap().join().unwrap();
}
