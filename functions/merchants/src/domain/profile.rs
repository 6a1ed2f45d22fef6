//! What a shop says of itself, in every language that it has words in, and who it legally is.

use std::fmt;
use std::str::FromStr;

use ids::MediaId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shop::may_wish;
use super::text::{LegalName, Phone, Registration, ShopDescription, ShopName, Slug};
use super::{Action, Country, Decided, Email, FileState, FileType, Locale, Logo, Refusal, Shop, Zone};

/// What a shop says of itself in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Words {
    /// What it is called.
    pub name: ShopName,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<ShopDescription>,
}

/// Who a shop legally is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Legal {
    /// Under which name it stands in the register.
    pub name: LegalName,
    /// In which country.
    pub country: Country,
    /// Under which number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
}

/// How the market reaches a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// By mail.
    pub email: Email,
    /// By telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
}

/// What a shop promises its customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// How goods come back.
    Returns,
    /// How goods get there.
    Shipping,
    /// What it does with what it knows of people.
    Privacy,
}

impl PolicyKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            PolicyKind::Returns => "returns",
            PolicyKind::Shipping => "shipping",
            PolicyKind::Privacy => "privacy",
        }
    }
}

impl FromStr for PolicyKind {
    type Err = Refusal;

    fn from_str(name: &str) -> Result<PolicyKind, Refusal> {
        let all = [PolicyKind::Returns, PolicyKind::Shipping, PolicyKind::Privacy];
        all.into_iter().find(|kind| kind.as_str() == name).ok_or(Refusal::NoSuchPolicy)
    }
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// More languages than this make an item that every reader pays for.
const MOST_LOCALES: usize = 12;

impl Shop {
    pub fn describe(&mut self, locale: Locale, words: Words, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        if !self.words.contains_key(&locale) && self.words.len() >= MOST_LOCALES {
            return Err(Refusal::TooManyLocales { most: MOST_LOCALES });
        }
        self.words.insert(locale, words);
        Ok(Vec::new())
    }

    /// Says nothing in a language any more. In its own the shop always says something.
    pub fn remove_translation(&mut self, locale: &Locale, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        if *locale == self.locale {
            return Err(Refusal::OwnLanguage);
        }
        self.words.remove(locale).ok_or(Refusal::NoSuchTranslation)?;
        Ok(Vec::new())
    }

    /// Makes a language the one that every reader gets who cannot be given a better one.
    pub fn speak(&mut self, locale: Locale, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        if !self.words.contains_key(&locale) {
            return Err(Refusal::NoSuchTranslation);
        }
        self.locale = locale;
        Ok(Vec::new())
    }

    /// Moves to another address, or wishes for it before the shop is approved. The old one is free for
    /// others.
    pub fn change_slug(&mut self, slug: Slug, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        may_wish(self.id, &slug)?;
        self.slug = slug;
        Ok(Vec::new())
    }

    pub fn identify(&mut self, legal: Legal, now: Timestamp) -> Decided {
        self.step(Action::Identify, now)?;
        self.legal = Some(legal);
        Ok(Vec::new())
    }

    pub fn set_contact(&mut self, contact: Contact, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        self.contact = Some(contact);
        Ok(Vec::new())
    }

    pub fn set_zone(&mut self, zone: Zone, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        self.zone = zone;
        Ok(Vec::new())
    }

    pub fn write_policy(&mut self, policy: PolicyKind, locale: Locale, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        let locales = self.policies.entry(policy).or_default();
        if !locales.contains(&locale) && locales.len() >= MOST_LOCALES {
            return Err(Refusal::TooManyLocales { most: MOST_LOCALES });
        }
        locales.insert(locale);
        Ok(Vec::new())
    }

    pub fn remove_policy(&mut self, policy: PolicyKind, locale: &Locale, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        let locales = self.policies.get_mut(&policy).ok_or(Refusal::NoSuchTranslation)?;
        if !locales.remove(locale) {
            return Err(Refusal::NoSuchTranslation);
        }
        if locales.is_empty() {
            self.policies.remove(&policy);
        }
        Ok(Vec::new())
    }

    /// Expects a logo of exactly this type and size. The present one stays until it has come.
    pub fn expect_logo(&mut self, media: MediaId, file: FileType, bytes: u64, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        if !file.is_picture() {
            return Err(Refusal::FileTypeNotTaken);
        }
        self.next_logo = Some(Logo { media, file, bytes, state: FileState::Awaited });
        Ok(Vec::new())
    }

    /// A logo has come; `found` is the content type that its bytes say.
    pub fn receive_logo(&mut self, media: MediaId, found: Option<&str>, bytes: u64) -> Decided {
        let awaits = |logo: &&mut Logo| logo.media == media && logo.state == FileState::Awaited;
        let logo = self.next_logo.as_mut().filter(awaits).ok_or(Refusal::NoLogo)?;
        if found == Some(logo.file.as_str()) && bytes == logo.bytes {
            logo.state = FileState::Received;
            self.logo = self.next_logo.take();
        } else {
            logo.state = FileState::Refused;
        }
        Ok(Vec::new())
    }

    pub fn remove_logo(&mut self, now: Timestamp) -> Decided {
        self.step(Action::Edit, now)?;
        if self.logo.is_none() && self.next_logo.is_none() {
            return Err(Refusal::NoLogo);
        }
        (self.logo, self.next_logo) = (None, None);
        Ok(Vec::new())
    }
}
