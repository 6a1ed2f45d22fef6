//! The health of the market: messages in its queues, and the lag of its event sources.

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};

use super::Shown;

/// The report. The market is well when all dead-letter queues are empty.
pub async fn report(shown: &Shown) -> Result<Value, String> {
    let sqs = shown.engines.sqs_client();
    let mut queues = Vec::new();
    let mut dead = 0;
    for queue in &shown.stack.queues {
        let request = sqs.get_queue_attributes().queue_url(&queue.url);
        let answer = request.attribute_names(QueueAttributeName::All).send().await;
        let answer = answer.map_err(|error| format!("{}: {error:?}", queue.name))?;
        let count = |name: QueueAttributeName| -> u64 {
            let value = answer.attributes.as_ref().and_then(|attributes| attributes.get(&name));
            value.and_then(|value| value.parse().ok()).unwrap_or(0)
        };
        let waiting = count(QueueAttributeName::ApproximateNumberOfMessages);
        let is_dead = is_dead_letters(shown, &queue.arn);
        dead += if is_dead { waiting } else { 0 };
        queues.push(json!({
            "name": queue.name,
            "dead_letters": is_dead,
            "waiting": waiting,
            "in_flight": count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            "delayed": count(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
        }));
    }
    let now = shown.clock.now();
    let sources: Vec<_> = shown.gauges.iter().map(|gauge| gauge.read(now)).collect();
    let functions: Vec<_> = shown.stack.functions.iter().map(|function| function.name.as_str()).collect();
    Ok(json!({
        "status": if dead == 0 { "ok" } else { "letters are dead" },
        "at": now,
        "stack": shown.stack.name,
        "functions": functions,
        "queues": queues,
        "sources": sources,
    }))
}

fn is_dead_letters(shown: &Shown, arn: &str) -> bool {
    let redriven = shown.stack.queues.iter().filter_map(|queue| queue.redrive.as_ref());
    let redriven = redriven.map(|redrive| redrive.dead_letter_arn.as_str());
    let sources = shown.stack.functions.iter().flat_map(|function| &function.sources);
    let given_up = sources.filter_map(|source| match source {
        embedded::template::Source::Stream(stream) => stream.on_failure.as_deref(),
        _ => None,
    });
    redriven.chain(given_up).any(|dead| dead == arn)
}
