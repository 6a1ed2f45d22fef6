//! Lists: who works where, and which shops are in which state.

use dynamo::{Cursor, Error, Query, Stored, Versioned};
use facts::merchants::MerchantRole;
use ids::{AccountId, MerchantId};
use serde::{Deserialize, Serialize};

use super::{Card, Store, keys};
use crate::domain::{Shop, State};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub merchant: MerchantId,
    pub role: MerchantRole,
}

impl Store {
    /// A page of the shops that an account works in, each as it may have been a moment ago. A place that
    /// was just given up may still be among what was read: the shop itself says who works in it.
    pub(crate) async fn shops_of(
        &self,
        account: AccountId,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Versioned<Shop>>, Option<Cursor>), Error> {
        let query = Query::partition(keys::of_account(account)).starting_with(keys::PLACES);
        let page = self.table.query::<Place>(query.limit(limit).after(after)).await?;
        let keys: Vec<_> = page.items.iter().map(|place| keys::shop(place.body.merchant)).collect();
        if keys.is_empty() {
            return Ok((Vec::new(), page.next));
        }
        let shops: Vec<Stored<Shop>> = self.table.get_many(&keys).await?;
        let shops = shops.into_iter().map(Versioned::from);
        Ok((shops.filter(|shop| shop.body.role_of(account).is_some()).collect(), page.next))
    }

    /// Every shop that an account works in, as it was last written.
    pub(crate) async fn places_of(&self, account: AccountId) -> Result<Vec<Place>, Error> {
        let query = Query::partition(keys::of_account(account)).starting_with(keys::PLACES).consistent();
        let places: Vec<Stored<Place>> = self.table.query_all(query).await?;
        Ok(places.into_iter().map(|place| place.body).collect())
    }

    /// A page of the shops in a state, the longest there first.
    pub(crate) async fn shops_in(
        &self,
        state: State,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Card>, Option<Cursor>), Error> {
        let query = Query::partition(keys::in_state(state)).limit(limit).after(after);
        let page = self.table.query::<Card>(query).await?;
        Ok((page.items.into_iter().map(|card| card.body).collect(), page.next))
    }
}
