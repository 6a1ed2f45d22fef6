//! Questions that rooms ask each other: by HTTP there is no way to them, and one that is not understood
//! changes nothing.

use ask::Answers;
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
