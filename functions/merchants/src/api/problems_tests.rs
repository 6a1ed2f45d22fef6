//! Every refusal with its code and its status, as a table that people review.

use ids::{HolidayId, RuleId, Uuid};

use super::*;
use crate::domain::{Action, PayoutState, State};

#[test]
fn every_refusal_has_one_code_and_one_status() {
    let (holiday, rule) = (HolidayId::from_uuid(Uuid::from_u128(1)), RuleId::from_uuid(Uuid::from_u128(1)));
    let missing = Missing { pointer: "/legal", code: "legal_missing", says: "who the shop legally is" };
    let refusals = [
        Refusal::NoSuchShop,
        Refusal::NotAMember,
        Refusal::NotAPerson,
        Refusal::NoSuchPolicy,
        Refusal::BadLines(BadLines::None),
        Refusal::BadLines(BadLines::TooMany),
        Refusal::BadLines(BadLines::Negative { line: 1 }),
        Refusal::BadLines(BadLines::TooMuch),
        Refusal::TooManyLetters { wait: jiff::SignedDuration::from_secs(59) },
        Refusal::NotInThisState { state: State::Closed, action: Action::Edit },
        Refusal::Incomplete(vec![missing]),
        Refusal::OwnLanguage,
        Refusal::NoSuchTranslation,
        Refusal::TooManyLocales { most: 12 },
        Refusal::BadSlug,
        Refusal::SlugTaken,
        Refusal::NoLogo,
        Refusal::FileTypeNotTaken,
        Refusal::FileTooLarge { most: 1 },
        Refusal::TooManyDocuments { most: 1 },
        Refusal::NoSuchDocument,
        Refusal::DocumentNotReceived,
        Refusal::LastOwner,
        Refusal::NoOwner,
        Refusal::NoSuchMember,
        Refusal::AlreadyMember,
        Refusal::SameRole,
        Refusal::TooManyMembers { most: 1 },
        Refusal::TooManyShops { most: 1 },
        Refusal::NoSuchInvitation,
        Refusal::BadToken,
        Refusal::InvitationAccepted,
        Refusal::InvitationRevoked,
        Refusal::InvitationExpired,
        Refusal::AlreadyInvited,
        Refusal::TooManyInvitations { most: 1 },
        Refusal::NoPayoutAccount,
        Refusal::PayoutNotInThisState(PayoutState::Verified),
        Refusal::OneAccount,
        Refusal::ShortAccountNumber,
        Refusal::HolidayOverlaps { with: holiday },
        Refusal::TooManyHolidays { most: 1 },
        Refusal::HolidayOver,
        Refusal::HolidayBackwards,
        Refusal::HolidayTooLong { most_days: 1 },
        Refusal::NoSuchHoliday,
        Refusal::RuleOverlaps { with: rule },
        Refusal::TooManyRules { most: 1 },
        Refusal::RuleBackdated,
        Refusal::RuleBackwards,
        Refusal::RuleEndsBefore,
        Refusal::FixedOutOfRange { most: 1 },
        Refusal::NoSuchRule,
    ];
    let door = [two_of_one("/category", "x")];
    let problems = refusals.iter().map(problem).chain(door);
    let table = problems.map(|problem| {
        let members = serde_json::to_value(problem.body()).unwrap();
        let members = members.as_object().unwrap().keys();
        let special: Vec<_> = members
            .filter(|name| !["type", "title", "status", "code", "detail"].contains(&name.as_str()))
            .map(String::as_str)
            .collect();
        format!("{} {:<26} {}", problem.status().as_u16(), problem.code(), special.join(" "))
            .trim_end()
            .to_owned()
    });
    insta::assert_snapshot!(table.collect::<Vec<_>>().join("\n"));
}
