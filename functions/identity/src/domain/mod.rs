//! What is true of people and programs with paper and pencil: no clock, no table, no wire.
//!
//! Read in this order: an [`Email`] and a [`Password`] are what a person comes with; an [`Account`] is
//! what becomes of them; a [`Letter`] proves that its reader has the e-mail; a [`Session`] is one sign-in,
//! and says what a token shown to it means; [`Strikes`] slow guessers and senders of letters down; a
//! [`Keyring`] holds the API keys of an account or a shop; [`SigningKeys`] are what tokens are signed
//! with; an [`Entry`] tells the owner what happened; [`audit`] checks the books.

mod account;
mod audit;
mod bounds;
mod grants;
mod keyring;
mod letter;
mod password;
mod refusal;
mod session;
mod signing;
mod strikes;
mod trail;

pub use account::{Account, Role, Step};
pub use audit::{Books, Violation, audit, unswept};
pub use bounds::{Days, Device, Hours, KeyName, Name};
pub use grants::Scope;
pub use keyring::{ApiKey, KeyOwner, Keyring, Listed, MOST_KEYS, Wish};
pub use letter::{Letter, Purpose};
pub use password::{Password, PasswordHash};
pub use refusal::Refusal;
pub use session::{SESSION, Session, Shown};
pub use signing::SigningKeys;
pub use strikes::{Cause, Counted, LETTERS, Leniency, PER_ACCOUNT, PER_ADDRESS, Place, Strikes};
pub use trail::{Entry, Event, Origin};
#[doc(no_inline)]
pub use words::{Email, Locale};
