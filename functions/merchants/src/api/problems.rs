//! The only file that knows a status code: every trouble of the room as a problem.

use problem::Problem;

use crate::domain::{BadLines, Missing, Refusal};

impl problem::Refusal for Refusal {
    fn problem(&self) -> Problem {
        problem(self)
    }
}

fn problem(refusal: &Refusal) -> Problem {
    let said = refusal.to_string();
    let field = |code, pointer: &str| Problem::unprocessable(code).field(pointer, code, said.clone());
    let problem = match refusal {
        Refusal::NoSuchShop => return Problem::not_found("no_such_shop"),
        Refusal::NoSuchPolicy => return Problem::not_found("no_such_policy"),
        Refusal::BadLines(bad) => return bad_lines(*bad),
        Refusal::NotAMember | Refusal::NotAPerson => Problem::forbidden(),
        Refusal::TooManyLetters { wait } => {
            let seconds = u64::try_from(wait.as_secs()).unwrap_or(0) + 1;
            Problem::new(http::StatusCode::TOO_MANY_REQUESTS, "too_many_letters").retry_after(seconds)
        }
        Refusal::NotInThisState { state, .. } => {
            Problem::conflict("not_in_this_state").extension("state", state.as_str())
        }
        Refusal::Incomplete(missing) => incomplete(missing),
        Refusal::OwnLanguage => Problem::conflict("own_language"),
        Refusal::NoSuchTranslation => Problem::not_found("no_such_translation"),
        Refusal::TooManyLocales { .. } => Problem::conflict("too_many_languages"),
        Refusal::BadSlug => field("bad_slug", "/slug"),
        Refusal::SlugTaken => Problem::conflict("slug_taken"),
        Refusal::NoLogo => Problem::not_found("no_logo"),
        Refusal::FileTypeNotTaken => field("file_type_not_taken", "/content_type"),
        Refusal::FileTooLarge { .. } => field("upload_too_large", "/bytes"),
        Refusal::TooManyDocuments { .. } => Problem::conflict("too_many_documents"),
        Refusal::NoSuchDocument => Problem::not_found("no_such_document"),
        Refusal::DocumentNotReceived => Problem::conflict("document_not_received"),
        Refusal::LastOwner => Problem::conflict("last_owner"),
        Refusal::NoOwner => Problem::conflict("no_owner"),
        Refusal::NoSuchMember => Problem::not_found("no_such_member"),
        Refusal::AlreadyMember => Problem::conflict("already_a_member"),
        Refusal::SameRole => Problem::conflict("same_role"),
        Refusal::TooManyMembers { .. } => Problem::conflict("too_many_members"),
        Refusal::TooManyShops { .. } => Problem::conflict("too_many_shops"),
        Refusal::NoSuchInvitation => Problem::not_found("no_such_invitation"),
        Refusal::BadToken => field("bad_token", "/token"),
        Refusal::InvitationAccepted => Problem::conflict("invitation_accepted"),
        Refusal::InvitationRevoked => Problem::conflict("invitation_revoked"),
        Refusal::InvitationExpired => Problem::conflict("invitation_expired"),
        Refusal::AlreadyInvited => Problem::conflict("already_invited"),
        Refusal::TooManyInvitations { .. } => Problem::conflict("too_many_invitations"),
        Refusal::NoPayoutAccount => Problem::not_found("no_payout_account"),
        Refusal::PayoutNotInThisState(state) => {
            Problem::conflict("payout_not_in_this_state").extension("state", state.to_string())
        }
        Refusal::OneAccount => Problem::unprocessable("one_account"),
        Refusal::ShortAccountNumber => field("short_account_number", "/other/number"),
        Refusal::HolidayOverlaps { with } => {
            Problem::conflict("holiday_overlaps").extension("with", with.to_string())
        }
        Refusal::TooManyHolidays { .. } => Problem::conflict("too_many_holidays"),
        Refusal::HolidayOver => field("holiday_over", "/to"),
        Refusal::HolidayBackwards => field("holiday_backwards", "/to"),
        Refusal::HolidayTooLong { .. } => field("holiday_too_long", "/to"),
        Refusal::NoSuchHoliday => Problem::not_found("no_such_holiday"),
        Refusal::RuleOverlaps { with } => {
            Problem::conflict("rule_overlaps").extension("with", with.to_string())
        }
        Refusal::TooManyRules { .. } => Problem::conflict("too_many_rules"),
        Refusal::RuleBackdated => field("rule_backdated", "/from"),
        Refusal::RuleBackwards => field("rule_backwards", "/until"),
        Refusal::RuleEndsBefore => Problem::conflict("rule_ends_before"),
        Refusal::FixedOutOfRange { .. } => field("amount_out_of_range", "/fixed"),
        Refusal::NoSuchRule => Problem::not_found("no_such_rule"),
    };
    problem.detail(said)
}

fn incomplete(missing: &[Missing]) -> Problem {
    let problem = Problem::unprocessable("shop_incomplete");
    missing
        .iter()
        .fold(problem, |problem, missing| problem.field(missing.pointer, missing.code, missing.says))
}

fn bad_lines(bad: BadLines) -> Problem {
    let (pointer, code) = match bad {
        BadLines::None => ("/lines".to_owned(), "none"),
        BadLines::TooMany => ("/lines".to_owned(), "too_many"),
        BadLines::Negative { line } => (format!("/lines/{line}/unit_price"), "negative"),
        BadLines::TooMuch => ("/lines".to_owned(), "too_much"),
    };
    Problem::unprocessable("bad_lines").field(pointer, code, bad.to_string())
}

pub(super) fn two_of_one(pointer: &'static str, why: &'static str) -> Problem {
    Problem::unprocessable("ambiguous_rule").field(pointer, "ambiguous", why)
}

#[cfg(test)]
#[path = "problems_tests.rs"]
mod tests;
