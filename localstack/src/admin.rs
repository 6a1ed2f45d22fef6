//! `snail admin`: makes an account an admin. The first admin is made like this, since only an admin
//! makes another.

use std::path::{Path, PathBuf};

use clock::Clock;
use embedded::template::{Parameters, Stack, Template};
use embedded::{Engines, EnginesError};
use identity::Appointed;
use ids::{AccountId, Mint};
use lambda::{Aws, Env, Surroundings};
use observe::Sink;
use vault::Vault;

use crate::functions::{FunctionError, Functions, Ground};
use crate::home::{Home, HomeError};
use crate::market::TEMPLATE;
use crate::options::{AdminWish, STACK, Whereabouts};
use crate::secrets::{self, SecretsError, random_text};
use crate::wake::Waker;

const LENGTH: usize = 20;

/// The new admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// The account.
    pub account: AccountId,
    /// The password, if the account was made now. It is shown once.
    pub password: Option<String>,
}

/// Why there is no new admin.
#[derive(Debug, thiserror::Error)]
pub enum NotAppointed {
    /// The room refuses.
    #[error(transparent)]
    Refused(#[from] identity::NotAppointed),
    /// The directory has no market.
    #[error("there is no market in {0}: start one there first, or name its directory with --data DIR")]
    NoMarket(PathBuf),
    /// The room is not part of the stack.
    #[error("the template has no function in which people sign in")]
    NoDoor,
    /// The data directory cannot be used.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The template cannot be read.
    #[error("the template: {0}")]
    Template(#[from] embedded::template::TemplateError),
    /// The secrets cannot be read or made.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The engines cannot be opened.
    #[error("the engines: {0}")]
    Engines(#[from] EnginesError),
    /// A function cannot be opened.
    #[error(transparent)]
    Function(#[from] FunctionError),
}

/// Carries out the command.
pub async fn run(wish: &AdminWish) -> Result<Admin, NotAppointed> {
    let alphabet: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
    let password = random_text(LENGTH, &alphabet).map_err(SecretsError::from)?;
    let appointed = match &wish.market {
        Whereabouts::Directory(directory) => at_home(directory, &wish.email, &password).await?,
        Whereabouts::Stack { name, endpoint } => {
            let around = elsewhere(name, endpoint.as_deref()).await?;
            identity::appoint_admin(&around, &wish.email, Some(&password)).await?
        }
    };
    Ok(match appointed {
        Appointed::Made(account) => Admin { account, password: Some(password) },
        Appointed::Known(account) => Admin { account, password: None },
    })
}

/// Makes the account of this e-mail an admin, in functions that are open.
pub(crate) async fn appoint(
    functions: &Functions,
    email: &str,
    password: Option<&str>,
) -> Result<Appointed, NotAppointed> {
    let around = functions.surroundings("identity").ok_or(NotAppointed::NoDoor)?;
    Ok(identity::appoint_admin(around, email, password).await?)
}

/// In a market of this machine, which must be stopped: its tables belong to one process.
async fn at_home(directory: &Path, email: &str, password: &str) -> Result<Appointed, NotAppointed> {
    if !directory.join("engines").is_dir() {
        return Err(NotAppointed::NoMarket(directory.to_owned()));
    }
    let _home = Home::claim(directory)?;
    let (clock, stack) = (Clock::system(), stack(STACK)?);
    let vault = Vault::folder(directory.join("keys"), clock.clone());
    secrets::generate_missing(&vault, &stack).await?;
    let engines = Engines::on_disk(&directory.join("engines"), clock.clone())?;
    engines.install(&stack).await?;
    let ground = Ground {
        engines: &engines,
        waker: &Waker::default(),
        vault,
        mint: Mint::system(clock.clone()),
        clock,
        sink: Sink::quiet(),
    };
    appoint(&Functions::open(&stack, &ground, &[])?, email, Some(password)).await
}

/// The surroundings of `identity` in a deployed stack, on AWS or an emulator.
#[allow(clippy::disallowed_methods, reason = "this is no function, and its AWS is the caller's own")]
async fn elsewhere(name: &str, endpoint: Option<&str>) -> Result<Surroundings, NotAppointed> {
    let stack = stack(name)?;
    let door = stack.functions.iter().find(|function| {
        function.binary == "identity" && function.environment.get("ROLE").is_some_and(|role| role == "api")
    });
    let env: Env = door.ok_or(NotAppointed::NoDoor)?.environment.clone().into_iter().collect();
    let loader = aws_config::defaults(aws_config::BehaviorVersion::latest());
    let config = match endpoint {
        Some(endpoint) => loader.endpoint_url(endpoint).load().await,
        None => loader.load().await,
    };
    let clock = Clock::system();
    let mint = Mint::system(clock.clone());
    let s3 = aws_sdk_s3::Client::new(&config);
    let aws = Aws {
        dynamo: aws_sdk_dynamodb::Client::new(&config),
        sqs: aws_sdk_sqs::Client::new(&config),
        s3_public: s3.clone(),
        s3,
    };
    let vault = Vault::secrets_manager(aws_sdk_secretsmanager::Client::new(&config), clock.clone());
    let seed = mint.uuid().as_u64_pair().1;
    Ok(Surroundings { env, aws, clock, mint, seed, vault, peers: None, sink: Sink::quiet() })
}

fn stack(name: &str) -> Result<Stack, NotAppointed> {
    Ok(Template::parse(TEMPLATE)?.resolve(&Parameters::new(name))?)
}
