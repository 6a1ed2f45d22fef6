//! The functions of the template, opened in this process, each with its own environment, role and
//! clients, as on Lambda.
//!
//! Invariants: a function has the variables of the template and the few that the host adds to all, and
//! the rights of its policies; it ends at its timeout, and not when its caller disconnects.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ask::{HeldTo, InProcess, Peers};
use axum::Router;
use clock::Clock;
use embedded::Engines;
use embedded::client::Wiring;
use embedded::template::{Function, Stack};
use ids::Mint;
use lambda::{Aws, Env, Role, Roles, Room, Surroundings, Unready};
use observe::Sink;
use serde_json::Value;
use vault::Vault;

use crate::wake::{self, Waker};

/// A room and its OpenAPI document.
pub struct Tenant {
    /// The room.
    pub room: Room,
    /// Its OpenAPI document, if it answers HTTP.
    pub openapi: Option<fn() -> Value>,
}

/// The rooms, in the order of the documentation.
pub fn tenants() -> Vec<Tenant> {
    vec![
        Tenant { room: identity::room(), openapi: Some(|| reviewed(identity::OPENAPI)) },
        Tenant { room: merchants::room(), openapi: Some(|| reviewed(merchants::OPENAPI)) },
        Tenant { room: catalog::room(), openapi: Some(|| reviewed(catalog::OPENAPI)) },
        Tenant { room: inventory::room(), openapi: Some(|| reviewed(inventory::OPENAPI)) },
        Tenant { room: cart::room(), openapi: Some(|| reviewed(cart::OPENAPI)) },
        Tenant { room: relay::room(), openapi: None },
    ]
}

fn reviewed(openapi: &str) -> Value {
    serde_json::from_str(openapi).expect("an OpenAPI document is JSON")
}

/// Why a function of the template cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    /// No room here has its binary.
    #[error("{0} runs the binary {1:?}, and there is no such room in this house")]
    NoRoom(String, String),
    /// Its environment is incomplete.
    #[error("{0}: {1}")]
    Unready(String, Unready),
}

/// The surroundings of functions besides their environment.
pub struct Ground<'a> {
    /// The engines behind their clients.
    pub engines: &'a Engines,
    /// Gets a signal at every write to a table.
    pub waker: &'a Waker,
    /// Their secrets.
    pub vault: Vault,
    /// The clock.
    pub clock: Clock,
    /// The source of ids.
    pub mint: Mint,
    /// The sink of wide events.
    pub sink: Sink,
}

/// Every function of a stack. Clones share them.
#[derive(Clone)]
pub struct Functions {
    running: Arc<BTreeMap<String, Running>>,
    peers: Peers,
}

struct Running {
    room: &'static str,
    role: Role,
    roles: Roles,
    timeout: Duration,
    /// The same surroundings with the owner's rights.
    around: Surroundings,
}

impl Functions {
    /// Opens the functions of the stack, with these variables over every environment.
    pub fn open(stack: &Stack, ground: &Ground, more: &[(&str, &str)]) -> Result<Functions, FunctionError> {
        let tenants = tenants();
        let carrier = InProcess::new();
        let mut running = BTreeMap::new();
        for function in &stack.functions {
            let room = tenants.iter().map(|tenant| &tenant.room).find(|room| room.name == function.binary);
            let room = room
                .ok_or_else(|| FunctionError::NoRoom(function.logical_id.clone(), function.binary.clone()))?;
            let opened = open(function, room, ground, &carrier, more);
            let opened =
                opened.map_err(|unready| FunctionError::Unready(function.logical_id.clone(), unready))?;
            if opened.role == Role::Api {
                carrier.open(room.name, opened.roles.clone());
            }
            running.insert(function.logical_id.clone(), opened);
        }
        Ok(Functions { running: Arc::new(running), peers: Peers::new(carrier, ground.mint.clone()) })
    }

    /// The rooms, for asks.
    pub fn peers(&self) -> &Peers {
        &self.peers
    }

    /// The surroundings of a room that answers HTTP, with the owner's rights, for commands of the
    /// command line.
    pub fn surroundings(&self, room: &str) -> Option<&Surroundings> {
        let mut running = self.running.values();
        running
            .find(|running| running.room == room && running.role == Role::Api)
            .map(|running| &running.around)
    }

    /// Invokes a function with an event.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, String> {
        let running = self.running.get(function).ok_or_else(|| format!("there is no function {function}"))?;
        match tokio::time::timeout(running.timeout, running.roles.handle(running.role, event)).await {
            Ok(answer) => answer.map_err(|fault| fault.to_string()),
            Err(_) => Err(format!("{function} timed out after {} s", running.timeout.as_secs())),
        }
    }

    /// The router of a function and its timeout, if it answers HTTP.
    pub fn api(&self, function: &str) -> Option<(Router, Duration)> {
        let running = self.running.get(function).filter(|running| running.role == Role::Api)?;
        Some((running.roles.router()?, running.timeout))
    }
}

fn open(
    function: &Function,
    room: &Room,
    ground: &Ground,
    carrier: &InProcess,
    more: &[(&str, &str)],
) -> Result<Running, Unready> {
    let env: Env = function.environment.clone().into_iter().collect();
    let env = env.with(more.iter().copied());
    let role: Role = env.need("ROLE")?.parse().map_err(Unready::because)?;
    room.check(role, &env)?;
    let (clock, mint) = (ground.clock.clone(), ground.mint.clone());
    let name = &function.logical_id;
    let (may, stack) = (ground.engines.guard().invocations_of(name), env.need("STACK")?.to_owned());
    // As on AWS, the relay asks no rooms.
    let carrier = HeldTo { carrier: carrier.clone(), may, stack };
    let peers = (role != Role::Relay).then(|| Peers::new(carrier, mint.clone()));
    let aws = |wiring: &Wiring| {
        let s3 = embedded::client::s3(Arc::new(ground.engines.s3.clone()), wiring);
        Aws {
            dynamo: embedded::client::dynamo(wake::dynamo(ground.engines, ground.waker), wiring),
            sqs: embedded::client::sqs(Arc::new(ground.engines.sqs.clone()), wiring),
            s3_public: s3.clone(),
            s3,
        }
    };
    let owner = ground.engines.wiring().unsigned();
    let seed = mint.uuid().as_u64_pair().1;
    let (vault, sink) = (ground.vault.clone(), ground.sink.clone());
    let around = Surroundings { env, aws: aws(&owner), clock, mint, seed, vault, peers, sink };
    let own = Surroundings {
        aws: aws(&owner.clone().signing_as(name)),
        vault: around.vault.held_to(ground.engines.guard().secrets_of(name)),
        ..around.clone()
    };
    let roles = (room.open)(&own)?;
    Ok(Running { room: room.name, role, roles, timeout: function.timeout, around })
}
