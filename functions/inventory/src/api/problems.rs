//! The only file that knows a status code: every refusal of the room as a problem.

use problem::Problem;
use serde_json::{Value, json};

use crate::domain::{BadLines, CannotReserve, Denied, Refusal};

impl problem::Refusal for Refusal {
    fn problem(&self) -> Problem {
        let said = self.to_string();
        match self {
            Refusal::NoSuchStock => Problem::not_found("no_such_stock"),
            Refusal::NotStocked => Problem::unprocessable("not_stocked").detail(said),
            Refusal::NoSuchWarehouse => Problem::unprocessable("no_such_warehouse"),
            Refusal::TooManyWarehouses => Problem::conflict("too_many_warehouses"),
            Refusal::SameWarehouse => Problem::unprocessable("same_warehouse").detail(said),
            Refusal::NoDifference => Problem::unprocessable("no_difference").field("/by", "zero", said),
            Refusal::MoreThanFree { free } => {
                Problem::conflict("more_than_free").detail(said).extension("free", *free)
            }
            Refusal::AlreadyOpen => Problem::conflict("already_open").detail(said),
            Refusal::CannotReserve(cannot) => cannot_reserve(cannot),
            Refusal::TooScattered => Problem::conflict("too_scattered").detail(said),
            Refusal::NoSuchReservation => Problem::not_found("no_such_reservation"),
            Refusal::Reservation(denied) => Problem::conflict(match denied {
                Denied::Expired => "reservation_expired",
                Denied::Released => "reservation_released",
                Denied::Committed => "reservation_committed",
                Denied::TooEarly => "reservation_not_due",
            }),
            Refusal::BadLines(bad) => {
                let code = match bad {
                    BadLines::None => "none",
                    BadLines::TooMany => "too_many",
                    BadLines::TooMuch => "too_much",
                };
                Problem::unprocessable("bad_lines").field("/lines", code, said)
            }
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

pub(super) fn bad_variants(why: impl Into<String>) -> Problem {
    Problem::bad_request("bad_variants").detail(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Short;
    use ids::{Uuid, VariantId};

    #[test]
    fn every_refusal_has_one_code_and_one_status() {
        let variant = VariantId::from_uuid(Uuid::from_u128(1));
        let nothing = CannotReserve::default;
        let short = vec![Short { variant, wanted: 3, free: 2 }];
        let refusals = [
            Refusal::NoSuchStock,
            Refusal::NotStocked,
            Refusal::NoSuchWarehouse,
            Refusal::TooManyWarehouses,
            Refusal::SameWarehouse,
            Refusal::NoDifference,
            Refusal::MoreThanFree { free: 2 },
            Refusal::AlreadyOpen,
            Refusal::CannotReserve(CannotReserve { unknown: vec![variant], ..nothing() }),
            Refusal::CannotReserve(CannotReserve { not_stocked: vec![variant], ..nothing() }),
            Refusal::CannotReserve(CannotReserve { short, ..nothing() }),
            Refusal::TooScattered,
            Refusal::NoSuchReservation,
            Refusal::Reservation(Denied::Expired),
            Refusal::Reservation(Denied::Released),
            Refusal::Reservation(Denied::Committed),
            Refusal::Reservation(Denied::TooEarly),
            Refusal::BadLines(BadLines::None),
            Refusal::BadLines(BadLines::TooMany),
            Refusal::BadLines(BadLines::TooMuch),
        ];
        let problems = refusals.into_iter().map(Problem::from);
        let table = problems.chain([bad_variants("none")]).map(|problem| {
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
