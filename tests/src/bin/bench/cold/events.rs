//! What each function is given when its warm time is measured: something that really happens.

use clock::Clock;
use embedded::template::Function;
use facts::catalog::{LineKind, VariantCreated};
use facts::identity::AccountClosed;
use facts::inventory::StockReceived;
use facts::merchants::{MemberAdded, MerchantActivated, MerchantRole};
use facts::{Fact, Spoken};
use ids::{AccountId, MerchantId, Mint, MovementId, ProductId, VariantId, WarehouseId};
use serde_json::{Value, json};

use super::stand_in::StandIn;

/// What happens, and the event of the nth time.
pub type Given<'a> = (&'static str, Box<dyn Fn(u64) -> Value + 'a>);

/// What a function is given; an API more than one thing.
pub fn given<'a>(function: &Function, at: &'a StandIn, mint: &'a Mint) -> Vec<Given<'a>> {
    let known = |name: &str| at.known[name].clone();
    let bucket = function.environment.get("BUCKET").cloned().unwrap_or_default();
    let page = |what: &'static str, path: String| -> Given<'a> {
        (what, Box::new(move |_| request(&path, &at.known["guest"])))
    };
    match function.logical_id.as_str() {
        "CartApi" => vec![page("a cart of 2 lines", "/cart".into())],
        "CatalogApi" => vec![
            page("a product page", format!("/catalog/products/{}", known("product"))),
            page("a listing of 20", "/catalog/products?limit=20".into()),
        ],
        "IdentityApi" => vec![page("the key set", "/identity/.well-known/jwks.json".into())],
        "InventoryApi" => {
            vec![page("an availability", format!("/inventory/availability?variant={}", known("variant")))]
        }
        "MerchantsApi" => vec![page("a shop's face", format!("/merchants/shops/{}", known("shop")))],
        "CartWorker" | "MerchantsWorker" => vec![(
            "an account was closed",
            Box::new(|n| {
                let account = AccountId::mint(mint);
                heard(account, n, &AccountClosed { account })
            }),
        )],
        "CatalogWorker" => vec![(
            "a shop may sell",
            Box::new(|n| {
                let merchant = MerchantId::mint(mint);
                heard(merchant, n, &MerchantActivated { merchant, name: "A shop".into() })
            }),
        )],
        "IdentityWorker" => vec![(
            "somebody works in a shop",
            Box::new(|n| {
                let (merchant, account, role) =
                    (MerchantId::mint(mint), AccountId::mint(mint), MerchantRole::Clerk);
                heard(merchant, n, &MemberAdded { merchant, account, role })
            }),
        )],
        "InventoryWorker" => vec![(
            "a variant was made",
            Box::new(|n| {
                let (merchant, product, variant) =
                    (MerchantId::mint(mint), ProductId::mint(mint), VariantId::mint(mint));
                let (kind, sku) = (LineKind::Physical, "one".to_owned());
                heard(
                    product,
                    n,
                    &VariantCreated { variant, product, merchant, kind, sku, numeric_sku: None },
                )
            }),
        )],
        "InventoryTimer" => vec![(
            "a hold is looked at",
            Box::new(|n| message(n, &json!({ "reservation_due": { "owner": format!("ord_{n}") } }))),
        )],
        "InventoryExpiry" => vec![("a receipt was swept", Box::new(swept))],
        "IdentitySchedule" => vec![("the signing key is looked at", Box::new(|_| json!({})))],
        "CatalogUploads" => vec![(
            "a picture of nobody's",
            Box::new(move |n| {
                let name = format!("media/{}/{}", at.known["product"], ids::MediaId::mint(mint));
                notice(n, &bucket, &name)
            }),
        )],
        "MerchantsUploads" => vec![(
            "a paper that is known",
            Box::new(move |n| {
                let name = format!("documents/{}/{}", at.known["shop"], at.known["document"]);
                notice(n, &bucket, &name)
            }),
        )],
        "Relay" => vec![("one fact for one room", Box::new(|n| relayed(n, mint)))],
        name => panic!("say here what {name} is given"),
    }
}

fn request(path: &str, guest: &str) -> Value {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": { "x-cart": guest },
        "requestContext": {
            "accountId": "0", "apiId": "a", "domainName": "d", "domainPrefix": "d", "requestId": "r",
            "routeKey": "$default", "stage": "$default", "time": "21/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1_795_262_400_000_i64,
            "http": { "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench" },
        },
        "isBase64Encoded": false,
    })
}

fn sealed<F: Spoken>(aggregate: impl ToString, n: u64, fact: &F) -> Fact {
    Fact::of(fact).seal(&aggregate.to_string(), n + 1, 0, Clock::system().now(), None)
}

/// A batch of one fact, as a room's queue brings it.
fn heard<F: Spoken>(aggregate: impl ToString, n: u64, fact: &F) -> Value {
    message(n, &serde_json::to_value(sealed(aggregate, n, fact)).expect("facts are plain data"))
}

fn message(n: u64, body: &Value) -> Value {
    json!({ "Records": [{
        "messageId": n.to_string(), "body": body.to_string(), "eventSource": "aws:sqs",
        "attributes": { "MessageGroupId": "g", "ApproximateReceiveCount": "1" },
    }] })
}

/// What S3 says of an object.
fn notice(n: u64, bucket: &str, key: &str) -> Value {
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

fn record(n: u64, name: &str, more: (&str, Value)) -> Value {
    let mut change = json!({
        "ApproximateCreationDateTime": 1_795_262_400, "SequenceNumber": n.to_string(), "SizeBytes": 1,
        "StreamViewType": "NEW_AND_OLD_IMAGES", "Keys": { "pk": { "S": "x" }, "sk": { "S": "x" } },
    });
    change[more.0] = more.1;
    json!({ "Records": [{
        "eventID": n.to_string(), "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1", "dynamodb": change,
        "userIdentity": { "type": "Service", "principalId": "dynamodb.amazonaws.com" },
    }] })
}

fn swept(n: u64) -> Value {
    record(n, "REMOVE", ("OldImage", json!({ "pk": { "S": "heard#x" }, "sk": { "S": "receipt" } })))
}

fn relayed(n: u64, mint: &Mint) -> Value {
    let (movement, variant) = (MovementId::mint(mint), VariantId::mint(mint));
    let received = StockReceived { movement, variant, warehouse: WarehouseId::mint(mint), quantity: 3 };
    let emits = serde_json::to_string(&[sealed(variant, n, &received)]).expect("facts are plain data");
    let image = json!({ "pk": { "S": "x" }, "sk": { "S": "x" }, "emits": { "S": emits } });
    record(n, "MODIFY", ("NewImage", image))
}
