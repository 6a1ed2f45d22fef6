//! What suites over all rooms know of the catalog.

mod walk;

use facts::merchants::MerchantActivated;
use ids::{MediaId, MerchantId, Mint};
use lambda::Role;
use serde_json::{Value, json};
use testkit::event::{heard, notice, request};
use testkit::{BEGINS, Driver, Function, Given, Known, Stage, role, text};

pub use walk::{number, on_sale, on_sale_for, opens};

/// The catalog with its furniture.
pub fn driver() -> Driver {
    Driver {
        room: catalog::room(),
        document: catalog::OPENAPI,
        variables: &[],
        furnish: |at| Box::pin(furnish(at)),
        walk: |at| Box::pin(walk::walk(at)),
        ordinary: |at| Box::pin(ordinary(at)),
        events,
        choices,
        prepare: |at, operation| Box::pin(prepare(at, operation)),
        blind: &[(BEGINS, &["create_category", "create_product", "request_import"])],
        unversioned: &[("it is a link, and another one every time", &["get_import_outcome"])],
        knows_sessions: false,
    }
}

/// A lamp that is sold, with a picture, and a file of more.
async fn furnish(at: &mut Stage) {
    opens(at).await;
    on_sale(at, 1).await;
    walk::picture(at).await;
    walk::import(at, "E-1,physical,Mug,12.50,EUR,yes\n").await;
    let shown = at.step("get_product", &Value::Null).await;
    at.knows("slug", text(&shown["slug"]));
    at.knows("locale", "en");
    at.knows("sku", number(1));
    at.knows("count", 20);
}

/// A shop with twenty things on its shelves.
async fn ordinary(at: &mut Stage) {
    opens(at).await;
    for n in 0..20 {
        on_sale(at, n).await;
    }
}

async fn prepare(at: &mut Stage, operation: &str) {
    let first: &[&str] = match operation {
        "add_variant" | "set_options" => &["create_product"],
        "change_variant" | "remove_variant" => &["create_product", "add_variant"],
        "propose_product" => &["archive_product", "restore_product"],
        "publish_product" | "withdraw_product" => &["archive_product", "restore_product", "propose_product"],
        "restore_product" => &["archive_product"],
        _ => &[],
    };
    for id in first {
        let product = at.does_as_shown(id).await;
        at.knows("product", text(&product["id"]));
        if *id == "add_variant" {
            at.knows("variant", text(&product["variants"][0]["id"]));
        }
    }
}

fn choices(at: &Stage, operation: &str) -> Value {
    match operation {
        "arrange_media" => json!({ "order": [at.known["media"]] }),
        "create_product" | "put_in_categories" => json!({ "categories": [at.known["category"]] }),
        _ => json!({}),
    }
}

fn events(function: &Function, known: &Known, mint: &Mint, n: u64) -> Vec<Given> {
    let given = match role(function) {
        Role::Api => {
            let path = format!("/catalog/products/{}", known["product"]);
            let page = ("a product page", request(&path, &json!({})));
            return vec![page, ("a listing of 20", request("/catalog/products?limit=20", &json!({})))];
        }
        Role::Worker => {
            let merchant = MerchantId::mint(mint);
            let activated = MerchantActivated { merchant, name: "A shop".into() };
            ("a shop may sell", heard(merchant, n, &activated))
        }
        Role::Uploads => {
            let name = format!("media/{}/{}", known["product"], MediaId::mint(mint));
            ("a picture of nobody's", notice(n, &function.environment["BUCKET"], &name))
        }
        role => panic!("say here what {role} is given"),
    };
    vec![given]
}
