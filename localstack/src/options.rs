//! The command line, read by hand: few words, and every mistake answered with the word that was meant.
//!
//! Invariant: an option that is not known, or known and misspelt, never runs anything.

use std::path::PathBuf;

use crate::people::Part;

/// What the program is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run the market.
    Run(Options),
    /// Print an access token.
    Token(TokenWish),
    /// Print [`HELP`].
    Help,
}

/// How the market is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where data lives.
    pub place: Place,
    /// Where the API answers; AWS answers on the port after it. With 0 the machine chooses both.
    pub port: u16,
    /// A template other than the one that was compiled in.
    pub template: Option<PathBuf>,
    /// Whether a new market is filled with demo data.
    pub demo: bool,
    /// Whether callers are limited as on AWS.
    pub limits: bool,
    /// Whether the wide events are written to stderr.
    pub log: bool,
}

/// Where data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: it is gone with the process.
    Memory,
    /// In this directory, also after a `kill -9`.
    Directory(PathBuf),
}

/// Whose token is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenWish {
    /// As whom.
    pub part: Part,
    /// In which shop; the first of the demo's if nothing is said.
    pub merchant: Option<String>,
    /// Where the market keeps its keys.
    pub data: PathBuf,
}

/// What is wrong with the command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misspelt(pub String);

/// Where data lives unless it is said otherwise.
pub const DATA: &str = ".snail";
const PORT: u16 = 8080;

/// What `--help` prints.
pub const HELP: &str = "\
snail: the whole market in one process

Usage:
  snail [options]                         run the market
  snail token --as PART [--merchant ID]   print an access token, good for ten minutes

Options of a run:
  --port N              where the API answers; AWS answers on N+1       [8080]
  --data DIR            where data is kept                              [.snail]
  --memory              keep nothing: everything is gone at the end
  --seed-demo=yes|no    fill a new market with demo data                [yes]
  --limits=yes|no       limit callers as on AWS                         [no]
  --template FILE       run another template than the one compiled in
  --log                 write one JSON event per invocation to stderr

Options of a token:
  --as PART             admin, owner, manager, clerk or customer
  --merchant ID         the shop of an owner, manager or clerk          [the demo's first]
  --data DIR            where the market keeps its keys                 [.snail]

  --help                print this
";

impl Default for Options {
    fn default() -> Options {
        Options {
            place: Place::Directory(DATA.into()),
            port: PORT,
            template: None,
            demo: true,
            limits: false,
            log: false,
        }
    }
}

/// Reads the arguments behind the program's name.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, Misspelt> {
    let mut words = Words { rest: arguments.into_iter().collect::<Vec<_>>().into_iter() };
    match words.rest.as_slice().first().map(String::as_str) {
        Some("token") => {
            words.rest.next();
            token(words)
        }
        _ => run(words),
    }
}

fn run(mut words: Words) -> Result<Command, Misspelt> {
    let mut options = Options::default();
    let (mut data, mut memory) = (None, false);
    while let Some((name, value)) = words.next() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--port" => options.port = port(&words.value(&name, value)?)?,
            "--data" => data = Some(PathBuf::from(words.value(&name, value)?)),
            "--memory" => memory = flag(&name, value)?,
            "--seed-demo" => options.demo = yes_or_no(&name, &words.value(&name, value)?)?,
            "--limits" => options.limits = yes_or_no(&name, &words.value(&name, value)?)?,
            "--template" => options.template = Some(words.value(&name, value)?.into()),
            "--log" => options.log = flag(&name, value)?,
            _ => return Err(unknown(&name)),
        }
    }
    options.place = match (data, memory) {
        (Some(_), true) => {
            return Err(Misspelt(
                "--memory keeps nothing and --data DIR keeps everything: choose one".into(),
            ));
        }
        (None, true) => Place::Memory,
        (data, false) => Place::Directory(data.unwrap_or_else(|| DATA.into())),
    };
    Ok(Command::Run(options))
}

fn token(mut words: Words) -> Result<Command, Misspelt> {
    let (mut part, mut merchant, mut data) = (None, None, PathBuf::from(DATA));
    while let Some((name, value)) = words.next() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--as" => part = Some(words.value(&name, value)?.parse().map_err(Misspelt)?),
            "--merchant" => merchant = Some(words.value(&name, value)?),
            "--data" => data = words.value(&name, value)?.into(),
            _ => return Err(unknown(&name)),
        }
    }
    let part = part.ok_or_else(|| Misspelt("say whose token: --as manager, for example".into()))?;
    Ok(Command::Token(TokenWish { part, merchant, data }))
}

/// The words of a command line. `--name=value` and `--name value` are the same.
struct Words {
    rest: std::vec::IntoIter<String>,
}

impl Words {
    fn next(&mut self) -> Option<(String, Option<String>)> {
        let word = self.rest.next()?;
        Some(match word.split_once('=').filter(|_| word.starts_with("--")) {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word, None),
        })
    }

    fn value(&mut self, name: &str, given: Option<String>) -> Result<String, Misspelt> {
        let value = given.or_else(|| self.rest.next()).filter(|value| !value.is_empty());
        value.ok_or_else(|| Misspelt(format!("{name} takes a value")))
    }
}

fn flag(name: &str, value: Option<String>) -> Result<bool, Misspelt> {
    match value {
        None => Ok(true),
        Some(_) => Err(Misspelt(format!("{name} takes no value"))),
    }
}

fn yes_or_no(name: &str, value: &str) -> Result<bool, Misspelt> {
    match value {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(Misspelt(format!("{name} is yes or no, not {other:?}"))),
    }
}

fn port(value: &str) -> Result<u16, Misspelt> {
    // The port after the last one does not exist, and AWS needs it.
    let port = value.parse().ok().filter(|port| *port < u16::MAX);
    port.ok_or_else(|| Misspelt(format!("--port is a number from 0 to {}, not {value:?}", u16::MAX - 1)))
}

fn unknown(name: &str) -> Misspelt {
    Misspelt(match name.starts_with('-') {
        true => format!("there is no option {name}"),
        false => format!("there is no command {name:?}"),
    })
}
