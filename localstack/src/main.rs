//! The binary: a command line around [`Market`].

use std::io::Write;
use std::process::ExitCode;

use localstack::admin::Admin;
use localstack::options::{AdminWish, Command, Demo, HELP, Options, parse};
use localstack::{Market, demo};
use observe::Sink;
use tokio::signal::unix::{SignalKind, signal};

/// The host allocates more than it computes, and its threads share what they allocate.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code of a wrong command line.
const MISSPELT: u8 = 2;
/// The exit code of an interrupted program.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Ok(Command::Admin(wish)) => {
            localstack::warn_on_stderr();
            report(block_on(admin(&wish)))
        }
        Ok(Command::Run(options)) => {
            if options.log {
                observe::subscribe(Sink::stderr());
            } else {
                localstack::warn_on_stderr();
            }
            report(block_on(run(&options)))
        }
        Err(misspelt) => {
            eprintln!("snail: {misspelt}\n\n{HELP}");
            ExitCode::from(MISSPELT)
        }
    }
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn report(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("snail: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn admin(wish: &AdminWish) -> Result<(), Failure> {
    let Admin { account, password } = localstack::admin::run(wish).await?;
    say(&format!("account   {account}\nemail     {}", wish.email));
    say(&match password {
        Some(password) => format!("password  {password}"),
        None => {
            "The account was there before: it is an admin now, and its password is what it was.".to_owned()
        }
    });
    Ok(())
}

/// Prints a line. A closed terminal does not stop the market.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

async fn run(options: &Options) -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stopped = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        interrupt
    };
    tokio::pin!(stopped);

    let market = tokio::select! {
        market = Market::open(options, &say) => market?,
        _ = &mut stopped => return Ok(()),
    };
    say("listening");
    say(&format!("  API     {}", market.url()));
    say(&format!("  docs    {}/docs", market.url()));
    say(&format!("  health  {}/health", market.url()));
    say(&format!("  people  {}/dev/people", market.url()));
    say(&format!("  mail    {}/dev/mail", market.url()));
    say(&format!("  AWS     {}", market.aws_url()));
    say(&format!("          {} aws --endpoint-url {} s3 ls", market.pass(), market.aws_url()));
    let filling = async {
        // A market without all demo data is usable, and the next start resumes.
        let filled = match options.demo {
            Demo::All => demo::seed(&market, &say).await.map(drop),
            Demo::People => demo::move_in(&market, &say).await,
            Demo::Nothing => Ok(()),
        };
        if let Err(error) = filled {
            eprintln!("snail: the demo data are not all in: {error}");
        }
        say("ready; Ctrl-C ends it");
        std::future::pending::<()>().await;
    };
    let mut interrupt = tokio::select! {
        () = filling => return Ok(()),
        interrupt = &mut stopped => interrupt,
    };
    say("closing: whoever is inside is served first; Ctrl-C again does not wait");
    tokio::select! {
        () = market.stop() => Ok(()),
        _ = interrupt.recv() => std::process::exit(INTERRUPTED),
    }
}
