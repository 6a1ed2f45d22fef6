//! What each fault does, and which requests it leaves alone.

use super::*;

const PUT: &str = "PutItem";
const GET: &str = "GetItem";
const TRANSACTION: &str = "TransactWriteItems";

/// Records what it has carried out.
#[derive(Debug, Default)]
struct Engine(Mutex<Vec<String>>);

impl Handler for Engine {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let target = request.headers()["x-amz-target"].to_str().unwrap();
        let operation = target.rsplit('.').next().unwrap().to_owned();
        self.0.lock().unwrap().push(operation);
        Box::pin(async { Ok(reply(200, "application/x-amz-json-1.0", "{}")) })
    }
}

struct Table {
    sky: Sky,
    engine: Arc<Engine>,
    under: Arc<dyn Handler>,
}

impl Table {
    fn under(weather: Weather) -> Table {
        let (sky, engine) = (Sky::fair(), Arc::new(Engine::default()));
        let under = sky.over(engine.clone());
        sky.clone().turns(weather);
        Table { sky, engine, under }
    }

    /// The status of the table's answer, and the exception.
    async fn asked(&self, operation: &str) -> (u16, String) {
        let target = format!("DynamoDB_20120810.{operation}");
        let request = http::Request::post("/").header("x-amz-target", target);
        let answer = self.under.handle(request.body(Bytes::new()).unwrap()).await.unwrap();
        let said: Value = serde_json::from_slice(answer.body()).unwrap();
        let exception = said["__type"].as_str().unwrap_or_default().rsplit('#').next().unwrap().to_owned();
        (answer.status().as_u16(), exception)
    }

    fn carried_out(&self) -> Vec<String> {
        std::mem::take(&mut *self.engine.0.lock().unwrap())
    }
}

fn done() -> (u16, String) {
    (200, String::new())
}

fn refused_with(exception: &str) -> (u16, String) {
    (400, exception.to_owned())
}

#[tokio::test]
async fn a_crowd_refuses_as_many_transactions_as_it_is_large_and_nothing_else() {
    let table = Table::under(Weather::Crowded(2));
    assert_eq!(table.asked(PUT).await, done());
    for _ in 0..2 {
        assert_eq!(table.asked(TRANSACTION).await, refused_with("TransactionCanceledException"));
    }
    assert_eq!((table.sky.now(), table.carried_out()), (Weather::Crowded(0), vec![PUT.to_owned()]));
    assert_eq!(table.asked(TRANSACTION).await, done());
    assert_eq!(table.carried_out(), [TRANSACTION]);
}

#[tokio::test]
async fn what_nobody_hears_of_has_happened_all_the_same() {
    let table = Table::under(Weather::Deaf(WRITES, 1));
    assert_eq!(table.asked(GET).await, done());
    assert_eq!(table.asked(PUT).await, (500, String::new()));
    assert_eq!(
        (table.sky.now(), table.carried_out()),
        (Weather::Deaf(WRITES, 0), vec![GET.into(), PUT.into()])
    );
    assert_eq!(table.asked(PUT).await, done());
}

#[tokio::test]
async fn whoever_is_dead_stays_dead_but_for_what_they_may_still_do() {
    let table = Table::under(Weather::Dead(TRANSACTIONS, 1));
    assert_eq!(table.asked(TRANSACTION).await, done());
    for _ in 0..3 {
        assert_eq!(table.asked(TRANSACTION).await, refused_with("AccessDeniedException"));
    }
    assert_eq!(table.asked(PUT).await, done());
    assert_eq!(
        (table.sky.now(), table.carried_out()),
        (Weather::Dead(TRANSACTIONS, 0), vec![TRANSACTION.into(), PUT.into()])
    );
}

#[tokio::test]
async fn a_throttled_table_does_nothing_of_the_kind_until_the_sky_clears() {
    let table = Table::under(Weather::Throttled(QUERIES));
    for _ in 0..3 {
        assert_eq!(table.asked("Query").await, refused_with("ProvisionedThroughputExceededException"));
    }
    assert_eq!(table.asked(GET).await, done());
    assert_eq!(table.carried_out(), [GET]);
    table.sky.clears();
    assert_eq!((table.sky.now(), table.asked("Query").await), (Weather::Fair, done()));
}

#[tokio::test]
async fn every_operation_that_changes_an_item_is_a_write_and_no_other_is() {
    let all = [TRANSACTION, PUT, "UpdateItem", "DeleteItem", "BatchWriteItem"];
    for operation in all.into_iter().chain([GET, "Query", "Scan", "TransactGetItems", "BatchGetItem"]) {
        let table = Table::under(Weather::Throttled(WRITES));
        let is_refused = table.asked(operation).await != done();
        assert_eq!(is_refused, all.contains(&operation), "{operation}");
    }
}

#[tokio::test]
async fn a_transaction_of_a_crowd_says_what_the_sdk_tries_again_after() {
    let table = Table::under(Weather::Crowded(1));
    let request = http::Request::post("/").header("x-amz-target", "DynamoDB_20120810.TransactWriteItems");
    let answer = table.under.handle(request.body(Bytes::new()).unwrap()).await.unwrap();
    let said: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(said["CancellationReasons"][0]["Code"], "TransactionConflict");
}

#[tokio::test]
async fn in_calm_weather_requests_take_turns() {
    let table = Table::under(Weather::Calm);
    let mut one = Box::pin(table.asked("GetItem"));
    assert!(futures::poll!(&mut one).is_pending(), "it lets others go first");
    assert_eq!(one.await, done());
}
