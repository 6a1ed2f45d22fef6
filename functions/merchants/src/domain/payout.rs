//! Where a shop's money goes, and whether it is known to be the shop's own account.
//!
//! Invariant: the shop itself knows the end of the number and no more; the number lies in an item of
//! its own, which nothing reads that shows something. Whatever changes the account begins its
//! verification anew.

use std::fmt;

use facts::Fact;
use facts::merchants::PayoutAccountVerified;
use jiff::Timestamp;
use money::Currency;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::text::{AccountNumber, BankCode, Evidence, HolderName, Note};
use super::{Action, Country, Decided, Iban, Refusal, Shop};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    pub kind: PayoutKind,
    /// In which country, if that country has a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    pub currency: Currency,
    /// The last four characters of the number.
    pub ending: String,
    pub state: PayoutState,
    /// Why it is not, or what shows that it is; for the market's own eyes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    pub since: Timestamp,
}

/// What kind of account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayoutKind {
    /// One with an international number.
    Iban,
    /// One of a country that has none.
    Other,
}

/// Whether an account is known to be the shop's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayoutState {
    /// Its verification was not asked for.
    Unverified,
    /// The shop has asked the market to look.
    Pending,
    /// It is.
    Verified,
    /// It is not, as far as the market could see.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutAccount {
    pub holder: HolderName,
    pub currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<Iban>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<OtherAccount>,
}

/// An account of a country without IBANs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherAccount {
    /// Where the bank is.
    pub country: Country,
    /// Which bank it is.
    pub bank: BankCode,
    /// The number there.
    pub number: AccountNumber,
}

impl fmt::Debug for OtherAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OtherAccount({:?} …{})", self.country, self.number.ending())
    }
}

impl fmt::Display for PayoutState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PayoutState::Unverified => "unverified",
            PayoutState::Pending => "pending",
            PayoutState::Verified => "verified",
            PayoutState::Failed => "failed",
        })
    }
}

/// Of a shorter number the last four characters would be nearly all.
const SHORTEST_NUMBER: usize = 6;

impl PayoutAccount {
    fn summary(&self, now: Timestamp) -> Result<Payout, Refusal> {
        let (kind, country, ending) = match (&self.iban, &self.other) {
            (Some(iban), None) => (PayoutKind::Iban, iban.country(), iban.ending().to_owned()),
            (None, Some(other)) => {
                let digits = other.number.as_str().chars().filter(char::is_ascii_alphanumeric).count();
                if digits < SHORTEST_NUMBER {
                    return Err(Refusal::ShortAccountNumber);
                }
                (PayoutKind::Other, Some(other.country), other.number.ending())
            }
            _ => return Err(Refusal::OneAccount),
        };
        let (currency, state) = (self.currency, PayoutState::Unverified);
        Ok(Payout { kind, country, currency, ending, state, evidence: None, note: None, since: now })
    }
}

impl Shop {
    /// Has the money go to another account, which is not verified yet.
    pub fn set_payout_account(&mut self, account: &PayoutAccount, now: Timestamp) -> Decided {
        self.step(Action::Staff, now)?;
        self.payout = Some(account.summary(now)?);
        Ok(Vec::new())
    }

    pub fn request_payout_verification(&mut self, now: Timestamp) -> Decided {
        self.step(Action::Staff, now)?;
        let payout = self.payout_in(&[PayoutState::Unverified, PayoutState::Failed])?;
        (payout.state, payout.note, payout.since) = (PayoutState::Pending, None, now);
        Ok(Vec::new())
    }

    pub fn verify_payout_account(&mut self, evidence: Evidence, now: Timestamp) -> Decided {
        self.step(Action::Staff, now)?;
        let payout = self.payout_in(&[PayoutState::Pending])?;
        (payout.state, payout.evidence, payout.since) = (PayoutState::Verified, Some(evidence), now);
        Ok(vec![Fact::of(&PayoutAccountVerified { merchant: self.id })])
    }

    pub fn fail_payout_account(&mut self, note: Note, now: Timestamp) -> Decided {
        self.step(Action::Staff, now)?;
        let payout = self.payout_in(&[PayoutState::Pending, PayoutState::Verified])?;
        (payout.state, payout.note, payout.since) = (PayoutState::Failed, Some(note), now);
        Ok(Vec::new())
    }

    fn payout_in(&mut self, states: &[PayoutState]) -> Result<&mut Payout, Refusal> {
        let payout = self.payout.as_mut().ok_or(Refusal::NoPayoutAccount)?;
        match states.contains(&payout.state) {
            true => Ok(payout),
            false => Err(Refusal::PayoutNotInThisState(payout.state)),
        }
    }
}
