//! Tests once more, in a process with little memory.
//!
//! Code that says that its memory is bounded is checked here: an allocation beyond the limit fails, and
//! with it the process, however much the machine has.

use std::process::{Command, Output};

/// Runs the tests of this binary whose names contain `filter` in a process with so many megabytes of
/// address space, one at a time, and asserts that all pass. `here` is the module of the caller, whose
/// own tests are left out because they would start this again.
pub fn with_little_memory(filter: &str, here: &str, megabytes: u64) {
    let here = here.split_once("::").map_or(here, |(_, module)| module);
    let chosen = [filter, "--skip", here, "--test-threads", "1"];
    let listed = stdout(&run(megabytes, &[&chosen[..], &["--list"]].concat()));
    let tests = listed.lines().filter(|line| line.ends_with(": test")).count();
    assert!(tests > 0, "no test is called {filter}:\n{listed}");
    let output = run(megabytes, &chosen);
    let told = stdout(&output);
    let expect = format!("test result: ok. {tests} passed; 0 failed; 0 ignored;");
    assert!(
        output.status.success() && told.contains(&expect),
        "{tests} tests in {megabytes} MB: {}\n{told}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}

/// This binary with these arguments under the limit. The shell sets it, because a process can lower its
/// own limit only by an unsafe call. One arena, because each of glibc's reserves 64 MB.
fn run(megabytes: u64, arguments: &[&str]) -> Output {
    let binary = std::env::current_exe().expect("a test knows its binary");
    let bound = (megabytes * 1024).to_string();
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"ulimit -v "$0" && exec "$@""#, &bound]).arg(binary).args(arguments);
    shell.env("MALLOC_ARENA_MAX", "1").env("RUST_BACKTRACE", "0").output().expect("there is a shell")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEGABYTES: u64 = 256;

    #[test]
    #[ignore = "it wants more than there is, and is run by the test below"]
    fn greedy() {
        assert_eq!(std::hint::black_box(vec![1u8; 512 << 20]).len(), 512 << 20);
    }

    mod modest {
        #[test]
        fn needs_little() {
            assert_eq!(std::hint::black_box(vec![1u8; 1 << 20]).len(), 1 << 20);
        }
    }

    #[test]
    fn what_wants_more_than_there_is_fails() {
        let output = run(MEGABYTES, &["memory::tests::greedy", "--exact", "--ignored"]);
        assert!(!output.status.success(), "{}", stdout(&output));
        assert!(String::from_utf8_lossy(&output.stderr).contains("memory allocation"), "{output:?}");
    }

    #[test]
    fn what_needs_little_passes() {
        with_little_memory("memory::tests::modest", "testkit::nothing", MEGABYTES);
    }

    #[test]
    #[should_panic(expected = "no test is called")]
    fn a_filter_that_names_no_test_is_a_mistake() {
        with_little_memory("memory::tests::none", "testkit::nothing", MEGABYTES);
    }
}
