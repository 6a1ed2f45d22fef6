//! How far the products of a closed shop have been swept.

use dynamo::{Cursor, Error, Query, Save, Write};
use facts::Fact;
use facts::catalog::ShopSwept;
use ids::{MerchantId, ProductId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::cards::Pictured;
use crate::store::{Store, keys};

#[derive(Serialize, Deserialize)]
struct Sweep {
    until: String,
}

impl Store {
    /// A page of the products of a shop that name pictures, as it was last written. They stand in the order
    /// of their ids: the list of a merchant's products moves a product that changes its state.
    pub async fn pictured(
        &self,
        merchant: MerchantId,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<ProductId>, Option<Cursor>), Error> {
        let query = Query::partition(keys::pictured(merchant)).consistent().limit(limit).after(after);
        let page = self.table.query::<Pictured>(query).await?;
        Ok((page.items.into_iter().map(|found| found.body.product).collect(), page.next))
    }

    /// Notes that a sweep has come from one place of a shop's list to another, and says so: the fact
    /// is heard, and the sweep goes on there. Nothing happens when that was noted already.
    pub async fn note_sweep(
        &self,
        merchant: MerchantId,
        from: Option<&str>,
        until: &str,
        at: Timestamp,
    ) -> Result<(), Error> {
        let key = keys::sweep(merchant);
        let found = self.table.get::<Sweep>(&key).await?;
        if found.as_ref().map(|found| found.body.until.as_str()) != from {
            return Ok(());
        }
        let swept = ShopSwept { merchant, until: until.to_owned() };
        // The shop itself says its facts by its id and version, into the same group of the same queue: a
        // page of the sweep that was numbered like one of them would be taken for its repetition.
        let aggregate = format!("sweep-{merchant}");
        let save = Save {
            key: key.clone(),
            aggregate: &aggregate,
            loaded: found.map_or(0, |found| found.version),
            body: &Sweep { until: until.to_owned() },
            facts: vec![Fact::of(&swept)],
            at,
        };
        match self.table.commit(vec![Write::save(save)?]).await {
            Err(error) if error.refused(&key) => Ok(()),
            done => done,
        }
    }
}
