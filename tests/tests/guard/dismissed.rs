//! People who run the market no more, at every door of those who do, in every room there is: their
//! tokens are good and say otherwise, and nothing is done for them.

use tests::spec::Door;

use crate::furnish::furnish;
use crate::{assert_untouched, belongings, doors};

/// How many doors a room has for those who run the market, all of them shut to those who do not.
async fn shut_to_who_is_no_admin_now(room: &str) -> usize {
    let at = furnish(room).await;
    let (document, operations) = doors(room);
    let before = belongings(&at.house).await;
    let for_admins: Vec<_> = operations.iter().filter(|o| o.door == Some(Door::Admin)).collect();
    for operation in &for_admins {
        let knock = async |token: &str| {
            let call =
                at.house.call(operation.method.clone(), &at.path(operation)).key("power").bearer(token);
            call.json(&at.body(operation, &document)).send().await
        };
        let id = &operation.id;
        let dismissed = knock(&at.right.dismissed).await;
        assert_eq!(
            (dismissed.status.as_u16(), dismissed.code().as_str()),
            (403, "forbidden"),
            "{id} of {room}"
        );
        let signed_out = knock(&at.right.signed_out).await;
        assert_eq!(
            (signed_out.status.as_u16(), signed_out.code().as_str()),
            (401, "signed_out"),
            "{id} of {room}"
        );
    }
    assert_untouched(&before, &belongings(&at.house).await, &format!("who is no admin, in {room},"));
    for operation in &for_admins {
        let call = at.house.call(operation.method.clone(), &at.path(operation)).key("right");
        let reply = call.bearer(&at.right.admin).json(&at.body(operation, &document)).send().await;
        let status = reply.status.as_u16();
        assert!(![401, 403, 503].contains(&status), "an admin calls {} of {room}: {status}", operation.id);
    }
    for_admins.len()
}

#[tokio::test]
async fn whoever_runs_the_market_no_more_is_refused_at_every_door_whatever_the_token_says() {
    let mut doors = 0;
    for (room, _) in tests::rooms() {
        doors += Box::pin(shut_to_who_is_no_admin_now(room.name)).await;
    }
    assert!(doors > 20, "the walk has found {doors} doors");
}
