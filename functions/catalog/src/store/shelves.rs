//! Lists. Each is one partition that is read backwards, a page at a time.

use dynamo::{Cursor, Error, Query};
use ids::{CategoryId, MerchantId, Sku, VariantId};
use jiff::Timestamp;

use crate::domain::State;
use crate::store::cards::NumberClaim;
use crate::store::keys::{self, Month};
use crate::store::{Card, Line, Store};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// In a category, or in one below it.
    Category(CategoryId),
    Merchant(MerchantId),
    Newest,
}

/// How many months one page looks into. After a long silence in the market a page may be short or
/// even empty and still have a next one; its cost stays the same.
const MONTHS_OF_A_PAGE: usize = 3;

impl Store {
    /// A page of a shelf, newest first.
    pub async fn shelf(
        &self,
        shelf: Shelf,
        limit: u16,
        after: Option<Cursor>,
        now: Timestamp,
    ) -> Result<(Vec<Card>, Option<Cursor>), Error> {
        let shelf = match shelf {
            Shelf::Category(category) => keys::category_shelf(category),
            Shelf::Merchant(merchant) => keys::merchant_shelf(merchant),
            Shelf::Newest => return self.newest(limit, after, now).await,
        };
        self.cards(Query::partition(shelf), limit, after).await
    }

    /// A page of everything that a merchant has, in all states or in one.
    pub async fn mine(
        &self,
        merchant: MerchantId,
        state: Option<State>,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Card>, Option<Cursor>), Error> {
        let query = Query::partition(keys::mine(merchant));
        let query = match state {
            Some(state) => query.starting_with(keys::in_state(state)),
            None => query,
        };
        self.cards(query, limit, after).await
    }

    pub async fn numbered(&self, sku: Sku) -> Result<Option<Line>, Error> {
        let claim = self.table.peek::<NumberClaim>(&keys::number(sku)).await?;
        let Some(claim) = claim else { return Ok(None) };
        Ok(self.lines(&[claim.body.variant]).await?.pop())
    }

    /// The variants of up to 100 numbers, in one request; unknown numbers are left out.
    pub async fn owners_of(&self, skus: &[Sku]) -> Result<Vec<(Sku, VariantId)>, Error> {
        let keys: Vec<_> = skus.iter().map(|sku| keys::number(*sku)).collect();
        let claims = self.table.get_many::<NumberClaim>(&keys).await?;
        Ok(claims.into_iter().map(|claim| (claim.body.sku, claim.body.variant)).collect())
    }

    /// Up to 100 variants by number, from behind this one on, and the last number that was looked
    /// at.
    pub async fn numbered_after(
        &self,
        after: Option<Sku>,
        limit: u16,
    ) -> Result<(Vec<Line>, Option<Sku>), Error> {
        let after = after.map(|sku| Cursor::behind(keys::number_sort(sku)));
        let query = Query::partition(keys::NUMBERS).limit(limit).after(after);
        let page = self.table.query::<NumberClaim>(query).await?;
        let variants: Vec<_> = page.items.iter().map(|claim| claim.body.variant).collect();
        let last = page.items.last().map(|claim| claim.body.sku);
        Ok((self.lines(&variants).await?, last))
    }

    async fn cards(
        &self,
        query: Query,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Card>, Option<Cursor>), Error> {
        let page = self.table.query(query.newest_first().limit(limit).after(after)).await?;
        Ok((page.items.into_iter().map(|card| card.body).collect(), page.next))
    }

    async fn newest(
        &self,
        limit: u16,
        after: Option<Cursor>,
        now: Timestamp,
    ) -> Result<(Vec<Card>, Option<Cursor>), Error> {
        let mut month = after.as_ref().map_or_else(|| Month::of(now), |at| Month::of_key(at.sort_key(), now));
        let mut after = after;
        let mut cards = Vec::new();
        for _ in 0..MONTHS_OF_A_PAGE {
            let left = limit - u16::try_from(cards.len()).unwrap_or(limit).min(limit);
            let (more, next) =
                self.cards(Query::partition(keys::month_shelf(&month)), left, after.take()).await?;
            cards.extend(more);
            let Some(before) = month.before() else { return Ok((cards, next)) };
            // A month that goes on is gone on with; one that is over leads to the month before.
            let full = cards.len() >= usize::from(limit);
            match next {
                Some(next) if full => return Ok((cards, Some(next))),
                Some(next) => after = Some(next),
                None => {
                    month = before;
                    if full {
                        break;
                    }
                }
            }
        }
        let next = after.unwrap_or_else(|| Cursor::behind(month.end()));
        Ok((cards, Some(next)))
    }
}
