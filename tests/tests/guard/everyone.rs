//! What caches may give to everyone is the same for everyone, and nothing else may be kept: asked by each kind
//! of caller, with and without the answers of the last second.

use http::header::{CACHE_CONTROL, COOKIE, ETAG, IF_NONE_MATCH, SET_COOKIE};
use http::{HeaderName, Method, StatusCode};
use testkit::{Call, Driver, LAPTOP, Reply, Stage};

use crate::in_every_room;

#[test]
fn what_may_be_kept_is_the_same_for_everyone() {
    in_every_room(the_same_for_everyone);
}

async fn the_same_for_everyone(driver: Driver) {
    for recent in ["on", "off"] {
        let variables: Vec<_> = LAPTOP.iter().copied().chain([("RECENT", recent)]).collect();
        let at = Stage::furnished(&driver, &variables).await;
        for operation in at.operations.iter().filter(|operation| operation.method == Method::GET) {
            let ask = || at.shown(operation, &at.address(operation));
            let mut replies = Vec::new();
            for call in [
                ask(),
                ask().as_customer(),
                ask().as_manager(at.merchant()),
                ask().as_admin(),
                ask().bearer("garbage"),
                ask().header(COOKIE, "__Host-snail_cart=crt_nothing"),
                ask().header(HeaderName::from_static("x-cart"), "crt_nothing"),
            ] {
                replies.push(call.send().await);
            }
            match operation.public_read {
                true => are_the_same(&operation.id, &replies, ask()).await,
                false => {
                    let kept = |reply: &Reply| reply.header(CACHE_CONTROL.as_str()) != Some("no-store");
                    assert!(!replies.iter().any(kept), "{} is kept for others", operation.id);
                }
            }
        }
    }
}

/// Whether all got one answer, and say so to caches in the same words.
async fn are_the_same(id: &str, replies: &[Reply], again: Call<'_>) {
    let first = &replies[0];
    let kept = first.header(CACHE_CONTROL.as_str()).unwrap_or_default();
    assert!(kept.starts_with("public, max-age="), "{id} is public, and is for {kept:?}");
    for reply in replies {
        assert_eq!((reply.status, &reply.body), (first.status, &first.body), "{id} knows its caller");
        assert!(!reply.headers.contains_key(SET_COOKIE), "{id} gives everyone one cookie");
        assert!(!reply.headers.contains_key("ratelimit"), "{id} tells everyone of one caller's quota");
        let mut told = [&reply.headers, &first.headers].map(Clone::clone);
        told.iter_mut().for_each(|headers| drop(headers.remove("x-request-id")));
        assert_eq!(told[0], told[1], "{id} knows its caller");
    }
    if first.status == StatusCode::OK {
        let etag = first.header(ETAG.as_str()).unwrap_or_default();
        let again = again.header(IF_NONE_MATCH, etag).send().await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{id}");
    }
}
