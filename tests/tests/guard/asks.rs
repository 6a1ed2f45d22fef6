//! Questions that rooms ask each other: by HTTP there is no way to them, and one that is not understood
//! changes nothing.

use std::collections::BTreeSet;

use ask::Answers;
use asks::Ask;
use auth::{AskStanding, FindKey};
use serde_json::{Value, json};
use testkit::House;

use crate::{assert_untouched, belongings};

#[tokio::test]
async fn no_http_request_is_an_ask_and_a_question_that_cannot_be_read_is_refused() {
    let mut asked = 0;
    for driver in tests::drivers() {
        let room = driver.room;
        let house = House::open(room.clone()).await;
        let before = belongings(&house).await;
        for operation in house.door().operations() {
            asked += 1;
            let question = json!({ "ask": operation, "id": "x", "body": {} });
            for path in [format!("/{}/asks/{operation}", room.name), format!("/{}/{operation}", room.name)] {
                let call = house.post(&path).as_admin().key("x").json(&question);
                let status = call.send().await.status.as_u16();
                assert!([404, 405].contains(&status), "{path}: {status}");
            }
            for body in [json!([1]), json!(2.5), Value::Null, json!({ "surprise": 1 })] {
                house.ask(operation, "x", &body).await.refused(400, "malformed_ask");
            }
        }
        house.ask("unheard_of", "x", &json!({})).await.refused(404, "no_such_ask");
        assert_untouched(&before, &belongings(&house).await, "a question that nobody understands");
    }
    assert!(asked > 10, "rooms ask each other");
}

#[tokio::test]
async fn what_a_room_can_be_asked_is_published_and_answered() {
    let of_auth = [("identity", FindKey::NAME), ("identity", AskStanding::NAME)];
    let published: BTreeSet<_> = asks::ALL.iter().copied().chain(of_auth).collect();
    let mut answered = BTreeSet::new();
    for (room, _) in tests::rooms() {
        let house = House::open(room.clone()).await;
        answered.extend(house.door().operations().into_iter().map(|name| (room.name, name)));
    }
    assert_eq!(published, answered, "on the left what can be asked, on the right what rooms answer");
}
