//! The port answers only what was signed just now, as it is, with a known key.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use clock::Hands;
use embedded::client::{self, Wiring};
use embedded::endpoint::AwsEndpoint;
use embedded::{DEFAULT_ENDPOINT, Engines, Handler, Key, Reply};
use http::{HeaderValue, Request};
use http_body_util::BodyExt;
use s3s::Body;

use crate::{clock, stack};

const BUCKET: &str = "shop-files-000000000000";

/// The port of engines whose owner has a random key, and its last request.
#[derive(Clone)]
struct Gate {
    endpoint: AwsEndpoint,
    engines: Engines,
    seen: Arc<Mutex<Option<Request<Bytes>>>>,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gate")
    }
}

impl Handler for Gate {
    fn handle(&self, request: Request<Bytes>) -> Reply {
        *self.seen.lock().unwrap() = Some(request.clone());
        let endpoint = self.endpoint.clone();
        Box::pin(async move {
            let (parts, body) = endpoint.answer(request.map(Body::from)).await.into_parts();
            Ok(http::Response::from_parts(parts, body.collect().await.unwrap().to_bytes()))
        })
    }
}

impl Gate {
    async fn open() -> (Gate, Hands) {
        let (clock, hands) = clock();
        let engines = Engines::memory_at(DEFAULT_ENDPOINT, Key::new("OWNER", "drawn"), clock).unwrap();
        engines.install(&stack()).await.unwrap();
        (Gate { endpoint: engines.aws_endpoint(), engines, seen: Arc::default() }, hands)
    }

    fn wiring(&self, key: Key) -> Wiring {
        Wiring::new(key, clock().0, DEFAULT_ENDPOINT)
    }

    /// The SDK's request when the owner lists the tables, or the queues.
    async fn sound(&self, service: &str) -> Request<Bytes> {
        let here: Arc<dyn Handler> = Arc::new(self.clone());
        match service {
            "dynamodb" => {
                drop(client::dynamo(here, &self.engines.wiring()).list_tables().send().await.unwrap())
            }
            _ => drop(client::sqs(here, &self.engines.wiring()).list_queues().send().await.unwrap()),
        }
        self.seen.lock().unwrap().take().unwrap()
    }

    async fn status(&self, request: Request<Bytes>) -> u16 {
        self.handle(request).await.unwrap().status().as_u16()
    }

    async fn get(&self, uri: &str, headers: &[(&'static str, &str)]) -> u16 {
        let mut request = Request::get(uri).header("host", "localhost:8081");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.status(request.body(Bytes::new()).unwrap()).await
    }
}

fn with(request: &Request<Bytes>, change: impl FnOnce(&mut Request<Bytes>)) -> Request<Bytes> {
    let mut request = request.clone();
    change(&mut request);
    request
}

fn rewrite(request: &mut Request<Bytes>, name: &'static str, change: impl FnOnce(&str) -> String) {
    let said = change(request.headers()[name].to_str().unwrap());
    request.headers_mut().insert(name, HeaderValue::from_str(&said).unwrap());
}

/// A change of a request on its way.
type Change = fn(&mut Request<Bytes>);

#[tokio::test]
async fn tables_and_queues_answer_what_was_signed_and_not_what_was_made_of_it() {
    for service in ["dynamodb", "sqs"] {
        let (gate, hands) = Gate::open().await;
        let sound = gate.sound(service).await;
        assert_eq!(gate.status(sound.clone()).await, 200, "{service}: as it was sent");
        let changes: [(&str, Change); 12] = [
            ("no signature", |r| drop(r.headers_mut().remove("authorization"))),
            ("two signatures", |r| {
                let twice = r.headers()["authorization"].clone();
                r.headers_mut().append("authorization", twice);
            }),
            ("no date", |r| drop(r.headers_mut().remove("x-amz-date"))),
            ("another body", |r| *r.body_mut() = Bytes::from_static(b"{ }")),
            ("another operation", |r| rewrite(r, "x-amz-target", |said| said.replace("List", "Delete"))),
            ("another host", |r| rewrite(r, "host", |_| "127.0.0.1:8081".into())),
            ("another path", |r| *r.uri_mut() = format!("{DEFAULT_ENDPOINT}/x").parse().unwrap()),
            ("another key", |r| rewrite(r, "authorization", |said| said.replace("OWNER", "OTHER"))),
            ("another region", |r| {
                rewrite(r, "authorization", |said| said.replace("us-east-1", "eu-west-1"))
            }),
            ("a later day", |r| rewrite(r, "authorization", |said| said.replace("20261121", "20261122"))),
            ("a signature cut short", |r| {
                rewrite(r, "authorization", |said| said[..said.len() - 1].to_owned())
            }),
            ("an unsigned header of AWS's", |r| {
                r.headers_mut().insert("x-amz-more", HeaderValue::from_static("1"));
            }),
        ];
        for (what, change) in changes {
            assert_eq!(gate.status(with(&sound, change)).await, 403, "{service}: {what}");
        }
        let unsigned_operation = with(&sound, |r| {
            rewrite(r, "authorization", |said| said.replace(";x-amz-target", ""));
        });
        assert_eq!(gate.status(unsigned_operation).await, 403, "{service}: an operation that is not signed");
        hands.advance(jiff::SignedDuration::from_mins(14));
        assert_eq!(gate.status(sound.clone()).await, 200, "{service}: within the quarter of an hour");
        hands.advance(jiff::SignedDuration::from_mins(2));
        assert_eq!(gate.status(sound).await, 403, "{service}: a quarter of an hour later");
    }
}

#[tokio::test]
async fn a_name_opens_nothing_without_its_secret() {
    let (gate, _) = Gate::open().await;
    let here: Arc<dyn Handler> = Arc::new(gate.clone());
    let tables = async |key: Key| {
        let listed = client::dynamo(here.clone(), &gate.wiring(key)).list_tables().send().await;
        listed.map_err(|error| error.raw_response().map(|raw| raw.status().as_u16()))
    };
    let objects = async |key: Key| {
        let listed =
            client::s3(here.clone(), &gate.wiring(key)).list_objects_v2().bucket(BUCKET).send().await;
        listed.map_err(|error| error.raw_response().map(|raw| raw.status().as_u16()))
    };
    let owner = Key::new("OWNER", "drawn");
    assert!(tables(owner.clone()).await.is_ok() && objects(owner.clone()).await.is_ok());
    for key in
        [Key::well_known(), Key::new("OWNER", "guessed"), Key::new("ThingsApi", "drawn"), owner.of("Nobody")]
    {
        assert_eq!(tables(key.clone()).await.err(), Some(Some(403)), "{key:?}");
        assert_eq!(objects(key.clone()).await.err(), Some(Some(403)), "{key:?}");
    }
}

#[allow(clippy::disallowed_methods, reason = "S3 judges links by the machine's clock")]
#[tokio::test]
async fn a_link_is_good_for_what_it_says_until_it_ends_and_only_by_itself() {
    let (gate, _) = Gate::open().await;
    let owner = gate.engines.s3_client();
    for key in ["a", "b"] {
        let body = ByteStream::from_static(b"x");
        owner.put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap();
    }
    let link = async |ago: u64, secret: &str| {
        let client = client::s3(Arc::new(gate.clone()), &gate.wiring(Key::new("OWNER", secret)));
        let begins = SystemTime::now() - Duration::from_secs(ago);
        let lasts =
            PresigningConfig::builder().start_time(begins).expires_in(Duration::from_secs(60)).build();
        client.get_object().bucket(BUCKET).key("a").presigned(lasts.unwrap()).await.unwrap().uri().to_owned()
    };
    let url = link(0, "drawn").await;
    assert_eq!(gate.get(&url, &[]).await, 200);
    assert_eq!(gate.get(&url, &[("origin", "https://evil.example"), ("cookie", "a=b")]).await, 200);
    assert_eq!(gate.get(&link(61, "drawn").await, &[]).await, 403, "it has ended");
    assert_eq!(gate.get(&link(0, "guessed").await, &[]).await, 403, "another secret");
    for (from, to) in [("/a?", "/b?"), ("X-Amz-Expires=60", "X-Amz-Expires=600"), ("OWNER", "OTHER")] {
        assert!(url.contains(from), "{url}");
        assert_ne!(gate.get(&url.replace(from, to), &[]).await, 200, "{from} became {to}");
    }
    let put = Request::put(&url).header("host", "localhost:8081").header("content-length", "0");
    assert_eq!(gate.status(put.body(Bytes::new()).unwrap()).await, 403, "another method");
    let more = "AWS4-HMAC-SHA256 Credential=OWNER/20261121/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    assert_eq!(gate.get(&url, &[("authorization", more)]).await, 403, "signed in two ways");
    for (what, unsigned) in [
        ("nothing", format!("{DEFAULT_ENDPOINT}/{BUCKET}/a")),
        (
            "the second version",
            format!("{DEFAULT_ENDPOINT}/{BUCKET}/a?AWSAccessKeyId=OWNER&Expires=9999999999&Signature=0"),
        ),
    ] {
        assert_eq!(gate.get(&unsigned, &[]).await, 403, "{what}");
    }
    let form = Request::post(format!("{DEFAULT_ENDPOINT}/{BUCKET}"))
        .header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(gate.status(form.body(Bytes::from_static(b"--x--\r\n")).unwrap()).await, 403, "a form");
}

/// A function's link keeps the function's rights when the owner's key is named beside it.
#[tokio::test]
async fn who_is_judged_is_who_has_signed() {
    let (gate, _) = Gate::open().await;
    let wiring = gate.engines.wiring().signing_as("ThingsWorker");
    let client = client::s3(Arc::new(gate.clone()), &wiring);
    let lasts = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let url = client.get_object().bucket(BUCKET).key("a").presigned(lasts).await.unwrap().uri().to_owned();
    assert_eq!(gate.get(&url, &[]).await, 403);
    let owner = "Credential=OWNER/20261121/us-east-1/s3/aws4_request";
    for (what, url, header) in [
        ("a header", url.clone(), Some(format!("AWS4-HMAC-SHA256 {owner}, SignedHeaders=host, Signature=0"))),
        ("another name in the URL", format!("{url}&X-Amz-{}", owner.replace('/', "%2F")), None),
        ("a name that is spelt otherwise", url.replace("X-Amz-Credential", "X%2DAmz-Credential"), None),
    ] {
        let headers: Vec<_> = header.iter().map(|header| ("authorization", header.as_str())).collect();
        assert_eq!(gate.get(&url, &headers).await, 403, "{what}");
    }
}
