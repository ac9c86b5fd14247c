#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| helpdex_fuzz::imports(input));
