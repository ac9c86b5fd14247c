#![no_main]

//! Any text as front matter, with and without its fences: no panic, errors on one line.

use helpdex_text::{parse_front_matter, split_front_matter};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|yaml: &str| {
    if let Err(error) = parse_front_matter(yaml) {
        assert!(!error.to_string().contains('\n'));
    }
    let file = format!("---\n{yaml}\n---\nbody");
    let (block, rest) = split_front_matter(&file);
    assert!(file.ends_with(rest));
    if let Some(block) = block {
        let _ = block.parse();
    }
});
