//! The only file that knows a status code: every refusal of the room as a problem.

use failure::Failure;
use problem::Problem;
use serde_json::json;
use words::BadLocale;

use crate::app::AppError;
use crate::domain::Refusal;

impl problem::Refusal for Refusal {
    fn problem(&self) -> Problem {
        let said = self.to_string();
        match *self {
            Refusal::NotForSale(why) => {
                Problem::unprocessable(why.code()).field("/variant", why.code(), said)
            }
            Refusal::SlotMissing => Problem::unprocessable("slot_missing").field("/slot", "missing", said),
            Refusal::QuoteMissing => Problem::unprocessable("quote_missing").field("/quote", "missing", said),
            Refusal::NotThatKind => Problem::unprocessable("not_that_kind").detail(said),
            Refusal::OneSlot => Problem::unprocessable("one_slot").field("/quantity", "too_many", said),
            Refusal::AlreadyIn => Problem::conflict("already_in_cart").detail(said),
            Refusal::Full => Problem::conflict("cart_full").detail(said),
            Refusal::OtherCurrency(currency) => {
                Problem::conflict("other_currency").detail(said).extension("currency", currency.code())
            }
            Refusal::TooMany { have, most } => {
                Problem::conflict("too_many").detail(said).extension("have", have).extension("most", most)
            }
            Refusal::NoSuchCart => Problem::not_found("no_such_cart"),
            Refusal::NoSuchLine => Problem::not_found("no_such_line"),
            Refusal::NoSuchGuestCart => Problem::not_found("no_such_guest_cart"),
            Refusal::MergedElsewhere => Problem::conflict("merged_elsewhere").detail(said),
            Refusal::ChangedAgain => Problem::conflict("changed_again")
                .detail("look at the cart again, and accept what it comes to"),
        }
    }
}

/// To a room, a cart at another version is not a condition of its own making, but a change.
pub(super) fn changed(error: AppError) -> Problem {
    match error {
        AppError::Failed(Failure::Stale { is, .. }) => Problem::conflict("cart_changed")
            .detail("the cart was changed since it was seen")
            .extension("version", json!(is)),
        error => error.into(),
    }
}

/// A value in `X-Cart` that we did not make.
pub(super) fn bad_cart() -> Problem {
    Problem::bad_request("bad_cart").detail("X-Cart takes the value that we gave, whole, or is left out")
}

/// The caller has no cart: a shop's key, or one for something else.
pub(super) fn no_account() -> Problem {
    Problem::forbidden().detail("this takes a person, or an account's key with the scope for the cart")
}

pub(super) fn bad_locale(bad: BadLocale) -> Problem {
    Problem::bad_request("bad_locale").detail(bad.to_string())
}

pub(super) fn bad_query(why: String) -> Problem {
    Problem::bad_request("invalid_query").detail(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::NotForSale;
    use money::Currency;

    #[test]
    fn every_refusal_has_one_code_and_one_status() {
        let refusals = [
            Refusal::NotForSale(NotForSale::UnknownVariant),
            Refusal::NotForSale(NotForSale::NotOnSale),
            Refusal::NotForSale(NotForSale::NoPrice),
            Refusal::SlotMissing,
            Refusal::QuoteMissing,
            Refusal::NotThatKind,
            Refusal::OneSlot,
            Refusal::AlreadyIn,
            Refusal::Full,
            Refusal::OtherCurrency(Currency::EUR),
            Refusal::TooMany { have: 1, most: 2 },
            Refusal::NoSuchCart,
            Refusal::NoSuchLine,
            Refusal::NoSuchGuestCart,
            Refusal::MergedElsewhere,
            Refusal::ChangedAgain,
        ];
        let doors = [
            changed(Failure::Stale { seen: 1, is: 2 }.into()),
            bad_cart(),
            no_account(),
            bad_locale(BadLocale),
            bad_query("x".into()),
        ];
        let table = refusals.into_iter().map(Problem::from).chain(doors).map(|problem| {
            let members = serde_json::to_value(problem.body()).unwrap();
            let members = members.as_object().unwrap().keys();
            let special: Vec<_> = members
                .filter(|name| !["type", "title", "status", "code", "detail"].contains(&name.as_str()))
                .map(String::as_str)
                .collect();
            let line = format!("{} {:<24} {}", problem.status().as_u16(), problem.code(), special.join(" "));
            line.trim_end().to_owned()
        });
        insta::assert_snapshot!(table.collect::<Vec<_>>().join("\n"));
    }
}
