//! A file on its way: announced, permitted, come, and looked at.

use std::time::Duration;

use blob::{Announced, Awaited, BadSize, Bucket, Came, Folder};
use clock::Clock;
use failure::AppError;
use sha2::{Digest as _, Sha256};

use crate::engine::Engine;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
const MOST: u64 = 32;
const PICTURES: Folder<u32, u64> = Folder::new("pictures/", MOST, Duration::from_secs(900));
const SOURCES: Folder<u32, u64> = Folder::new("in/", MOST, Duration::from_secs(900)).ending("/source");

fn announced(bytes: u64) -> Announced {
    let sha256 = hex::encode(Sha256::digest(PNG)).parse().unwrap();
    Announced { content_type: "image/png", bytes, sha256 }
}

async fn permit(bucket: &Bucket, bytes: u64) -> Result<Awaited<u64>, AppError<BadSize>> {
    PICTURES.permit(bucket, (1, 2), announced(bytes), Clock::system().now()).await
}

#[test]
fn a_name_says_whose_file_it_is_and_which_one() {
    assert_eq!(PICTURES.name(1, 2), "pictures/1/2");
    assert_eq!(SOURCES.name(1, 2), "in/1/2/source");
    assert_eq!(PICTURES.read("pictures/1/2"), Some((1, 2)));
    assert_eq!(SOURCES.read("in/1/2/source"), Some((1, 2)));
    for other in ["", "pictures/", "pictures/1", "pictures/1/2/3", "pictures/x/2", "pictures/../2", "in/1/2"]
    {
        assert_eq!(PICTURES.read(other), None, "{other}");
        assert_eq!(SOURCES.read(other), None, "{other}");
    }
}

#[tokio::test]
async fn what_was_permitted_comes_and_is_what_its_bytes_say() {
    let (engine, bucket) = Engine::with_bucket().await;
    assert_eq!(PICTURES.look(&bucket, 1, 2).await, Ok(None));
    let Awaited { what, permit } = permit(&bucket, PNG.len() as u64).await.unwrap();
    assert_eq!(what, 2);
    assert!(engine.browse(&permit, &permit.headers, PNG).await.0.is_success());
    let came = Came { content_type: Some("image/png"), bytes: PNG.len() as u64 };
    assert_eq!(PICTURES.look(&bucket, 1, 2).await, Ok(Some(came)));
    bucket.put("pictures/1/2", "<script>", "image/png").await.unwrap();
    assert_eq!(PICTURES.look(&bucket, 1, 2).await, Ok(Some(Came { content_type: None, bytes: 8 })));
    bucket.put("pictures/1/2", "", "image/png").await.unwrap();
    assert_eq!(PICTURES.look(&bucket, 1, 2).await, Ok(Some(Came { content_type: None, bytes: 0 })));
}

#[tokio::test]
async fn nothing_is_permitted_or_believed_that_is_larger_than_is_taken() {
    let (_, bucket) = Engine::with_bucket().await;
    assert!(permit(&bucket, MOST).await.is_ok());
    for bytes in [0, MOST + 1, u64::MAX] {
        let refused = permit(&bucket, bytes).await.unwrap_err();
        assert_eq!(refused, AppError::Refused(BadSize { most: MOST }));
    }
    let large = [PNG, &[0; 32]].concat();
    let came = Came { content_type: None, bytes: large.len() as u64 };
    bucket.put("pictures/1/2", large, "image/png").await.unwrap();
    assert_eq!(PICTURES.look(&bucket, 1, 2).await, Ok(Some(came)));
}
