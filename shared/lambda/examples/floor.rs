//! The least that such a function can be: the runtime, a DynamoDB client, an echo. What our bootstraps
//! take beyond it is our own code. It uses nothing of this crate; it stands here because it is built
//! with this crate's dependencies.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        #[allow(clippy::disallowed_methods, reason = "a floor that stands beside the house, not in it")]
        let config = aws_config::load_from_env().await;
        let client = aws_sdk_dynamodb::Client::new(&config);
        let echo = service_fn(|event: LambdaEvent<Value>| {
            let client = client.clone();
            async move {
                drop(client);
                Ok::<_, Error>(event.payload)
            }
        });
        lambda_runtime::run(echo).await
    })
}
