//! The LOMS contract knows nothing of people, so on a host that asks for keys every one of its
//! operations does.

use testkit::Call;
use tests::spec::{Operation, example};

use auth::Tier;

use crate::doors;
use crate::furnish::{Furnished, furnish_with};

fn request<'a>(at: &'a Furnished, operation: &Operation, document: &serde_json::Value) -> Call<'a> {
    let call = at.house.call(operation.method.clone(), &at.path(operation));
    match &operation.body {
        Some(schema) => call.json(&example(schema, document)),
        None => call,
    }
}

#[tokio::test]
async fn an_operation_of_the_loms_contract_takes_a_key_that_is_meant_for_it() {
    let mut guarded = 0;
    for (room, _) in tests::documents() {
        let (document, operations) = doors(room);
        let operations = operations.iter().filter(|operation| operation.tag == "loms");
        let operations: Vec<&Operation> = operations.collect();
        if operations.is_empty() {
            continue;
        }
        let at = furnish_with(room, &[("LOMS", "on"), ("LOMS_KEY", "required")]).await;
        let theirs = at.house.people.api_key(&["loms"], Tier::Standard, None);
        let others = at.house.people.api_key(&["cart:write", "catalog:write"], Tier::Standard, None);
        for operation in operations {
            guarded += 1;
            let id = &operation.id;
            let with = |key: &str| request(&at, operation, &document).header(X_API_KEY, key);
            let nobody = request(&at, operation, &document).send().await;
            assert!([401, 403].contains(&nobody.status.as_u16()), "nobody calls {id}: {}", nobody.text());
            let somebody = request(&at, operation, &document).as_customer().send().await;
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
    assert!(guarded > 0, "nobody serves the contract any more");
}

const X_API_KEY: http::HeaderName = http::HeaderName::from_static("x-api-key");
