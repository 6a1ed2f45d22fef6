//! The market as a whole: opened, running, closed.
//!
//! Invariant: the ports are taken first and served last, so every request meets tables, queues and
//! functions.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use axum::body::Body;
use axum::response::Response;
use clock::Clock;
use embedded::sources::SourceError;
use embedded::template::{Parameters, Stack, Template, TemplateError};
use embedded::{Engines, EnginesError};
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use ids::Mint;
use observe::Sink;
use tokio::sync::watch;
use tokio::task::JoinSet;
use vault::{Vault, VaultError};

use crate::functions::{FunctionError, Functions, Ground};
use crate::gateway::Gateway;
use crate::home::{Home, HomeError};
use crate::mail::{self, Mailbox};
use crate::options::{Options, Place, STACK};
use crate::owner;
use crate::people::People;
use crate::secrets::{self, SecretsError};
use crate::serve::Port;
use crate::site::{Shown, Site};
use crate::sources::Sources;
use crate::wake::{self, Waker};

/// The template that was compiled in.
pub(crate) const TEMPLATE: &str = include_str!("../../template.yaml");

/// On AWS the LOMS contract takes an API key. On a laptop it is open.
const LOMS_IS_OPEN: (&str, &str) = ("LOMS_KEY", "open");

/// Why the market cannot open.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// Another program uses a port.
    #[error("port {port} is taken{why}; choose another with --port N, and N+1 will be AWS")]
    PortTaken {
        /// Its number.
        port: u16,
        /// Its purpose, unless it is the requested port.
        why: &'static str,
    },
    /// A port cannot be opened.
    #[error("port {0} cannot be listened on: {1}; choose another with --port N")]
    Port(u16, io::Error),
    /// The template cannot be read.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, io::Error),
    /// The template is wrong.
    #[error("the template: {0}")]
    Template(#[from] TemplateError),
    /// The data directory cannot be used.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The passwords of the demo cannot be read.
    #[error(transparent)]
    People(#[from] VaultError),
    /// The secrets cannot be read or made.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The engines cannot be opened.
    #[error("the engines: {0}")]
    Engines(#[from] EnginesError),
    /// A function cannot be opened.
    #[error(transparent)]
    Function(#[from] FunctionError),
    /// An event source is wrong.
    #[error("the event sources: {0}")]
    Sources(#[from] SourceError),
}

/// Shows progress.
pub type Tell<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// An open market.
pub struct Market {
    front: Front,
    functions: Functions,
    engines: Engines,
    stack: Stack,
    people: People,
    mail: Mailbox,
    home: Option<Home>,
    clock: Clock,
    url: String,
    aws_url: String,
    pass: String,
    sources: Sources,
    doors: JoinSet<()>,
    stop: watch::Sender<bool>,
    seeding: Gateway,
}

/// The whole HTTP side: the host's own pages and the template's routes. Clones are cheap.
#[derive(Clone)]
pub struct Front {
    site: Site,
    gateway: Gateway,
}

impl Front {
    /// Answers a request from this address, as the port does.
    pub async fn answer(&self, from: IpAddr, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        match self.site.answer(from, &parts).await {
            Some(page) => page,
            None => self.gateway.answer(from, Request::from_parts(parts, body)).await,
        }
    }
}

impl Market {
    /// Opens the market, which is ready when this returns.
    pub async fn open(options: &Options, tell: Tell<'_>) -> Result<Market, MarketError> {
        let sink = if options.log { Sink::stderr() } else { Sink::quiet() };
        let clock = Clock::system();
        let api = take(options.port, "").await?;
        let after = if options.port == 0 { 0 } else { api.number() + 1 };
        let aws = take(after, " (AWS answers there, on the port after the API's)").await?;
        let (url, aws_url) = (address(&api), address(&aws));

        let mut home = match &options.place {
            Place::Memory => None,
            Place::Directory(directory) => Some(Home::claim(directory)?),
        };
        let vault = match &home {
            None => Vault::memory(clock.clone()),
            Some(home) => Vault::folder(home.directory().join("keys"), clock.clone()),
        };
        if let Some(home) = &mut home {
            let directory = home.directory().to_owned();
            home.sign(&url).map_err(|error| HomeError::Unusable(directory, error))?;
        }
        let stack = stack(options, &url, &aws_url)?;
        secrets::generate_missing(&vault, &stack).await?;
        let owner = owner::key(&vault).await?;
        let pass = match &home {
            None => owner::pass(&owner),
            Some(home) => {
                let kept = owner::keep(home.directory(), &owner, &aws_url);
                kept.map_err(|error| HomeError::Unusable(home.directory().to_owned(), error))?
            }
        };
        let engines = match &home {
            None => {
                tell("opening the engines in memory");
                Engines::memory_at(&aws_url, owner, clock.clone())?
            }
            Some(home) => {
                let directory = home.directory().join("engines");
                tell(&format!("opening the engines in {}", directory.display()));
                Engines::on_disk_at(&aws_url, owner, &directory, clock.clone())?
            }
        };
        engines.install(&stack).await?;
        let again = engines.sqs.take_back().map_err(EnginesError::from)?;
        if again > 0 {
            tell(&format!("{again} messages that a market before this one had in hand are heard again"));
        }
        let (tables, queues, buckets) = (stack.tables.len(), stack.queues.len(), stack.buckets.len());
        tell(&format!("{tables} tables, {queues} queues, {buckets} buckets are there"));

        let waker = Waker::default();
        let ground = Ground {
            engines: &engines,
            waker: &waker,
            vault: vault.clone(),
            mint: Mint::system(clock.clone()),
            clock: clock.clone(),
            sink,
        };
        let limited: &[_] = &[LOMS_IS_OPEN];
        let unlimited: &[_] = &[LOMS_IS_OPEN, ("LIMITS", "off")];
        let functions = Functions::open(&stack, &ground, if options.limits { limited } else { unlimited })?;
        // The seeder uses the same gateway, without rate limits.
        let hurried = match options.limits {
            true => Functions::open(&stack, &ground, unlimited)?,
            false => functions.clone(),
        };
        tell(&format!("{} functions are open", stack.functions.len()));

        let sources = Sources::start(&engines, &stack, &functions, &waker, &clock)?;
        let mail = Mailbox::new(functions.peers().clone(), clock.clone());
        let letters = mail::readers(&engines, &stack).map_err(SourceError::from)?;
        let written = waker.listen(letters.iter().map(|reader| reader.table().to_owned()));
        let seeding = Gateway::new(&stack, &hurried);
        let people = People::of(seeding.clone(), vault, clock.clone()).await?;
        let site = Site::new(Shown {
            url: url.clone(),
            aws_url: aws_url.clone(),
            // Without a directory the key was printed at the start, and is not shown again.
            pass: home.as_ref().map(|_| pass.clone()),
            stack: stack.clone(),
            engines: engines.clone(),
            gauges: sources.gauges(),
            people: people.clone(),
            mail: mail.clone(),
            clock: clock.clone(),
        });
        let front = Front { site, gateway: Gateway::new(&stack, &functions) };
        let (stop, stopped) = watch::channel(false);
        let mut doors = JoinSet::new();
        doors.spawn(mail.clone().collect(letters, written, stopped.clone()));
        doors.spawn(serve_api(api, front.clone(), stopped.clone()));
        let endpoint = engines.aws_endpoint_over(wake::dynamo(&engines, &waker));
        doors.spawn(aws.serve(move |_| endpoint.clone(), stopped));
        Ok(Market {
            front,
            functions,
            engines,
            stack,
            people,
            mail,
            home,
            clock,
            url,
            aws_url,
            pass,
            sources,
            doors,
            stop,
            seeding,
        })
    }

    /// The address of the API.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of AWS.
    pub fn aws_url(&self) -> &str {
        &self.aws_url
    }

    /// The environment variables that let the `aws` command line in.
    pub fn pass(&self) -> &str {
        &self.pass
    }

    /// The HTTP side without its port.
    pub fn front(&self) -> &Front {
        &self.front
    }

    /// The engines, with the owner's rights.
    pub fn engines(&self) -> &Engines {
        &self.engines
    }

    /// The resolved template.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The people of the demo, with tokens.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The mail so far.
    pub fn mail(&self) -> &Mailbox {
        &self.mail
    }

    /// The functions that are open.
    pub(crate) fn functions(&self) -> &Functions {
        &self.functions
    }

    /// The clock of the market.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The functions without rate limits, for the seeder.
    pub(crate) fn seeding(&self) -> &Gateway {
        &self.seeding
    }

    /// The data directory, if there is one.
    pub(crate) fn home(&self) -> Option<&Home> {
        self.home.as_ref()
    }

    /// Closes: open requests are answered, and every event source finishes its batch.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while let Some(ended) = self.doors.join_next().await {
            if let Err(error) = ended {
                tracing::error!(error = error.to_string(), "a door had died");
            }
        }
        self.sources.stop().await;
    }
}

async fn take(number: u16, why: &'static str) -> Result<Port, MarketError> {
    Port::take(number).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => MarketError::PortTaken { port: number, why },
        _ => MarketError::Port(number, error),
    })
}

fn address(port: &Port) -> String {
    format!("http://localhost:{}", port.number())
}

fn stack(options: &Options, url: &str, aws_url: &str) -> Result<Stack, MarketError> {
    let template = match &options.template {
        None => Template::parse(TEMPLATE)?,
        Some(file) => {
            let text = std::fs::read_to_string(file);
            Template::parse(&text.map_err(|error| MarketError::Unreadable(file.clone(), error))?)?
        }
    };
    let mut parameters = Parameters::new(STACK).with("LomsContract", "on").with("WebOrigins", url);
    parameters.endpoint = aws_url.to_owned();
    parameters.api = url.to_owned();
    Ok(template.resolve(&parameters)?)
}

async fn serve_api(port: Port, front: Front, stopped: watch::Receiver<bool>) {
    let service = move |from: IpAddr| {
        let front = front.clone();
        service_fn(move |request: Request<Incoming>| {
            let front = front.clone();
            async move { Ok::<_, Infallible>(front.answer(from, request.map(Body::new)).await) }
        })
    };
    port.serve(service, stopped).await;
}
