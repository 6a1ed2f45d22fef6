//! Ports: how they are taken, and how connections are served until the market closes.
//!
//! Invariants: only this machine is served, and only under its own names; a request that was received
//! is answered, also when the market closes.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use axum::response::IntoResponse;
use bytes::Bytes;
use futures::future::join_all;
use http::header::HOST;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use problem::Problem;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A client gets this long for its request line and headers.
const PATIENCE: Duration = Duration::from_secs(30);

/// One port of this machine, under both of its own addresses where it has both.
pub struct Port {
    number: u16,
    listeners: Vec<TcpListener>,
}

impl Port {
    /// Takes the port, or any free one when it is 0.
    pub async fn take(number: u16) -> io::Result<Port> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, number)).await?;
        let number = first.local_addr()?.port();
        let mut listeners = vec![first];
        // `localhost` is both, and a program on the other one would answer half of the calls.
        match TcpListener::bind((Ipv6Addr::LOCALHOST, number)).await {
            Ok(second) => listeners.push(second),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            // A machine without IPv6.
            Err(_) => {}
        }
        Ok(Port { number, listeners })
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Serves the service until it is stopped and the last request is answered.
    pub async fn serve<S, B>(
        self,
        service: impl Fn(IpAddr) -> S + Clone + Send + 'static,
        stopped: watch::Receiver<bool>,
    ) where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
        S::Future: Send,
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let listen = |listener| listen(listener, service.clone(), stopped.clone());
        join_all(self.listeners.into_iter().map(listen)).await;
    }
}

async fn listen<S, B>(
    listener: TcpListener,
    service: impl Fn(IpAddr) -> S,
    mut stopped: watch::Receiver<bool>,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
    S::Future: Send,
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let connections = GracefulShutdown::new();
    while !*stopped.borrow() {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    tokio::spawn(converse(stream, service(from.ip()), connections.watcher()));
                }
                Err(error) => {
                    // Too many open files, usually. It passes when connections end.
                    tracing::warn!(error = error.to_string(), "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            _ = stopped.changed() => {}
        }
    }
    drop(listener);
    connections.shutdown().await;
}

async fn converse<S, B>(stream: TcpStream, service: S, until: Watcher)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: hyper::body::Body<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::warn!(error = error.to_string(), "a connection stays slow");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let (parts, body) = request.into_parts();
        let asked = is_addressed(&parts).then(|| service.call(Request::from_parts(parts, body)));
        async move {
            Ok::<_, Infallible>(match asked {
                Some(answer) => answer.await?.map(Either::Left),
                None => elsewhere().map(Either::Right),
            })
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // A broken connection is the client's affair.
    until.watch(http.serve_connection(TokioIo::new(stream), service)).await.ok();
}

/// Whether a request is for this machine by one of its own names, in its header and, if there is one,
/// in its first line. A page of another site can make a browser call this host under that site's name,
/// and must learn nothing.
pub fn is_addressed(request: &Parts) -> bool {
    let mut hosts = request.headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let named = |host: Option<&str>| host.is_some_and(is_local_name);
    named(hosts.next())
        && hosts.next().is_none()
        && request.uri.authority().is_none_or(|authority| is_local_name(authority.as_str()))
}

/// The answer to a request for another name.
fn elsewhere() -> axum::response::Response {
    let detail =
        "This machine answers to localhost, 127.0.0.1 and [::1]. A proxy has to call it by one of these.";
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "not_this_host").detail(detail).into_response()
}

/// Whether this is a name of this machine's own, with a port or without.
fn is_local_name(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[test]
    fn a_machine_knows_its_own_names() {
        let check = |host: &str, expect: bool| assert_eq!(is_local_name(host), expect, "{host}");
        check("localhost:8080", true);
        check("LOCALHOST", true);
        check("127.0.0.1:8080", true);
        check("[::1]:8080", true);
        check("[::1]", true);
        check("localhost.evil.example:8080", false);
        check("evil.example", false);
        check("10.0.0.7:8080", false);
        check("", false);
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_not_shared() {
        let port = Port::take(0).await.unwrap();
        let again = Port::take(port.number()).await;
        assert_eq!(again.err().map(|error| error.kind()), Some(io::ErrorKind::AddrInUse));
    }

    #[tokio::test]
    async fn a_request_that_was_heard_is_answered_though_the_house_closes() {
        let port = Port::take(0).await.unwrap();
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, port.number())).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let (heard, mut hearing) = tokio::sync::mpsc::channel(1);
        let slow = move |_: IpAddr| {
            let heard = heard.clone();
            service_fn(move |_: Request<Incoming>| {
                let heard = heard.clone();
                async move {
                    heard.send(()).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    Ok::<_, Infallible>(Response::new(http_body_util::Full::from("late")))
                }
            })
        };
        let serving = tokio::spawn(port.serve(slow, stopped));
        client.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        hearing.recv().await.unwrap();
        stop.send(true).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("late"), "{answer}");
        serving.await.unwrap();
    }
}
