//! The command line, parsed by hand: few words, and every mistake is answered with the right word.
//!
//! Invariant: a command line with an unknown or misspelt option runs nothing.

use std::path::PathBuf;

/// The command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run the market.
    Run(Options),
    /// Make an account an admin.
    Admin(AdminWish),
    /// Print [`HELP`].
    Help,
}

/// The options of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The place of the data.
    pub place: Place,
    /// The port of the API; AWS is on the next one. With 0 the machine chooses both.
    pub port: u16,
    /// A template other than the one that was compiled in.
    pub template: Option<PathBuf>,
    /// The demo data of a new market.
    pub demo: Demo,
    /// Whether rate limits apply as on AWS.
    pub limits: bool,
    /// Whether the wide events are written to stderr.
    pub log: bool,
}

/// The place of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In memory: it is lost with the process.
    Memory,
    /// In this directory, which survives a `kill -9`.
    Directory(PathBuf),
}

/// The demo data of a new market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demo {
    /// People, their shops, and two hundred products.
    All,
    /// People and their shops.
    People,
    /// Nothing.
    Nothing,
}

/// The new admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminWish {
    /// Their e-mail.
    pub email: String,
    /// The market.
    pub market: Whereabouts,
}

/// The place of a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In this directory of this machine.
    Directory(PathBuf),
    /// Deployed as this stack, to an emulator at this address or to AWS itself.
    Stack {
        /// The name of the stack.
        name: String,
        /// The address of the emulator; `None` is AWS itself.
        endpoint: Option<String>,
    },
}

/// The error of the command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misspelt(pub String);

/// The default data directory.
pub const DATA: &str = ".snail";
/// The default stack.
pub const STACK: &str = "snail";
const PORT: u16 = 8080;

/// The text of `--help`.
pub const HELP: &str = "\
snail: the whole market in one process

Usage:
  snail [options]                run the market
  snail admin EMAIL [options]    make somebody an admin: the first one can come from nowhere else

Options of a run:
  --port N              where the API answers; AWS answers on N+1       [8080]
  --data DIR            where data is kept                              [.snail]
  --memory              keep nothing: everything is gone at the end
  --seed-demo=WHAT      fill a new market: yes, people (and shops), no  [yes]
  --limits=yes|no       limit callers as on AWS                         [no]
  --template FILE       run another template than the one compiled in
  --log                 write one JSON event per invocation to stderr

Options of an admin:
  --data DIR            the market of this directory, which may not run [.snail]
  --stack NAME          the market that is deployed under this name
  --endpoint URL        where an emulator of AWS answers; needs no --data

  --help                print this
";

impl Default for Options {
    fn default() -> Options {
        Options {
            place: Place::Directory(DATA.into()),
            port: PORT,
            template: None,
            demo: Demo::All,
            limits: false,
            log: false,
        }
    }
}

/// Parses the arguments behind the program's name.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, Misspelt> {
    let mut words = Words { rest: arguments.into_iter().collect::<Vec<_>>().into_iter() };
    match words.rest.as_slice().first().map(String::as_str) {
        Some("admin") => {
            words.rest.next();
            admin(words)
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
            "--seed-demo" => options.demo = demo(&name, &words.value(&name, value)?)?,
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

fn admin(mut words: Words) -> Result<Command, Misspelt> {
    let (mut email, mut data, mut stack, mut endpoint) = (None, None, None, None);
    while let Some((name, value)) = words.next() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--data" => data = Some(PathBuf::from(words.value(&name, value)?)),
            "--stack" => stack = Some(words.value(&name, value)?),
            "--endpoint" => endpoint = Some(words.value(&name, value)?),
            _ if name.starts_with('-') => return Err(unknown(&name)),
            _ if email.is_none() => email = Some(name),
            _ => return Err(Misspelt(format!("one e-mail at a time: there is {name:?} too"))),
        }
    }
    let email = email.ok_or_else(|| Misspelt("say who: snail admin ada@example.org".into()))?;
    let market = match (data, stack, endpoint) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            return Err(Misspelt(
                "--data is a market of this machine, --stack and --endpoint are elsewhere".into(),
            ));
        }
        (data, None, None) => Whereabouts::Directory(data.unwrap_or_else(|| DATA.into())),
        (None, name, endpoint) => Whereabouts::Stack { name: name.unwrap_or_else(|| STACK.into()), endpoint },
    };
    Ok(Command::Admin(AdminWish { email, market }))
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

fn demo(name: &str, value: &str) -> Result<Demo, Misspelt> {
    match value {
        "yes" => Ok(Demo::All),
        "people" => Ok(Demo::People),
        "no" => Ok(Demo::Nothing),
        other => Err(Misspelt(format!("{name} is yes, people or no, not {other:?}"))),
    }
}

fn port(value: &str) -> Result<u16, Misspelt> {
    // The last port has no next one, which AWS needs.
    let port = value.parse().ok().filter(|port| *port < u16::MAX);
    port.ok_or_else(|| Misspelt(format!("--port is a number from 0 to {}, not {value:?}", u16::MAX - 1)))
}

fn unknown(name: &str) -> Misspelt {
    Misspelt(match name.starts_with('-') {
        true => format!("there is no option {name}"),
        false => format!("there is no command {name:?}"),
    })
}
