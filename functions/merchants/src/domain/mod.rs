//! Shops, true with paper and pencil: no table, no clock, no HTTP.
//!
//! A [`Shop`] is one document, and whatever is decided about it is decided on it alone: who works
//! there, whether it may open, what it says of itself. Beside it stand the days on which it is closed
//! ([`Calendar`]), the seats that were offered ([`Invitation`]) and what the market takes of a sale
//! ([`Rule`], [`charge`]).

mod calendar;
mod charge;
mod country;
mod document;
mod files;
mod iban;
mod invitation;
mod members;
mod papers;
mod payout;
mod profile;
mod refusal;
mod rule;
mod shop;
mod state;
mod text;
mod zone;

pub use calendar::{Calendar, Holiday};
pub use charge::{BadLines, Charge, Line, charge};
pub use country::Country;
pub use document::{Document, DocumentKind, FileState, FileType, Logo};
pub use files::ShopFile;
pub use iban::Iban;
pub use invitation::{Invitation, InvitationState, NewInvitation};
pub use members::Seat;
pub use payout::{OtherAccount, Payout, PayoutAccount, PayoutKind, PayoutState};
pub use profile::{Contact, Legal, PolicyKind, Words};
pub use refusal::{Decided, Missing, Refusal};
pub use rule::{Book, NewRule, Rate, Rule, Target};
pub use shop::{NewShop, Restriction, Shop, Tail};
pub use state::{Action, State};
pub use text::{Evidence, HolderName, HolidayTitle, Note, PolicyText, ShopDescription, ShopName, Slug};
pub use words::{Email, Locale, Wanted};
pub use zone::Zone;
