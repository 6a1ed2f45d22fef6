//! What the command line means, and what it refuses.

use localstack::options::{Command, HELP, Options, Place, parse};
use localstack::people::Part;

fn read(line: &str) -> Result<Command, String> {
    parse(line.split_whitespace().map(str::to_owned)).map_err(|misspelt| misspelt.to_string())
}

fn run(line: &str) -> Options {
    match read(line) {
        Ok(Command::Run(options)) => options,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn without_a_word_the_market_runs_with_demo_data_on_its_usual_port() {
    assert_eq!(run(""), Options::default());
    assert_eq!((run("").port, run("").demo, run("").log), (8080, true, false));
    assert_eq!(run("").place, Place::Directory(".snail".into()));
}

#[test]
fn a_value_may_stand_behind_a_space_or_an_equals_sign() {
    assert_eq!(run("--port 9000"), run("--port=9000"));
    assert_eq!(run("--seed-demo no"), run("--seed-demo=no"));
    assert_eq!(run("--data /tmp/x=y").place, Place::Directory("/tmp/x=y".into()));
    assert!(!run("--seed-demo=no").demo);
    assert!(run("--limits=yes --log").limits);
    assert_eq!(run("--memory").place, Place::Memory);
}

#[test]
fn a_word_that_is_not_known_is_named() {
    let check = |line: &str, expect: &str| assert_eq!(read(line).unwrap_err(), expect, "{line}");
    check("--prot 9000", "there is no option --prot");
    check("serve", "there is no command \"serve\"");
    check("--port", "--port takes a value");
    check("--port=", "--port takes a value");
    check("--port http", "--port is a number from 0 to 65534, not \"http\"");
    check("--port 65535", "--port is a number from 0 to 65534, not \"65535\"");
    check("--seed-demo=maybe", "--seed-demo is yes or no, not \"maybe\"");
    check("--memory=yes", "--memory takes no value");
    check("--memory --data x", "--memory keeps nothing and --data DIR keeps everything: choose one");
    check("token", "say whose token: --as manager, for example");
    check("token --as king", "nobody is a \"king\" here: admin, owner, manager, clerk or customer");
    check("token --port 1", "there is no option --port");
}

#[test]
fn a_token_is_for_somebody_somewhere() {
    let Ok(Command::Token(wish)) = read("token --as clerk --merchant mer_x --data here") else { panic!() };
    assert_eq!(
        (wish.part, wish.merchant.as_deref(), wish.data.to_str()),
        (Part::Clerk, Some("mer_x"), Some("here"))
    );
}

#[test]
fn help_names_every_option() {
    for line in ["--help", "-h", "token --help", "--port 1 --help"] {
        assert_eq!(read(line), Ok(Command::Help), "{line}");
    }
    for option in [
        "--port",
        "--data",
        "--memory",
        "--seed-demo",
        "--limits",
        "--template",
        "--log",
        "--as",
        "--merchant",
    ] {
        assert!(HELP.contains(option), "{option}");
    }
}
