//! The facts of `merchants`: which shops are open, who works in them, what the market takes.

use ids::{AccountId, DocumentId, InvitationId, LetterId, MediaId, MerchantId, RuleId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A shop may sell from now on, for the first time or again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MerchantActivated {
    /// The shop.
    pub merchant: MerchantId,
    /// Its name.
    pub name: String,
}

/// A shop may not sell until the market decides otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MerchantRestricted {
    /// The shop.
    pub merchant: MerchantId,
    /// The stable code of the reason.
    pub reason: String,
}

/// A shop was closed, and has no members any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MerchantClosed {
    /// The shop.
    pub merchant: MerchantId,
}

/// A person was invited to work in a shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberInvited {
    /// The shop.
    pub merchant: MerchantId,
    /// The invitation.
    pub invitation: InvitationId,
    /// The mail; `merchants` knows its text.
    pub letter: LetterId,
}

/// A member of a shop has this role from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberAdded {
    /// The shop.
    pub merchant: MerchantId,
    /// The member.
    pub account: AccountId,
    /// Their role now.
    pub role: MerchantRole,
}

/// A member left a shop or was removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberRemoved {
    /// The shop.
    pub merchant: MerchantId,
    /// The member.
    pub account: AccountId,
}

/// A rule of commission was made, changed or ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommissionChanged {
    /// The shop it is about, or all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantId>,
    /// The rule.
    pub rule: RuleId,
}

/// The payout account of a shop was proven to be its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayoutAccountVerified {
    /// The shop.
    pub merchant: MerchantId,
}

/// A shop does not name these files any more; they are deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilesDropped {
    /// The shop.
    pub merchant: MerchantId,
    /// Papers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentId>,
    /// Logos.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logos: Vec<MediaId>,
}

/// What somebody is in one shop. Whoever is greater may do all that the lesser may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MerchantRole {
    /// Sees the shop and moves its stock.
    Clerk,
    /// Decides what is sold and for how much.
    Manager,
    /// Decides about the shop itself.
    Owner,
}

crate::word::speaks! {
    "merchants.commission_changed.v1" CommissionChanged "What the market takes of a sale is another from some day on.",
    "merchants.files_dropped.v1" FilesDropped "A shop does not name these files any more; they are deleted.",
    "merchants.member_added.v1" MemberAdded "Somebody works in a shop, in this role from now on.",
    "merchants.member_invited.v1" MemberInvited "Somebody is asked to work in a shop.",
    "merchants.member_removed.v1" MemberRemoved "Somebody does not work in a shop any more.",
    "merchants.merchant_activated.v1" MerchantActivated "A shop may sell from now on, for the first time or again.",
    "merchants.merchant_closed.v1" MerchantClosed "A shop is no more, and nobody works in it.",
    "merchants.merchant_restricted.v1" MerchantRestricted "A shop may not sell until somebody decides otherwise.",
    "merchants.payout_account_verified.v1" PayoutAccountVerified "The account that a shop is paid to is the shop's own.",
}
