//! The errors when another program uses a port or a directory.

use localstack::options::{Options, Place};
use localstack::{Market, MarketError};
use tokio::net::TcpListener;

use crate::world::options;

async fn refused(options: &Options) -> MarketError {
    match Market::open(options, &|_| ()).await {
        Err(trouble) => trouble,
        Ok(market) => panic!("the market opened on {}", market.url()),
    }
}

#[tokio::test]
async fn a_taken_port_is_named_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let trouble = refused(&Options { port, ..options() }).await;
    assert_eq!(
        trouble.to_string(),
        format!("port {port} is taken; choose another with --port N, and N+1 will be AWS")
    );
}

#[tokio::test]
async fn the_port_of_aws_may_be_the_one_that_is_taken() {
    for _ in 0..20 {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port();
        match refused(&Options { port: port - 1, ..options() }).await {
            MarketError::PortTaken { port: named, why } if named == port => {
                assert!(why.contains("AWS"), "{why}");
                return;
            }
            // Another program uses the port before it as well.
            MarketError::PortTaken { .. } => {}
            other => panic!("{other}"),
        }
    }
    panic!("no two ports in a row were free");
}

#[tokio::test]
async fn two_markets_do_not_share_a_directory() {
    let home = tempfile::tempdir().unwrap();
    let options = Options { place: Place::Directory(home.path().into()), ..options() };
    let first = Market::open(&options, &|_| ()).await.unwrap();
    let said = refused(&options).await.to_string();
    assert!(said.contains(first.url()) && said.contains("--data"), "{said}");
    first.stop().await;
    let second = Market::open(&options, &|_| ()).await.unwrap();
    second.stop().await;
}

#[tokio::test]
async fn a_template_that_is_not_there_is_named() {
    let missing = Options { template: Some("/no/such/template.yaml".into()), ..options() };
    let said = refused(&missing).await.to_string();
    assert!(said.starts_with("/no/such/template.yaml: "), "{said}");
}
