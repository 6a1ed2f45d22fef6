//! What a shop leaves in other places of the table, so that every question is answered by one request.
//!
//! Invariant: [`project`] is a function of the shop and of nothing else. Therefore the difference
//! between what two versions project is exactly what a save has to write, and nothing is ever left
//! over.

use std::collections::BTreeMap;

use dynamo::Key;
use ids::MerchantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::keys;
use super::places::Place;
use crate::domain::{Country, Shop, ShopName, State};

/// What a list shows of a shop to the people who run the market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub merchant: MerchantId,
    pub name: ShopName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    pub state: State,
    pub since: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SlugClaim {
    pub merchant: MerchantId,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Projected {
    Card(Card),
    Place(Place),
    Slug(SlugClaim),
}

/// Everything about a shop that lies elsewhere. A shop that was approved claims its address, also when it
/// is closed, so that no other shop takes the place of one that customers knew.
pub(super) fn project(shop: &Shop) -> BTreeMap<Key, Projected> {
    let merchant = shop.id;
    let card = Card {
        merchant,
        name: shop.name().clone(),
        country: shop.legal.as_ref().map(|legal| legal.country),
        state: shop.state,
        since: shop.since,
    };
    let places = shop.members.iter().map(|(account, seat)| {
        (keys::place(*account, merchant), Projected::Place(Place { merchant, role: seat.role }))
    });
    let card = (keys::card(shop.state, shop.since, merchant), Projected::Card(card));
    let slug = || (keys::slug(&shop.slug), Projected::Slug(SlugClaim { merchant }));
    places.chain([card]).chain(shop.holds_its_slug().then(slug)).collect()
}
