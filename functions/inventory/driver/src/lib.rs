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

fn events<'a>(function: &Function, known: &'a Known, mint: &'a Mint) -> Vec<Given<'a>> {
    match role(function) {
        Role::Api => vec![(
            "an availability",
            Box::new(|_| {
                request(&format!("/inventory/availability?variant={}", known["variant"]), &json!({}))
            }),
        )],
        Role::Worker => vec![(
            "a variant was made",
            Box::new(|n| {
                let (merchant, product, variant) =
                    (MerchantId::mint(mint), ProductId::mint(mint), VariantId::mint(mint));
                let (kind, sku) = (LineKind::Physical, "one".to_owned());
                heard(
                    product,
                    n,
                    &VariantCreated { variant, product, merchant, kind, sku, numeric_sku: None },
                )
            }),
        )],
        Role::Timer => vec![(
            "a hold is looked at",
            Box::new(|n| message(n, &json!({ "reservation_due": { "owner": format!("ord_{n}") } }))),
        )],
        Role::Expiry => vec![(
            "a receipt was swept",
            Box::new(|n| {
                let receipt = json!({ "pk": { "S": "heard#x" }, "sk": { "S": "receipt" } });
                record(n, "REMOVE", ("OldImage", receipt))
            }),
        )],
        role => panic!("say here what {role} is given"),
    }
}
