//! A variant costs something else, from now on or from some day on.

use ids::VariantId;
use jiff::Timestamp;
use money::Money;

use super::{App, AppError, Target};
use crate::domain::{Price, Refusal, State};
use crate::store::Kept;

impl App {
    /// Sets a price. Without a beginning it counts from now on, without an end for ever. Of what is
    /// published only somebody who decides may change it.
    pub async fn change_price(
        &self,
        target: Target,
        decides: bool,
        variant: VariantId,
        money: Money,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| {
            if product.state == State::Published && !decides {
                return Err(Refusal::TakesAManager);
            }
            product.change_price(variant, Price { money, from: from.unwrap_or(now), until }, now)
        })
        .await
    }
}
