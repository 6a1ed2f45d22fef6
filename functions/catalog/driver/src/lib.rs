//! What suites over all rooms know of the catalog.

mod walk;

use facts::merchants::MerchantActivated;
use ids::{MediaId, MerchantId, Mint};
use lambda::Role;
use serde_json::{Value, json};
use testkit::event::{heard, notice, request};
use testkit::{BEGINS, Driver, Function, Given, Known, Stage, role, sha256, text};

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
        after: &[],
        refused: &[
            (
                "add_variant",
                "choices_taken",
                "there is nothing to choose, so there is one variant, and it is there",
            ),
            ("get_import_outcome", "import_not_finished", "the file has not come"),
        ],
        blind: &[(BEGINS, &["create_category", "create_product", "request_import"])],
        unversioned: &[("it is a link, and another one every time", &["get_import_outcome"])],
        knows_sessions: false,
    }
}

/// A lamp that is sold, with a picture that is awaited, and a file of more.
async fn furnish(at: &mut Stage) {
    opens(at).await;
    on_sale(at, 1).await;
    at.knows("sku", number(1));
    at.knows("locale", "en");
    let shown = at.step("get_product", &Value::Null).await;
    at.knows("slug", text(&shown["slug"]));
    let sha256 = sha256("a file");
    let file = json!({ "format": "csv", "bytes": 6, "sha256": sha256 });
    let file = at.step("request_import", &file).await;
    at.knows("import", text(&file["import"]["id"]));
    let picture = json!({ "content_type": "image/png", "bytes": 6, "sha256": sha256 });
    let picture = at.step("request_media_upload", &picture).await;
    at.knows("media", text(&picture["media"]));
}

/// A shop with twenty things on its shelves.
async fn ordinary(at: &mut Stage) {
    opens(at).await;
    for n in 0..20 {
        on_sale(at, n).await;
    }
}

fn choices(at: &Stage, operation: &str) -> Value {
    match operation {
        "create_category" => json!({ "parent": null }),
        "create_product" | "put_in_categories" => json!({ "categories": [at.known["category"]] }),
        _ => json!({}),
    }
}

fn events<'a>(function: &Function, known: &'a Known, mint: &'a Mint) -> Vec<Given<'a>> {
    let page = |what: &'static str, path: String| -> Given<'a> {
        (what, Box::new(move |_| request(&path, &json!({}))))
    };
    match role(function) {
        Role::Api => vec![
            page("a product page", format!("/catalog/products/{}", known["product"])),
            page("a listing of 20", "/catalog/products?limit=20".into()),
        ],
        Role::Worker => vec![(
            "a shop may sell",
            Box::new(|n| {
                let merchant = MerchantId::mint(mint);
                heard(merchant, n, &MerchantActivated { merchant, name: "A shop".into() })
            }),
        )],
        Role::Uploads => {
            let bucket = function.environment["BUCKET"].clone();
            vec![(
                "a picture of nobody's",
                Box::new(move |n| {
                    notice(n, &bucket, &format!("media/{}/{}", known["product"], MediaId::mint(mint)))
                }),
            )]
        }
        role => panic!("say here what {role} is given"),
    }
}
