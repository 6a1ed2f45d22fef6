//! Which shops may sell, as far as `merchants` has been heard.

use dynamo::{AttributeValue, Condition, Error, Stored, Write};
use ids::MerchantId;
use serde::{Deserialize, Serialize};

use crate::domain::Standing;
use crate::store::{Store, keys};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Heard {
    merchant: MerchantId,
    standing: Standing,
    /// The version that the shop had reached by then.
    heard: u64,
}

/// Lets a commit stand only if the shop is not closed by then. One that nothing was heard of is not.
pub(super) fn not_closed(merchant: MerchantId) -> Write {
    let other = Condition::Other("standing", AttributeValue::S("closed".into()));
    Write::check(keys::standing(merchant), Condition::Absent.or(other))
}

/// Lets a commit stand only if the shop may sell by then.
pub(super) fn open(merchant: MerchantId) -> Write {
    Write::check(keys::standing(merchant), Condition::says("standing", "open"))
}

impl Store {
    /// How a shop stands: for decisions.
    pub async fn standing(&self, merchant: MerchantId) -> Result<Standing, Error> {
        let found = self.table.get::<Heard>(&keys::standing(merchant)).await?;
        Ok(found.map(|found| found.body.standing).unwrap_or_default())
    }

    /// Which of up to 100 shops sold a moment ago, in one request: for looking.
    pub async fn open_among(&self, merchants: &[MerchantId]) -> Result<Vec<MerchantId>, Error> {
        let keys: Vec<_> = merchants.iter().map(|merchant| keys::standing(*merchant)).collect();
        let found: Vec<Stored<Heard>> = self.table.get_many(&keys).await?;
        let open = found.into_iter().filter(|found| found.body.standing == Standing::Open);
        Ok(open.map(|found| found.body.merchant).collect())
    }

    /// Remembers how a shop stands, unless something later has been heard of it.
    pub async fn save_standing(
        &self,
        merchant: MerchantId,
        standing: Standing,
        heard: u64,
    ) -> Result<(), Error> {
        let body = Heard { merchant, standing, heard };
        let earlier = Condition::Below("heard", i64::try_from(heard).unwrap_or(i64::MAX));
        let write = Write::put(keys::standing(merchant), &body)?.when(Condition::Absent.or(earlier));
        match self.table.commit(vec![write]).await {
            Ok(()) | Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
