//! What other rooms ask while a customer waits.

use ask::{Asked, Asks, malformed};
use asks::cart::{Cart, CartLine, Emptied, EmptyCart, ReadCart};
use problem::Problem;

use super::problems::changed;
use crate::app::App;
use crate::domain::{Line, LineName, Owner};
use crate::store::Kept;

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app).on(read_cart).on(empty_cart)
}

async fn read_cart(app: App, Asked { body, .. }: Asked<ReadCart>) -> Result<Cart, Problem> {
    let owner: Owner = body.owner.parse().map_err(malformed)?;
    let Kept { version, cart, .. } = app.read_cart(owner, Some(body.version)).await.map_err(changed)?;
    let lines = cart.lines.iter().map(|(name, line)| told(*name, line));
    Ok(Cart { version, currency: cart.currency, lines: lines.collect() })
}

async fn empty_cart(app: App, Asked { body, .. }: Asked<EmptyCart>) -> Result<Emptied, Problem> {
    let EmptyCart { owner, version, order } = body;
    let whose: Owner = owner.parse().map_err(malformed)?;
    app.empty_cart(whose, version, order).await.map_err(changed)?;
    Ok(Emptied { owner, order })
}

fn told(name: LineName, line: &Line) -> CartLine {
    CartLine {
        line: name.to_string(),
        variant: line.variant,
        merchant: line.merchant,
        kind: line.kind,
        slot: line.slot,
        quote: line.quote,
        quantity: line.quantity,
        price: line.price,
    }
}
