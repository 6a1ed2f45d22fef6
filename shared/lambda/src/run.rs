//! The function itself: from `main` to the first poll.

use std::sync::Arc;

use ask::{Answers, Invoke, Peers, Question};
use clock::Clock;
use ids::Mint;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Service};
use lambda_runtime::{LambdaEvent, service_fn};
use observe::Sink;
use serde_json::value::{RawValue, to_raw_value};
use vault::Vault;

use crate::{Aws, Env, Role, Room, Surroundings, Unready};

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
    let roles = Arc::new((room.open)(&surroundings)?);
    match (role, roles.router()) {
        // Gateway and rooms reach the same function, so that each keeps it warm for the other.
        (Role::Api, Some(router)) => {
            let http = Adapter::from(router);
            let serve = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
                let (roles, mut http) = (roles.clone(), http.clone());
                async move {
                    let LambdaEvent { payload, context } = event;
                    if let Ok(question) = serde_json::from_str::<Question>(payload.get()) {
                        return Ok(to_raw_value(&roles.answer(question).await)?);
                    }
                    let request: LambdaRequest = serde_json::from_str(payload.get())?;
                    let response = http.call(LambdaEvent::new(request, context)).await?;
                    Ok::<_, Failure>(to_raw_value(&response)?)
                }
            });
            lambda_runtime::run(serve).await
        }
        _ => {
            let serve = service_fn(move |event: LambdaEvent<serde_json::Value>| {
                let roles = roles.clone();
                async move { roles.handle(role, event.payload).await.map_err(Failure::from) }
            });
            lambda_runtime::run(serve).await
        }
    }
}

/// Reads the account, region and credentials that Lambda provides. `AWS_ENDPOINT_URL` leads the SDK to
/// an emulator.
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
    // The relay neither asks nor answers asks.
    let peers = match (role, config.credentials_provider()) {
        (Role::Relay, _) => None,
        (_, None) => return Err(Unready::because("there are no credentials to ask other rooms with").into()),
        (_, Some(credentials)) => {
            let region = config.region().map_or("us-east-1", |region| region.as_ref());
            let endpoint = env.get("AWS_ENDPOINT_URL");
            let carrier = Invoke::new(env.need("STACK")?, region, endpoint, credentials, clock.clone());
            Some(Peers::new(carrier, mint.clone()))
        }
    };
    let seed = mint.uuid().as_u64_pair().1;
    Ok(Surroundings { env, aws, clock, mint, seed, vault, peers, sink })
}
