//! What the relay is given when its warm time is measured: something that really happens.

use facts::inventory::StockReceived;
use ids::{Mint, MovementId, VariantId, WarehouseId};
use serde_json::json;
use testkit::Given;
use testkit::event::{record, sealed};

/// What happens, and the event of the nth time.
pub fn relayed(mint: &Mint, n: u64) -> Vec<Given> {
    let (movement, variant) = (MovementId::mint(mint), VariantId::mint(mint));
    let received = StockReceived { movement, variant, warehouse: WarehouseId::mint(mint), quantity: 3 };
    let emits = serde_json::to_string(&[sealed(variant, n, &received)]).expect("facts are plain data");
    let image = json!({ "pk": { "S": "x" }, "sk": { "S": "x" }, "emits": { "S": emits } });
    vec![("one fact for one room", record(n, "MODIFY", ("NewImage", image)))]
}
