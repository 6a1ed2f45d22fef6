//! All three engines on one real port, with the SDK's own requests over a socket.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use clock::Clock;
use embedded::{Engines, Handler, Key, Reply, client};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::stack;

/// Sends each request over a connection of its own.
#[derive(Debug)]
struct Wire(std::net::SocketAddr);

impl Handler for Wire {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let address = self.0;
        Box::pin(async move {
            let failed = |problem: Box<dyn std::error::Error + Send + Sync>| ConnectorError::io(problem);
            let socket = TcpStream::connect(address).await.map_err(|e| failed(e.into()))?;
            let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket))
                .await
                .map_err(|e| failed(e.into()))?;
            let connection = tokio::spawn(connection);
            let (mut parts, body) = request.into_parts();
            parts.headers.insert("host", parts.uri.authority().unwrap().as_str().parse().unwrap());
            let response = sender
                .send_request(http::Request::from_parts(parts, Full::new(body)))
                .await
                .map_err(|e| failed(e.into()))?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|e| failed(e.into()))?.to_bytes();
            drop(sender);
            connection.await.unwrap().unwrap();
            Ok(http::Response::from_parts(parts, body))
        })
    }
}

#[tokio::test]
async fn one_port_serves_tables_queues_and_buckets() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // By the machine's clock: the SDK signs by the time in the answers.
    let engines =
        Engines::memory_at(&format!("http://{address}"), Key::new("OWNER", "drawn"), Clock::system())
            .unwrap();
    engines.install(&stack()).await.unwrap();
    let endpoint = engines.aws_endpoint();
    let serving = tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let endpoint = endpoint.clone();
            tokio::spawn(async move {
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), endpoint)
                    .await
            });
        }
    });
    let (wire, wiring): (Arc<dyn Handler>, _) = (Arc::new(Wire(address)), engines.wiring());

    let tables = client::dynamo(wire.clone(), &wiring);
    let put = tables.put_item().table_name("shop-things").item("pk", AttributeValue::S("a".into()));
    put.item("sk", AttributeValue::S("b".into())).send().await.unwrap();
    assert_eq!(engines.dynamo_client().scan().table_name("shop-things").send().await.unwrap().count(), 1);

    let queues = client::sqs(wire.clone(), &wiring);
    let url = queues.get_queue_url().queue_name("shop-timers").send().await.unwrap().queue_url.unwrap();
    assert!(url.starts_with(&format!("http://{address}/")));
    queues.send_message().queue_url(&url).message_body("ring").send().await.unwrap();
    assert!(!engines.sqs.is_idle().unwrap());

    let buckets = client::s3(wire, &wiring);
    let bucket = "shop-files-000000000000";
    buckets.put_object().bucket(bucket).key("a").body(ByteStream::from_static(b"x")).send().await.unwrap();
    let got = buckets.get_object().bucket(bucket).key("a").send().await.unwrap();
    assert_eq!(got.body.collect().await.unwrap().to_vec(), b"x");
    serving.abort();
}
