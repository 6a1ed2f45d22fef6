//! The tests of every parser, once more where memory is short.

/// The process itself takes a part of it: its code, its stack, the heap of its runtime.
const MEGABYTES: u64 = 256;

#[test]
fn no_file_takes_more_memory_than_a_small_process_has() {
    testkit::with_little_memory("files::", module_path!(), MEGABYTES);
}
