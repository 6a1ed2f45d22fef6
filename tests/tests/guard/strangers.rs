//! Nobody, the wrong people and the wrong programs at every door that is not public.

use testkit::{Call, Door, Driver, Operation, Reply, Stage};

use crate::{assert_untouched, belongings, in_every_room};

/// What is named in a path and is no thing of anybody's.
const WORDS: &[&str] = &["merchant", "policy", "locale", "slug"];

/// The same request at the stranger's own door, if it is about a thing that does not lie behind it.
fn at_another_door<'a>(at: &'a Stage, operation: &Operation) -> Option<Call<'a>> {
    let names = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let things: Vec<&str> = names.filter(|name| !WORDS.contains(name)).collect();
    if operation.door != Some(Door::Member) || things.is_empty() {
        return None;
    }
    let mut known = at.meant_by(operation);
    for thing in things {
        assert!(known.contains_key(thing), "say in the furniture which {thing} {} is about", operation.id);
    }
    known.insert("merchant", at.stranger.to_string());
    Some(at.shown(operation, &operation.path_with(&known)).bearer(&at.rival))
}

#[test]
fn strangers_are_turned_away() {
    in_every_room(turned_away);
}

async fn turned_away(driver: Driver) {
    let at = Stage::furnished(&driver, &[]).await;
    let room = at.room;
    let before = belongings(&at.house).await;
    assert!(!before.is_empty());
    let mut guarded = 0;
    for operation in at.operations.iter().filter(|operation| operation.door != Some(Door::Public)) {
        guarded += 1;
        // It would succeed if the right one sent it.
        let ask = || at.shown(operation, &at.path(operation));
        let id = &operation.id;
        let refused = |reply: Reply, statuses: &[u16], who: &str| {
            let status = reply.status.as_u16();
            assert!(statuses.contains(&status), "{who} calls {id}: {status} {}", reply.text());
        };
        refused(ask().send().await, &[401], "nobody");
        refused(
            ask().bearer("eyJhbGciOiJub25lIn0.e30.").send().await,
            &[401],
            "somebody with an unsigned token",
        );
        refused(ask().bearer("garbage").send().await, &[401], "somebody with garbage");
        // A room that knows sessions does not know that of somebody who never signed in there.
        let denied: &[u16] = if driver.knows_sessions { &[401, 403, 404] } else { &[403, 404] };
        if operation.door == Some(Door::Person) {
            // Whoever is signed in may ask for what is their own, and for nobody else's.
            let is_about_something = operation.path.contains('{');
            if let Some(neighbour) = at.neighbour.as_deref().filter(|_| is_about_something) {
                refused(ask().bearer(neighbour).send().await, &[403, 404], "somebody else");
            }
        } else {
            refused(ask().as_customer().send().await, denied, "a customer");
            refused(ask().as_manager(at.stranger).send().await, denied, "another merchant");
            if operation.door != Some(Door::Member) {
                refused(ask().as_manager(at.merchant()).send().await, denied, "a merchant");
            }
            if operation.door != Some(Door::Admin) {
                refused(ask().as_admin().send().await, denied, "an admin who does not work there");
            }
        }
        if let Some(call) = at_another_door(&at, operation) {
            let reply = call.send().await;
            assert!(reply.code().starts_with("no_such_"), "another merchant finds what {id} is about");
            refused(reply, &[404, 422], "another merchant, at their own door,");
        }
        for key in &at.strange_keys {
            let key = ask().header(http::HeaderName::from_static("x-api-key"), key);
            refused(key.send().await, denied, "a program of somebody else, or for something else");
        }
    }
    assert!(guarded > 0, "{room} guards nothing");
    assert_untouched(&before, &belongings(&at.house).await, &format!("a stranger, in {room},"));
}
