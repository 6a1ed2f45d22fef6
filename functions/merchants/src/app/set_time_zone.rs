//! A shop says where it keeps its hours.

use super::{Actor, App, AppError};
use crate::domain::Zone;
use crate::store::Kept;

impl App {
    /// Says in which time zone a shop counts its days.
    pub async fn set_time_zone(&self, actor: &Actor, zone: Zone) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.set_zone(zone.clone(), now)).await
    }
}
