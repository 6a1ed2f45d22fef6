//! The two loops that nearly every command of the room is: a change of the shop, and a change of what
//! lies beside it.

use dynamo::{Aggregate, Key, Receipt, Versioned, Write, transition};
use failure::Failure;
use jiff::Timestamp;

use super::{Actor, App, AppError};
use crate::domain::{Decided, Refusal, Shop};

impl App {
    /// Changes a shop as `decide` says, if the actor may and has seen it as it is.
    pub(crate) async fn change(
        &self,
        actor: &Actor,
        decide: impl Fn(&mut Shop, Timestamp) -> Decided + Send + Sync,
    ) -> Result<Versioned<Shop>, AppError> {
        self.change_with(actor, Vec::new(), None, decide).await
    }

    /// The same together with something beside it, and with the memory of the answer.
    pub(crate) async fn change_with(
        &self,
        actor: &Actor,
        beside: Vec<Write>,
        receipt: Option<Receipt<Versioned<Shop>>>,
        decide: impl Fn(&mut Shop, Timestamp) -> Decided + Send + Sync,
    ) -> Result<Versioned<Shop>, AppError> {
        let change = self.store.change_shop(&self.clock, actor.merchant);
        let change = change.read(actor.shop.clone()).seen(actor.seen).allowed(|shop| actor.by.may(shop));
        change.beside(beside).receipt(receipt).decide(decide).await
    }

    /// Changes something that lies beside a shop and has a version of its own. It is saved only while the
    /// shop is as it was judged, so a member who was let go meanwhile changes nothing.
    pub(super) async fn change_beside<T: Aggregate<Refusal = Refusal>>(
        &self,
        actor: &Actor,
        (key, seen): (Key, Option<u64>),
        receipt: Option<Receipt<Versioned<T>>>,
        decide: impl Fn(&Shop, &mut T, Timestamp) -> Decided + Send + Sync,
    ) -> Result<(Versioned<Shop>, Versioned<T>), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let shop = self.current(actor, &attempts).await?;
            let old: Versioned<T> = self.store.load(&key).await?;
            old.is_seen(seen)?;
            let (mut body, now) = (old.body.clone(), self.clock.now());
            let facts = decide(&shop.body, &mut body, now)?;
            let new = Versioned { version: old.version + 1, body };
            let mut writes = transition(key.clone(), Some(&old), &new.body, facts, now)?;
            writes.push(self.store.same_shop(&shop));
            writes.extend(receipt.as_ref().map(|receipt| receipt.write(&new)).transpose()?);
            if self.store.commit(writes).await? {
                return Ok((shop, new));
            }
        }
        Err(Failure::overtaken().into())
    }
}
