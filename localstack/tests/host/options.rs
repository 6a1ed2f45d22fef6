//! What the command line means, and what it refuses.

use localstack::options::{Command, Demo, HELP, Options, Place, Whereabouts, parse};

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
    assert_eq!((run("").port, run("").demo, run("").log), (8080, Demo::All, false));
    assert_eq!(run("").place, Place::Directory(".snail".into()));
}

#[test]
fn a_value_may_stand_behind_a_space_or_an_equals_sign() {
    assert_eq!(run("--port 9000"), run("--port=9000"));
    assert_eq!(run("--seed-demo no"), run("--seed-demo=no"));
    assert_eq!(run("--data /tmp/x=y").place, Place::Directory("/tmp/x=y".into()));
    assert_eq!(run("--seed-demo=no").demo, Demo::Nothing);
    assert_eq!(run("--seed-demo=people").demo, Demo::People);
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
    check("--seed-demo=maybe", "--seed-demo is yes, people or no, not \"maybe\"");
    check("--memory=yes", "--memory takes no value");
    check("--memory --data x", "--memory keeps nothing and --data DIR keeps everything: choose one");
    check("--limits=maybe", "--limits is yes or no, not \"maybe\"");
    check("admin", "say who: snail admin ada@example.org");
    check("admin a@b.example c@d.example", "one e-mail at a time: there is \"c@d.example\" too");
    check("admin a@b.example --port 1", "there is no option --port");
    check(
        "admin a@b.example --data x --endpoint http://localhost:4566",
        "--data is a market of this machine, --stack and --endpoint are elsewhere",
    );
}

#[test]
fn an_admin_is_made_in_a_directory_or_in_a_stack() {
    let market = |line: &str| match read(line) {
        Ok(Command::Admin(wish)) if wish.email == "ada@example.org" => wish.market,
        other => panic!("{line}: {other:?}"),
    };
    let stack = |name: &str, endpoint: Option<&str>| Whereabouts::Stack {
        name: name.into(),
        endpoint: endpoint.map(str::to_owned),
    };
    assert_eq!(market("admin ada@example.org"), Whereabouts::Directory(".snail".into()));
    assert_eq!(market("admin --data here ada@example.org"), Whereabouts::Directory("here".into()));
    assert_eq!(market("admin ada@example.org --stack=prod"), stack("prod", None));
    let emulator = "http://localhost:4566";
    assert_eq!(
        market(&format!("admin ada@example.org --endpoint {emulator}")),
        stack("snail", Some(emulator))
    );
}

#[test]
fn help_names_every_option() {
    for line in ["--help", "-h", "admin --help", "--port 1 --help"] {
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
        "--stack",
        "--endpoint",
    ] {
        assert!(HELP.contains(option), "{option}");
    }
}
