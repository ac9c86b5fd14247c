//! Runs the assertions of the fuzz targets on the inputs that fuzzing found and on a few seeds; those about texts run
//! on a small stack.

use std::fs;
use std::path::Path;
use std::thread;

#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

#[test]
fn every_kept_input_of_every_fuzz_target_holds_what_the_target_asserts() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/cases");
    for (target, check) in fuzz::TARGETS {
        let folder = cases.join(target);
        let mut files: Vec<_> = fs::read_dir(&folder)
            .expect("every target has a folder of cases")
            .map(|entry| entry.expect("it can be listed").path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{target} has no case");
        let replay = move || {
            for file in files {
                println!("{}", file.display());
                check(&fs::read(&file).expect("it can be read"));
            }
        };
        let thread = thread::Builder::new().stack_size(stack_bytes(target));
        let replayed = thread.spawn(replay).expect("a thread can be started");
        assert!(replayed.join().is_ok(), "{target}: see the message above");
    }
}

/// Returns the stack for a target in bytes: small for texts, whose reading must not recurse, larger for targets that
/// open knowledge bases.
fn stack_bytes(target: &str) -> usize {
    match target {
        "json_lines" | "knowledge_base_files" | "logs" => 2 * 1024 * 1024,
        _ => 256 * 1024,
    }
}
