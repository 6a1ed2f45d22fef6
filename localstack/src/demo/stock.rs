//! The stock of the demo's products, brought in as soon as inventory knows their variants.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::desk::Desk;
use super::item::{Item, Stock};
use super::{SeedError, neighbours};
use crate::Market;
use crate::people::Part;

const PAUSE: Duration = Duration::from_millis(50);
/// The most waiting for facts: a minute, far more than they need.
const MOST_PAUSES: u32 = 1_200;

/// Brings in the stock of an item, whose variants are given by SKU.
pub async fn fill(
    market: &Market,
    item: &Item,
    variants: &BTreeMap<String, String>,
) -> Result<(), SeedError> {
    let shop = neighbours::id(market, item.shop)?;
    let clerk = Desk::of(market, Part::Clerk, Some(item.shop));
    let admin = Desk::of(market, Part::Admin, None);
    for line in &item.lines {
        let Some(variant) = variants.get(&line.sku) else { return Err(SeedError::Late(line.sku.clone())) };
        if line.stock == Stock::Nothing {
            continue;
        }
        let own = format!("/inventory/merchants/{shop}/stock/{variant}");
        let there = heard_of(&clerk, &own, &line.sku).await?;
        if there["total"]["on_hand"].as_i64() > Some(0) {
            continue;
        }
        let key = format!("stock-{}", line.sku);
        match line.stock {
            Stock::Nothing => {}
            Stock::Received(quantity) => {
                clerk.once(&format!("{own}/receive"), &key, &json!({ "quantity": quantity })).await?;
            }
            Stock::Brought { on_hand, reserved } => {
                let opening = json!({ "on_hand": on_hand, "reserved": reserved });
                admin.once(&format!("/inventory/admin/stock/{variant}/open"), &key, &opening).await?;
            }
        }
    }
    Ok(())
}

/// The stock of a variant, once inventory knows it.
async fn heard_of(clerk: &Desk<'_>, path: &str, sku: &str) -> Result<Value, SeedError> {
    for _ in 0..MOST_PAUSES {
        if let Some(stock) = clerk.look(path).await? {
            return Ok(stock);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(SeedError::Late(sku.to_owned()))
}
