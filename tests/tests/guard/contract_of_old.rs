//! The LOMS contract knows nothing of people, so on a host that asks for keys every one of its
//! operations does.

use auth::Tier;
use testkit::{Driver, Operation, Stage};

use crate::in_every_room;

fn is_of_old(operation: &Operation) -> bool {
    operation.tag == "loms"
}

#[test]
fn an_operation_of_the_loms_contract_takes_a_key_that_is_meant_for_it() {
    let all = tests::drivers().into_iter().flat_map(|driver| driver.operations());
    assert!(all.filter(is_of_old).count() > 0, "nobody serves the contract any more");
    in_every_room(takes_a_key_that_is_meant_for_it);
}

async fn takes_a_key_that_is_meant_for_it(driver: Driver) {
    let at = Stage::furnished(&driver, &[("LOMS", "on"), ("LOMS_KEY", "required")]).await;
    let theirs = at.house.people.api_key(&["loms"], Tier::Standard, None);
    let others = at.house.people.api_key(&["cart:write", "catalog:write"], Tier::Standard, None);
    for operation in at.operations.iter().filter(|operation| is_of_old(operation)) {
        let id = &operation.id;
        let request = || at.shown(operation, &at.path(operation));
        let with = |key: &str| request().header(X_API_KEY, key);
        let nobody = request().send().await;
        assert!([401, 403].contains(&nobody.status.as_u16()), "nobody calls {id}: {}", nobody.text());
        let somebody = request().as_customer().send().await;
        let said = somebody.status.as_u16();
        assert!([401, 403].contains(&said), "a customer calls {id}: {}", somebody.text());
        let other = with(&others).send().await;
        assert_eq!(other.status, 403, "a program for something else calls {id}: {}", other.text());
        let made_up = with("snail_made_up").send().await;
        assert!([401, 403].contains(&made_up.status.as_u16()), "made up for {id}: {}", made_up.text());
        let theirs = with(&theirs).send().await.status;
        assert!(![401, 403].contains(&theirs.as_u16()), "the right key calls {id}: {theirs}");
        // Not every room that it would ask is next door.
        assert!(!theirs.is_server_error() || theirs == 503, "the right key calls {id}: {theirs}");
    }
}

const X_API_KEY: http::HeaderName = http::HeaderName::from_static("x-api-key");
