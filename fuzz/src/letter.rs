#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| engage_http::fuzz::letter(input));
