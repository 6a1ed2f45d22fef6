//! Carts of the LOMS contract: numbers for names, whole units for money, and stock that is looked at
//! when something is put in.

use std::collections::{BTreeMap, BTreeSet};

use ids::Sku;
use serde::Serialize;
use utoipa::ToSchema;

use super::show_cart::heard;
use super::{App, AppError};
use crate::domain::{Addition, Line, LineName, NotForSale, Owner, Refusal, Wanted};

/// So many of one product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Item {
    sku: Sku,
    name: String,
    pub count: u32,
    /// In whole units.
    pub price: i64,
}

impl App {
    /// Puts so many more of a number into the user's cart, if with them there are no more in it than
    /// are free now.
    pub async fn add_number(&self, owner: Owner, sku: Sku, count: u32) -> Result<(), AppError> {
        let offers = self.neighbours.numbered(&BTreeSet::from([sku])).await?;
        let offer = offers.into_values().next().ok_or(Refusal::NotForSale(NotForSale::UnknownVariant))?;
        let variant = offer.variant;
        let wanted = Wanted { variant, slot: None, quote: None, quantity: count };
        let name = wanted.name(offer.kind)?;
        let line = self.line(&wanted, offer);
        // How many are in the cart already is not known here. Usually as many are free as a first look
        // finds, and only where they are too few, the shelf is looked at to its end.
        match self.add_free(owner, name, line.clone(), count).await {
            Err(AppError::Refused(Refusal::TooMany { .. })) => {
                self.add_free(owner, name, line, u32::MAX).await
            }
            added => added,
        }
    }

    /// Puts a line in, if with it there are no more in the cart than are free, looked at closely enough to
    /// find so many.
    async fn add_free(&self, owner: Owner, name: LineName, line: Line, sought: u32) -> Result<(), AppError> {
        let free = self.neighbours.shelf(&BTreeMap::from([(line.variant, sought)])).await?;
        let free = free.get(&line.variant).copied().unwrap_or(0);
        let most = u32::try_from(free).unwrap_or(u32::MAX).min(owner.most());
        self.put_in(owner, &Addition { name, line, currency: None, most }, None).await.map(drop)
    }

    /// Takes a number out of the user's cart.
    pub async fn remove_number(&self, owner: Owner, sku: Sku) -> Result<(), AppError> {
        let without = |cart: &crate::domain::Cart| {
            let mine = |name: &&LineName| cart.lines[*name].numeric_sku == Some(sku);
            Ok(cart.lines.keys().find(mine).map_or_else(|| cart.clone(), |name| cart.without(*name)))
        };
        self.change(owner, None, without).await.map(drop)
    }

    /// The user's cart by number, with today's names and prices. What cannot be asked today, or is
    /// not on sale any more, is shown as it was put in.
    pub async fn list_numbers(&self, owner: Owner) -> Result<Vec<Item>, AppError> {
        let mut kept = self.read_cart(owner, None).await?;
        self.keep_alive(owner, &mut kept).await;
        let lines: BTreeMap<Sku, _> =
            kept.cart.lines.values().filter_map(|line| Some((line.numeric_sku?, line))).collect();
        let offers = self.neighbours.numbered(&lines.keys().copied().collect()).await;
        let offers = heard(offers, "catalog").unwrap_or_default();
        let shown = lines.into_iter().map(|(sku, line)| {
            let offer = offers.get(&line.variant);
            let name = offer.and_then(|offer| offer.title.as_ref()).or(line.title.as_ref());
            let price = offer.map_or(line.price, |offer| offer.price);
            let price = price.minor() / 10i64.pow(price.currency().exponent().into());
            Item { sku, name: name.cloned().unwrap_or_default(), count: line.quantity, price }
        });
        Ok(shown.collect())
    }
}
