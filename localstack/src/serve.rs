//! Ports: how they are taken, and how connections are served until the house closes.
//!
//! Invariants: only this machine is listened to, and only under its own names; whoever has been heard
//! is answered, also when the house is closing.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use axum::response::IntoResponse;
use bytes::Bytes;
use http::header::HOST;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use problem::Problem;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A client that does not get its request line and headers across in this time is hung up on.
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
        // `localhost` is both, and a program behind the other one would answer half of the calls.
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

    /// Serves what the service answers to whoever calls, until it is stopped and the last one has
    /// been answered.
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
        let mut listening = JoinSet::new();
        for listener in self.listeners {
            listening.spawn(listen(listener, service.clone(), stopped.clone()));
        }
        all(listening).await;
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
    let mut connections = JoinSet::new();
    while !*stopped.borrow() {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    connections.spawn(converse(stream, service(from.ip()), stopped.clone()));
                }
                Err(error) => {
                    // Too many open files, usually. It passes when connections end.
                    tracing::warn!(error = error.to_string(), "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            _ = stopped.changed() => {}
        }
    }
    drop(listener);
    all(connections).await;
}

/// Waits for every task. One that died has failed its own client and nobody else.
async fn all(mut tasks: JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(error = error.to_string(), "a connection died");
        }
    }
}

async fn converse<S, B>(stream: TcpStream, service: S, mut stopped: watch::Receiver<bool>)
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
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
    // A connection that breaks off is the client's affair.
    let closing = async {
        stopped.wait_for(|stopped| *stopped).await.ok();
    };
    tokio::select! {
        _ = connection.as_mut() => return,
        () = closing => connection.as_mut().graceful_shutdown(),
    }
    connection.await.ok();
}

/// Whether a request is for this machine by one of its own names, in its header and, where it says one,
/// in its first line. A page on another site can make a browser call us under that site's name, and must
/// not be told anything.
pub fn is_addressed(request: &Parts) -> bool {
    let mut hosts = request.headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let named = |host: Option<&str>| host.is_some_and(is_local_name);
    named(hosts.next())
        && hosts.next().is_none()
        && request.uri.authority().is_none_or(|authority| is_local_name(authority.as_str()))
}

/// What is said to whoever calls another machine.
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
}
