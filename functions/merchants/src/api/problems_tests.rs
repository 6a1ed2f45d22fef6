//! Every trouble with its code and its status, as a table that people review.

use ids::{HolidayId, RuleId, Uuid};

use super::*;
use crate::domain::{Action, PayoutState, State};

#[test]
fn every_trouble_has_one_code_and_one_status() {
    let (holiday, rule) = (HolidayId::from_uuid(Uuid::from_u128(1)), RuleId::from_uuid(Uuid::from_u128(1)));
    let missing = Missing { pointer: "/legal", code: "legal_missing", says: "who the shop legally is" };
    let refusals = [
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
    let (name, why) = ("letters".to_owned(), "throttled".to_owned());
    let others = [
        AppError::NoSuchShop,
        AppError::NotAMember,
        AppError::NotAPerson,
        AppError::NoSuchPolicy,
        AppError::BadLines(BadLines::None),
        AppError::BadLines(BadLines::TooMany),
        AppError::BadLines(BadLines::Negative { line: 1 }),
        AppError::BadLines(BadLines::TooMuch),
        AppError::Stale { seen: 1, is: 2 },
        AppError::TooManyLetters { wait: jiff::SignedDuration::from_secs(59) },
        AppError::Busy,
        AppError::Table(Error::Refused(Vec::new())),
        AppError::Table(Error::Contended),
        AppError::Table(Error::Unavailable("the network is gone".into())),
        AppError::Table(Error::Malformed("pk is missing".into())),
        AppError::Table(Error::Defect("no such table".into())),
        AppError::Bucket(BlobError::Unavailable("slow down".into())),
        AppError::Bucket(BlobError::Refused("no permission".into())),
        AppError::Vault(VaultError::Unavailable { name: name.clone(), why }),
        AppError::Vault(VaultError::Missing(name)),
        AppError::Without("bucket"),
        AppError::Door(Problem::forbidden()),
    ];
    let door = [two_of_one("/category", "x"), no_such_policy(), no_such_shop()];
    let problems = refusals.into_iter().map(AppError::Refused).chain(others).map(Problem::from).chain(door);
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
