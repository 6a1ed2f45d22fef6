//! People who run the market no more, at every door of those who do, in every room there is: their
//! tokens are good and say otherwise, and nothing is done for them.

use testkit::{Door, Driver, Operation, Stage};

use crate::{assert_untouched, belongings, in_every_room};

fn is_for_admins(operation: &Operation) -> bool {
    operation.door == Some(Door::Admin)
}

#[test]
fn whoever_runs_the_market_no_more_is_refused_at_every_door_whatever_the_token_says() {
    let doors = tests::drivers().into_iter().flat_map(|driver| driver.operations());
    let doors = doors.filter(is_for_admins).count();
    assert!(doors > 20, "the walk has found {doors} doors");
    in_every_room(shut_to_who_is_no_admin_now);
}

async fn shut_to_who_is_no_admin_now(driver: Driver) {
    let at = Stage::furnished(&driver, &[]).await;
    let room = at.room;
    let before = belongings(&at.house).await;
    let for_admins = || at.operations.iter().filter(|operation| is_for_admins(operation));
    for operation in for_admins() {
        let knock = |token: &str| at.example(operation).bearer(token).send();
        let id = &operation.id;
        let dismissed = knock(&at.dismissed).await;
        assert_eq!(
            (dismissed.status.as_u16(), dismissed.code().as_str()),
            (403, "forbidden"),
            "{id} of {room}"
        );
        let signed_out = knock(&at.signed_out).await;
        assert_eq!(
            (signed_out.status.as_u16(), signed_out.code().as_str()),
            (401, "signed_out"),
            "{id} of {room}"
        );
    }
    assert_untouched(&before, &belongings(&at.house).await, &format!("who is no admin, in {room},"));
    for operation in for_admins() {
        let status = at.example(operation).send().await.status.as_u16();
        assert!(![401, 403, 503].contains(&status), "an admin calls {} of {room}: {status}", operation.id);
    }
}
