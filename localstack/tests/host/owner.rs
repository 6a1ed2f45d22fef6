//! What only the owner may read: the data, and the AWS port.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use localstack::options::{Options, Place};
use localstack::{Market, demo};

use crate::world::{at_rest, options};

async fn open(home: &Path) -> Market {
    let options = Options { place: Place::Directory(home.to_owned()), ..options() };
    Market::open(&options, &|_| ()).await.unwrap()
}

/// The answer at this address, as status and text. It blocks, so the market needs another thread.
fn ask(url: &str, head: &str) -> (u16, String) {
    let address = url.strip_prefix("http://").unwrap().replace("localhost", "127.0.0.1");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{head}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{answer}")), answer)
}

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

/// A directory and everything below it.
fn walk(path: &Path) -> Vec<PathBuf> {
    let mut all = vec![path.to_owned()];
    if path.is_dir() {
        all.extend(std::fs::read_dir(path).unwrap().flat_map(|entry| walk(&entry.unwrap().path())));
    }
    all
}

fn assert_closed(home: &Path) {
    for path in walk(home) {
        let expect = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expect, "{} is {:o}", path.display(), mode(&path));
    }
}

fn set(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn nobody_but_the_owner_reads_what_a_market_keeps() {
    let above = tempfile::tempdir().unwrap();
    let home = above.path().join("data");
    let market = open(&home).await;
    demo::move_in(&market, &|_| ()).await.unwrap();
    at_rest(&market).await;
    let objects = walk(&home.join("engines/s3")).into_iter().filter(|path| path.is_file()).count();
    let journals = walk(&home).iter().filter(|path| path.to_string_lossy().ends_with("-wal")).count();
    assert!(objects > 0 && journals > 0, "there are {objects} objects and {journals} journals to look at");
    assert_closed(&home);
    market.stop().await;

    for path in walk(&home) {
        set(&path, if path.is_dir() { 0o755 } else { 0o644 });
    }
    // The vault refuses keys that others can read, until the start closes them.
    let again = open(&home).await;
    assert_closed(&home);
    again.stop().await;
}

#[tokio::test]
async fn a_directory_that_holds_other_things_keeps_them_as_they_are() {
    let home = tempfile::tempdir().unwrap();
    set(home.path(), 0o755);
    let note = home.path().join("note");
    std::fs::write(&note, "mine").unwrap();
    set(&note, 0o644);
    open(home.path()).await.stop().await;
    assert_eq!((mode(home.path()), mode(&note)), (0o755, 0o644));
    for path in ["engines", "keys"] {
        assert_closed(&home.path().join(path));
    }
    assert_eq!(mode(&home.path().join("aws")), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ports_answer_to_the_names_of_this_machine_and_to_no_other() {
    let market = Market::open(&options(), &|_| ()).await.unwrap();
    for (url, served) in [(market.url(), 200), (market.aws_url(), 403)] {
        for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]"] {
            let (status, said) = ask(url, &format!("GET / HTTP/1.1\r\nhost: {host}"));
            assert_eq!(status, served, "{host}: {said}");
        }
        for head in [
            "GET / HTTP/1.1\r\nhost: evil.example",
            "GET / HTTP/1.1\r\nhost: localhost.evil.example:8080",
            "GET / HTTP/1.1\r\nhost: 169.254.169.254",
            "GET / HTTP/1.1\r\nhost: localhost\r\nhost: evil.example",
            "GET http://evil.example/ HTTP/1.1\r\nhost: localhost",
            "GET /dev/token?as=admin HTTP/1.1\r\nhost: evil.example",
            "GET / HTTP/1.0",
        ] {
            let (status, said) = ask(url, head);
            assert_eq!(status, 421, "{head}: {said}");
            assert!(said.contains("application/problem+json") && said.contains("not_this_host"), "{said}");
        }
    }
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_port_of_aws_answers_its_owner_and_says_nothing_to_anybody_else() {
    let home = tempfile::tempdir().unwrap();
    let market = open(home.path()).await;
    let said = std::fs::read_to_string(home.path().join("aws")).unwrap();
    let value = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(&format!("{name} = ")));
        line.unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    assert_eq!(value("endpoint_url"), market.aws_url());
    let config = |secret: &str| {
        let key = aws_sdk_dynamodb::config::Credentials::new(
            value("aws_access_key_id"),
            secret,
            None,
            None,
            "file",
        );
        aws_sdk_dynamodb::Config::builder()
            .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
            .credentials_provider(key)
            .region(aws_sdk_dynamodb::config::Region::new(value("region")))
            .endpoint_url(value("endpoint_url"))
            .build()
    };
    let tables = |secret: &str| aws_sdk_dynamodb::Client::from_conf(config(secret)).list_tables().send();
    assert!(!tables(&value("aws_secret_access_key")).await.unwrap().table_names().is_empty());
    assert!(tables("test").await.is_err());
    for target in ["DynamoDB_20120810.ListTables", "AmazonSQS.ListQueues"] {
        let head =
            format!("POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: {target}\r\ncontent-length: 2");
        let (status, said) = ask(market.aws_url(), &head.replace("content-length: 2", "content-length: 0"));
        assert!(status == 403 && said.contains("MissingAuthenticationToken"), "{target}: {said}");
    }
    let preflight = "OPTIONS / HTTP/1.1\r\nhost: localhost\r\norigin: https://evil.example\r\n\
        access-control-request-method: POST\r\naccess-control-request-headers: x-amz-target";
    let (status, said) = ask(market.aws_url(), preflight);
    assert!(status == 403 && !said.to_lowercase().contains("access-control-allow"), "{said}");
    market.stop().await;
    // The key stays, so programs that know it go on working after the next start.
    let again = open(home.path()).await;
    assert!(
        std::fs::read_to_string(home.path().join("aws")).unwrap().contains(&value("aws_secret_access_key"))
    );
    again.stop().await;
}
