//! The function itself: from `main` to the first poll.

use std::sync::Arc;

use ask::{Https, KeyRing, Peers};
use clock::Clock;
use ids::Mint;
use lambda_runtime::{LambdaEvent, service_fn};
use observe::Sink;
use vault::Vault;

use crate::ask_keys::InVault;
use crate::{Asking, Aws, Env, Role, Room, Surroundings, Unready};

/// Runs the room in the role that its environment names, until Lambda stops it. A function that
/// cannot start says why in one line and exits, so that the deployment fails and not a customer.
pub fn run(room: Room) -> ! {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => stop(&error),
    };
    match runtime.block_on(serve(room)) {
        Ok(()) => std::process::exit(0),
        Err(error) => stop(&*error),
    }
}

fn stop(error: &dyn std::fmt::Display) -> ! {
    eprintln!("{}", serde_json::json!({ "level": "fatal", "message": error.to_string() }));
    std::process::exit(1)
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn serve(room: Room) -> Result<(), Failure> {
    let env = Env::of_process();
    let role: Role = env.need("ROLE")?.parse().map_err(Unready::because)?;
    room.check(role, &env)?;
    let sink = Sink::stderr();
    observe::subscribe(sink.clone());
    let surroundings = surroundings(env, role, sink).await?;
    let roles = (room.open)(&surroundings)?;
    match (role, roles.router()) {
        (Role::Api, Some(router)) => lambda_http::run(router).await,
        _ => {
            let roles = Arc::new(roles);
            let serve = service_fn(move |event: LambdaEvent<serde_json::Value>| {
                let roles = roles.clone();
                async move { roles.handle(role, event.payload).await.map_err(Failure::from) }
            });
            lambda_runtime::run(serve).await
        }
    }
}

/// Reads the account, region and credentials that Lambda provides. `AWS_ENDPOINT_URL` leads the
/// SDK to an emulator; nothing here knows which.
async fn surroundings(env: Env, role: Role, sink: Sink) -> Result<Surroundings, Failure> {
    #[allow(clippy::disallowed_methods, reason = "this is the one place")]
    let config = aws_config::load_from_env().await;
    let s3 =
        aws_sdk_s3::config::Builder::from(&config).force_path_style(env.get("AWS_ENDPOINT_URL").is_some());
    let s3 = aws_sdk_s3::Client::from_conf(s3.build());
    let aws = Aws {
        dynamo: aws_sdk_dynamodb::Client::new(&config),
        sqs: aws_sdk_sqs::Client::new(&config),
        s3_public: s3.clone(),
        s3,
    };
    let clock = Clock::system();
    let mint = Mint::system(clock.clone());
    let vault = Vault::secrets_manager(aws_sdk_secretsmanager::Client::new(&config), clock.clone());
    // The relay asks nobody and answers nobody.
    let asking = match role {
        Role::Relay => None,
        _ => {
            let keys: Arc<dyn KeyRing> = Arc::new(InVault::named(vault.clone(), env.need("ASK_SECRET")?));
            let carrier = Https::new(env.need("ASK_URL")?)?;
            let peers = Peers::new(carrier, keys.clone(), clock.clone(), mint.clone());
            Some(Asking { peers, keys })
        }
    };
    let seed = mint.uuid().as_u64_pair().1;
    Ok(Surroundings { env, aws, clock, mint, seed, vault, asking, sink })
}
