//! Events as AWS brings them to a function.

use clock::Clock;
use facts::{Fact, Spoken};
use serde_json::{Value, json};

/// A GET as the gateway brings it, with these headers.
pub fn request(path: &str, headers: &Value) -> Value {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "0", "apiId": "a", "domainName": "d", "domainPrefix": "d", "requestId": "r",
            "routeKey": "$default", "stage": "$default", "time": "21/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1_795_262_400_000_i64,
            "http": { "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench" },
        },
        "isBase64Encoded": false,
    })
}

/// A fact that is news every time.
pub fn sealed<F: Spoken>(aggregate: impl ToString, n: u64, fact: &F) -> Fact {
    Fact::of(fact).seal(&aggregate.to_string(), n + 1, 0, Clock::system().now(), None)
}

/// A batch of one fact, as a room's queue brings it.
pub fn heard<F: Spoken>(aggregate: impl ToString, n: u64, fact: &F) -> Value {
    message(n, &serde_json::to_value(sealed(aggregate, n, fact)).expect("facts are plain data"))
}

/// A batch of one message.
pub fn message(n: u64, body: &Value) -> Value {
    json!({ "Records": [{
        "messageId": n.to_string(), "body": body.to_string(), "eventSource": "aws:sqs",
        "attributes": { "MessageGroupId": "g", "ApproximateReceiveCount": "1" },
    }] })
}

/// What S3 says of an object that has come.
pub fn notice(n: u64, bucket: &str, key: &str) -> Value {
    let object = json!({ "key": key, "size": 18, "eTag": "0", "sequencer": "0" });
    let record = json!({
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
        "eventTime": "2026-11-21T12:00:00.000Z", "eventName": "ObjectCreated:Put",
        "userIdentity": { "principalId": "P" }, "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "c", "object": object,
            "bucket": { "name": bucket, "arn": format!("arn:aws:s3:::{bucket}"), "ownerIdentity": { "principalId": "P" } },
        },
    });
    message(n, &json!({ "Records": [record] }))
}

/// A batch of one change of an item: `image` is what the stream shows of it, by which name.
pub fn record(n: u64, name: &str, image: (&str, Value)) -> Value {
    let mut change = json!({
        "ApproximateCreationDateTime": 1_795_262_400, "SequenceNumber": n.to_string(), "SizeBytes": 1,
        "StreamViewType": "NEW_AND_OLD_IMAGES", "Keys": { "pk": { "S": "x" }, "sk": { "S": "x" } },
    });
    change[image.0] = image.1;
    json!({ "Records": [{
        "eventID": n.to_string(), "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1", "dynamodb": change,
        "userIdentity": { "type": "Service", "principalId": "dynamodb.amazonaws.com" },
    }] })
}
