//! The only file that knows a status code: every trouble of the room as a problem.

use ask::AskError;
use dynamo::Error;
use problem::Problem;
use serde_json::json;
use vault::VaultError;
use web::Expected;
use words::BadLocale;

use crate::app::AppError;
use crate::domain::{BadLineName, Refusal};

impl From<AppError> for Problem {
    fn from(trouble: AppError) -> Problem {
        match trouble {
            AppError::Refused(refusal) => refused(refusal),
            AppError::NoSuchCart => no_cart(),
            AppError::Stale { seen, is } => match Expected(Some(seen)).check(is) {
                Err(stale) => stale,
                Ok(()) => Problem::internal("a version that is no other was called stale"),
            },
            AppError::Busy => Problem::unavailable(1).inside("others were faster too often"),
            AppError::Table(error @ (Error::Contended | Error::Unavailable(_) | Error::Refused(_))) => {
                Problem::unavailable(1).inside(error)
            }
            AppError::Table(error @ (Error::Malformed(_) | Error::Defect(_))) => Problem::internal(error),
            AppError::Ask(error @ AskError::Unavailable { .. }) => {
                let detail = "a part of the market that has to be asked does not answer now";
                Problem::unavailable(1).detail(detail).inside(error)
            }
            AppError::Ask(error) => Problem::internal(error),
            AppError::Door(problem) => problem,
        }
    }
}

fn refused(refusal: Refusal) -> Problem {
    let said = refusal.to_string();
    match refusal {
        Refusal::NotForSale(why) => Problem::unprocessable(why.code()).field("/variant", why.code(), said),
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
        Refusal::NoSuchLine => no_line(),
        Refusal::NoSuchGuestCart => Problem::not_found("no_such_guest_cart"),
        Refusal::MergedElsewhere => Problem::conflict("merged_elsewhere").detail(said),
        Refusal::ChangedAgain => {
            Problem::conflict("changed_again").detail("look at the cart again, and accept what it comes to")
        }
    }
}

/// To a room, a cart at another version is not a condition of its own making, but a change.
pub(super) fn changed(trouble: AppError) -> Problem {
    match trouble {
        AppError::Stale { is, .. } => Problem::conflict("cart_changed")
            .detail("the cart was changed since it was seen")
            .extension("version", json!(is)),
        trouble => trouble.into(),
    }
}

/// Somebody has no cart, or nothing lies in it.
pub(super) fn no_cart() -> Problem {
    Problem::not_found("no_such_cart")
}

/// No such line lies in the cart.
pub(super) fn no_line() -> Problem {
    Problem::not_found("no_such_line")
}

/// A value in `X-Cart` that we did not make.
pub(super) fn bad_cart() -> Problem {
    Problem::bad_request("bad_cart").detail("X-Cart takes the value that we gave, whole, or is left out")
}

/// Somebody who has no cart: a shop's key, or one for something else.
pub(super) fn no_account() -> Problem {
    Problem::forbidden().detail("this takes a person, or an account's key with the scope for the cart")
}

/// The secret by which guests' carts are signed cannot be read.
pub(super) fn unsealed(error: VaultError) -> Problem {
    match error {
        VaultError::Unavailable { .. } => Problem::unavailable(1).inside(error),
        error => Problem::internal(error),
    }
}

/// A line in the path that is none.
pub(super) fn bad_line(bad: BadLineName) -> Problem {
    Problem::bad_request("malformed_id").detail(format!("line: {bad}"))
}

/// A path that cannot be read.
pub(super) fn bad_path() -> Problem {
    Problem::bad_request("malformed_path")
}

/// A language that cannot be asked for.
pub(super) fn bad_locale(bad: BadLocale) -> Problem {
    Problem::bad_request("bad_locale").detail(bad.to_string())
}

/// A query that cannot be read.
pub(super) fn bad_query(why: String) -> Problem {
    Problem::bad_request("invalid_query").detail(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::NotForSale;
    use money::Currency;

    #[test]
    fn every_trouble_has_one_code_and_one_status() {
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
            Refusal::NoSuchLine,
            Refusal::NoSuchGuestCart,
            Refusal::MergedElsewhere,
            Refusal::ChangedAgain,
        ];
        let others = [
            AppError::NoSuchCart,
            AppError::Stale { seen: 1, is: 2 },
            AppError::Busy,
            AppError::Table(Error::Contended),
            AppError::Table(Error::Unavailable("the network is gone".into())),
            AppError::Table(Error::Malformed("pk is missing".into())),
            AppError::Table(Error::Defect("no such table".into())),
            AppError::Ask(AskError::Unavailable { retry_after: None }),
            AppError::Ask(AskError::Broken("nonsense".into())),
            AppError::Door(Problem::forbidden()),
        ];
        let problems = refusals.into_iter().map(AppError::Refused).chain(others).map(Problem::from);
        let doors = [
            changed(AppError::Stale { seen: 1, is: 2 }),
            bad_cart(),
            no_account(),
            unsealed(VaultError::Missing("cart".into())),
            unsealed(VaultError::Unavailable { name: "cart".into(), why: "throttled".into() }),
            bad_line(BadLineName),
            bad_path(),
            bad_locale(BadLocale),
            bad_query("x".into()),
        ];
        let table = problems.chain(doors).map(|problem| {
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
