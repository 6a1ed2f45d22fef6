//! What suites over all rooms know of inventory.

mod walk;

use facts::catalog::{LineKind, VariantCreated};
use ids::{MerchantId, Mint, ProductId, Sku, VariantId, WarehouseId};
use lambda::Role;
use serde_json::{Value, json};
use testkit::event::{heard, message, record, request};
use testkit::{ADDS, BEGINS, Driver, Function, Given, Known, Stage, role};

pub use walk::{created, is_told_of, stock};

/// Inventory with its furniture.
pub fn driver() -> Driver {
    Driver {
        room: inventory::room(),
        document: inventory::OPENAPI,
        variables: &[],
        furnish: |at| Box::pin(furnish(at)),
        walk: |at| Box::pin(walk::walk(at)),
        ordinary: |at| Box::pin(furnish(at)),
        events,
        choices,
        prepare: |_, _| Box::pin(async {}),
        blind: &[
            (BEGINS, &["create_warehouse", "open_stock"]),
            (ADDS, &["adjust_stock", "receive_stock", "transfer_stock", "write_off_stock"]),
        ],
        unversioned: &[(
            "it is many things, each with a life of its own",
            &["list_warehouses", "read_availability"],
        )],
        knows_sessions: false,
    }
}

/// Five of a variant, and a second warehouse.
async fn furnish(at: &mut Stage) {
    let merchant = at.merchant();
    let fact = created(&at.house, merchant, Sku::new(1));
    at.knows("sku", 1);
    at.knows("variant", fact.variant);
    is_told_of(at, fact).await;
    at.step("receive_stock", &json!({ "quantity": 5 })).await;
    let other = at.step("create_warehouse", &json!({ "name": "The barn" })).await;
    at.knows("other warehouse", testkit::text(&other["warehouse"]));
    at.knows("warehouse", WarehouseId::from_uuid(merchant.uuid()));
}

fn choices(at: &Stage, operation: &str) -> Value {
    match operation {
        "transfer_stock" => json!({ "from": at.known["warehouse"], "to": at.known["other warehouse"] }),
        _ => json!({}),
    }
}

fn events(function: &Function, known: &Known, mint: &Mint, n: u64) -> Vec<Given> {
    let given = match role(function) {
        Role::Api => {
            let path = format!("/inventory/availability?variant={}", known["variant"]);
            ("an availability", request(&path, &json!({})))
        }
        Role::Worker => {
            let (merchant, product, variant) =
                (MerchantId::mint(mint), ProductId::mint(mint), VariantId::mint(mint));
            let (kind, sku) = (LineKind::Physical, "one".to_owned());
            let created = VariantCreated { variant, product, merchant, kind, sku, numeric_sku: None };
            ("a variant was made", heard(product, n, &created))
        }
        Role::Timer => {
            let due = json!({ "reservation_due": { "owner": format!("ord_{n}") } });
            ("a hold is looked at", message(n, &due))
        }
        Role::Expiry => {
            let receipt = json!({ "pk": { "S": "heard#x" }, "sk": { "S": "receipt" } });
            ("a receipt was swept", record(n, "REMOVE", ("OldImage", receipt)))
        }
        role => panic!("say here what {role} is given"),
    };
    vec![given]
}
