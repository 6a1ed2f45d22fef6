//! The only file that knows a status code: every trouble of the room as a problem.

use dynamo::Error;
use problem::Problem;
use queue::SendError;
use serde_json::{Value, json};

use crate::app::{AppError, CannotReserve};
use crate::domain::{BadLines, MoreThanFree, Refusal};

impl From<AppError> for Problem {
    fn from(trouble: AppError) -> Problem {
        let said = trouble.to_string();
        match trouble {
            AppError::NoSuchStock => Problem::not_found("no_such_stock"),
            AppError::NotStocked => {
                Problem::unprocessable("not_stocked").detail("there is no stock of a service or a course")
            }
            AppError::NoSuchWarehouse => Problem::unprocessable("no_such_warehouse"),
            AppError::TooManyWarehouses => Problem::conflict("too_many_warehouses"),
            AppError::SameWarehouse => {
                Problem::unprocessable("same_warehouse").detail("goods are carried from one place to another")
            }
            AppError::NoDifference => Problem::unprocessable("no_difference").field(
                "/by",
                "zero",
                "a count that changes nothing is not worth a line",
            ),
            AppError::MoreThanFree(MoreThanFree { free }) => {
                Problem::conflict("more_than_free").detail(said).extension("free", free)
            }
            AppError::AlreadyOpen => {
                Problem::conflict("already_open").detail("stock from another system is brought in once")
            }
            AppError::CannotReserve(cannot) => cannot_reserve(&cannot),
            AppError::TooScattered => Problem::conflict("too_scattered")
                .detail("these units lie in more places than one reservation reaches; ask for fewer lines"),
            AppError::NoSuchReservation => Problem::not_found("no_such_reservation"),
            AppError::Reservation(refusal) => Problem::conflict(match refusal {
                Refusal::Expired => "reservation_expired",
                Refusal::Released => "reservation_released",
                Refusal::Committed => "reservation_committed",
                Refusal::TooEarly => "reservation_not_due",
            }),
            AppError::Busy => Problem::unavailable(1).inside("others were faster too often"),
            AppError::Store(error @ (Error::Contended | Error::Unavailable(_) | Error::Refused(_))) => {
                Problem::unavailable(1).inside(error)
            }
            AppError::Store(error @ (Error::Malformed(_) | Error::Defect(_))) => Problem::internal(error),
            AppError::Timer(error @ SendError::NotNow(_)) => Problem::unavailable(1).inside(error),
            AppError::Timer(error @ SendError::Defect(_)) => Problem::internal(error),
            AppError::Door(problem) => problem,
        }
    }
}

/// Names every line that stands in the way, so that a cart can say so beside each.
fn cannot_reserve(cannot: &CannotReserve) -> Problem {
    let CannotReserve { unknown, not_stocked, short } = cannot;
    if !unknown.is_empty() || !not_stocked.is_empty() {
        let code = if unknown.is_empty() { "not_stocked" } else { "unknown_variant" };
        let problem = Problem::unprocessable(code);
        let problem = problem.detail("nothing is held, because of some variants there is no stock at all");
        return problem.extension("unknown", json!(unknown)).extension("not_stocked", json!(not_stocked));
    }
    let short: Vec<Value> = short
        .iter()
        .map(|short| json!({ "variant": short.variant, "wanted": short.wanted, "free": short.free }))
        .collect();
    let problem = Problem::conflict("stock_short");
    problem.detail("nothing is held, because there is too little of some variants").extension("short", short)
}

/// Lines that nobody can want.
pub(super) fn bad_lines(bad: BadLines) -> Problem {
    let code = match bad {
        BadLines::None => "none",
        BadLines::TooMany => "too_many",
        BadLines::TooMuch => "too_much",
    };
    Problem::unprocessable("bad_lines").field("/lines", code, bad.to_string())
}

/// A list of variants in the query that cannot be answered.
pub(super) fn bad_variants(why: impl Into<String>) -> Problem {
    Problem::bad_request("bad_variants").detail(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Short;
    use ids::{Uuid, VariantId};

    #[test]
    fn every_trouble_has_one_code_and_one_status() {
        let variant = VariantId::from_uuid(Uuid::from_u128(1));
        let nothing = CannotReserve::default;
        let short = vec![Short { variant, wanted: 3, free: 2 }];
        let store = |error: Error| AppError::Store(error);
        let troubles = [
            AppError::NoSuchStock,
            AppError::NotStocked,
            AppError::NoSuchWarehouse,
            AppError::TooManyWarehouses,
            AppError::SameWarehouse,
            AppError::NoDifference,
            AppError::MoreThanFree(MoreThanFree { free: 2 }),
            AppError::AlreadyOpen,
            AppError::CannotReserve(CannotReserve { unknown: vec![variant], ..nothing() }),
            AppError::CannotReserve(CannotReserve { not_stocked: vec![variant], ..nothing() }),
            AppError::CannotReserve(CannotReserve { short, ..nothing() }),
            AppError::TooScattered,
            AppError::NoSuchReservation,
            AppError::Reservation(Refusal::Expired),
            AppError::Reservation(Refusal::Released),
            AppError::Reservation(Refusal::Committed),
            AppError::Reservation(Refusal::TooEarly),
            AppError::Busy,
            store(Error::Refused(Vec::new())),
            store(Error::Contended),
            store(Error::Unavailable("the network is gone".into())),
            store(Error::Malformed("pk is missing".into())),
            store(Error::Defect("no such table".into())),
            AppError::Timer(SendError::NotNow("throttled".into())),
            AppError::Timer(SendError::Defect("no such queue".into())),
            AppError::Door(Problem::forbidden()),
        ];
        let problems = troubles.into_iter().map(Problem::from);
        let lines = [BadLines::None, BadLines::TooMany, BadLines::TooMuch].map(bad_lines);
        let table = problems.chain(lines).chain([bad_variants("none")]).map(|problem| {
            let members = serde_json::to_value(problem.body()).unwrap();
            let members = members.as_object().unwrap().keys();
            let special: Vec<_> = members
                .filter(|name| !["type", "title", "status", "code", "detail"].contains(&name.as_str()))
                .map(String::as_str)
                .collect();
            format!("{} {:<24} {}", problem.status().as_u16(), problem.code(), special.join(" "))
        });
        let table: Vec<_> = table.map(|line| line.trim_end().to_owned()).collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
