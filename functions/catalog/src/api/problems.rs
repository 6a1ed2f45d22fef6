//! The only file that knows a status code: every refusal of the room as a problem.

use http::StatusCode;
use problem::Problem;

use crate::domain::Refusal;

impl problem::Refusal for Refusal {
    fn problem(&self) -> Problem {
        refused(self)
    }
}

/// A refusal's code is its own; here it gets a status and, where one field of the body is to blame,
/// that field's name.
fn refused(refusal: &Refusal) -> Problem {
    let code = refusal.code();
    let said = refusal.to_string();
    match refusal {
        Refusal::NoSuchProduct | Refusal::NoPicture | Refusal::NoCategory | Refusal::NoSuchImport => {
            Problem::not_found(code)
        }
        Refusal::UploadTooLarge { .. } => Problem::unprocessable(code).field("/bytes", "out_of_range", said),
        Refusal::Incomplete(missing) => {
            let problem = Problem::unprocessable(code).detail("something is missing that a buyer needs");
            missing.iter().fold(problem, |problem, missing| {
                problem.field(missing.pointer(), missing.code(), missing.to_string())
            })
        }
        Refusal::WrongState { state, .. } => {
            Problem::conflict(code).detail(said).extension("state", state.as_str())
        }
        Refusal::SlugTaken { .. } => Problem::conflict(code).field("/slug", "taken", said),
        Refusal::NumberTaken { .. } => Problem::conflict(code).field("/numeric_sku", "taken", said),
        Refusal::SkuTwice { .. } => Problem::conflict(code).field("/sku", "taken", said),
        Refusal::ChoicesTwice { .. } => Problem::conflict(code).field("/choices", "taken", said),
        Refusal::NoTranslation { .. } | Refusal::ShopNotOpen | Refusal::WasOnSale | Refusal::NotFinished => {
            Problem::conflict(code).detail(said)
        }
        Refusal::NoSuchVariant { .. } | Refusal::NoSuchMedia { .. } | Refusal::OutcomeGone => {
            Problem::not_found(code).detail(said)
        }
        Refusal::TakesAManager => Problem::new(StatusCode::FORBIDDEN, code).detail(said),
        Refusal::ChoicesDoNotFit { .. } => Problem::unprocessable(code).field("/choices", "unknown", said),
        Refusal::TooHeavy { .. } => Problem::unprocessable(code).field("/weight_grams", "too_large", said),
        Refusal::AmountOutOfRange { .. } => {
            Problem::unprocessable(code).field("/price", "out_of_range", said)
        }
        Refusal::BadPeriod => Problem::unprocessable(code).field("/until", "too_early", said),
        Refusal::TooMany { .. }
        | Refusal::TooLarge { .. }
        | Refusal::OptionTwice
        | Refusal::NothingToChoose { .. }
        | Refusal::OrderDoesNotFit
        | Refusal::Fixed { .. }
        | Refusal::NoSuchCategory { .. }
        | Refusal::TooDeep { .. } => Problem::unprocessable(code).detail(said),
    }
}

/// A list that is asked for in two ways at once.
pub(super) fn two_shelves() -> Problem {
    Problem::bad_request("two_shelves").detail("ask for a category or for a merchant, not for both")
}

pub(super) fn no_such_address() -> Problem {
    Problem::not_found("no_such_product")
}

pub(super) fn bad_lines(most: usize) -> Problem {
    Problem::unprocessable("bad_lines").field(
        "/variants",
        "out_of_range",
        format!("from 1 to {most} variants"),
    )
}

pub(super) fn untitled() -> Problem {
    Problem::internal("a product or a category without any title")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Action, Missing, State};
    use ids::{CategoryId, MediaId, Sku, Uuid, VariantId};

    #[test]
    fn every_refusal_has_one_code_and_one_status() {
        let id = Uuid::from_u128(1);
        let sku = || "MUG".parse().unwrap();
        let locale = || "en".parse().unwrap();
        let missing = vec![
            Missing::Title { locale: locale() },
            Missing::Variant,
            Missing::Price { index: 3, sku: sku() },
        ];
        let refusals = [
            Refusal::WrongState { state: State::Archived, action: Action::Edit },
            Refusal::Incomplete(missing),
            Refusal::TooMany { what: "variants", most: 40 },
            Refusal::TooLarge { most: 1 },
            Refusal::NoTranslation { locale: locale() },
            Refusal::SlugTaken { locale: locale(), slug: "mug".parse().unwrap() },
            Refusal::NumberTaken { number: Sku::new(7).unwrap() },
            Refusal::SkuTwice { sku: sku() },
            Refusal::ChoicesDoNotFit { sku: sku() },
            Refusal::ChoicesTwice { sku: sku() },
            Refusal::OptionTwice,
            Refusal::NothingToChoose { group: "size".parse().unwrap() },
            Refusal::NoSuchVariant { variant: VariantId::from_uuid(id) },
            Refusal::NoSuchMedia { media: MediaId::from_uuid(id) },
            Refusal::OrderDoesNotFit,
            Refusal::Fixed { what: "kind" },
            Refusal::WasOnSale,
            Refusal::TooHeavy { most: 1 },
            Refusal::AmountOutOfRange { most: 1 },
            Refusal::BadPeriod,
            Refusal::NoSuchCategory { category: CategoryId::from_uuid(id) },
            Refusal::TooDeep { most: 5 },
            Refusal::TakesAManager,
            Refusal::ShopNotOpen,
            Refusal::NotFinished,
            Refusal::OutcomeGone,
            Refusal::NoSuchProduct,
            Refusal::NoPicture,
            Refusal::NoCategory,
            Refusal::NoSuchImport,
            Refusal::UploadTooLarge { most: 1 },
        ];
        let at_the_door = [two_shelves(), no_such_address(), bad_lines(100), untitled()];
        let all = refusals.iter().map(refused);
        let table = all.chain(at_the_door).map(|problem| {
            let fields: Vec<_> = problem.body().errors.iter().map(|error| error.pointer.clone()).collect();
            format!("{} {:<22} {}", problem.status().as_u16(), problem.code(), fields.join(" "))
        });
        let table: Vec<_> = table.map(|line| line.trim_end().to_owned()).collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
