//! The only file that knows a status code: every trouble of the room as a problem.

use http::StatusCode;
use problem::Problem;

use crate::domain::Refusal;

impl problem::Refusal for Refusal {
    fn problem(&self) -> Problem {
        let said = self.to_string();
        match *self {
            Refusal::WrongCredentials => {
                Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials").detail(said)
            }
            Refusal::WrongPassword => Problem::new(StatusCode::FORBIDDEN, "wrong_password").detail(said),
            Refusal::TooManyAttempts(wait) => {
                let seconds = u64::try_from(wait.as_secs()).unwrap_or(0) + 1;
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
                problem.detail(said).retry_after(seconds)
            }
            Refusal::SignedOut(why) => {
                Problem::new(StatusCode::UNAUTHORIZED, "signed_out").detail("sign in again").inside(why)
            }
            Refusal::NoSuchAccount | Refusal::Closed => Problem::not_found("no_such_account"),
            Refusal::NoSuchSession => Problem::not_found("no_such_session"),
            Refusal::PasswordTooShort => weak("too_short", said),
            Refusal::PasswordTooCommon => weak("too_common", said),
            Refusal::PasswordIsEmail => weak("is_email", said),
            Refusal::LetterExpired => void("letter_expired"),
            Refusal::LetterUsed => void("letter_used"),
            Refusal::LetterVoid => void("letter_void"),
            Refusal::NoSuchLetter => Problem::not_found("no_such_letter").detail(said),
            Refusal::EmailTaken => {
                Problem::conflict("email_taken").detail("another account has this e-mail by now")
            }
            Refusal::TooManyKeys => Problem::conflict("too_many_keys").detail(said),
            Refusal::NoSuchKey => Problem::not_found("no_such_key"),
            Refusal::AlreadyRotated => Problem::conflict("already_rotated"),
            Refusal::NoScopes => Problem::unprocessable("no_scopes").field("/scopes", "none", said),
            Refusal::NotAManager | Refusal::NotAnAdmin | Refusal::ForAdmins => {
                Problem::forbidden().detail(said)
            }
            Refusal::OwnRole => Problem::conflict("own_role").detail(said),
            Refusal::PasswordNeeded => Problem::unprocessable("password_needed"),
            Refusal::Unconfirmed => Problem::conflict("email_unconfirmed").detail(said),
            Refusal::AlreadyConfirmed => Problem::conflict("already_confirmed"),
            Refusal::SameEmail => Problem::unprocessable("same_email").field("/email", "same", said),
            Refusal::NotMoving => Problem::conflict("letter_void").detail(said),
            Refusal::TooManyLetters => {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_letters").detail(said).retry_after(60)
            }
        }
    }
}

fn weak(code: &'static str, said: String) -> Problem {
    Problem::unprocessable("weak_password").field("/password", code, said)
}

fn void(code: &'static str) -> Problem {
    Problem::conflict(code).detail("ask for another letter")
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn every_trouble_has_one_code_and_one_status() {
        let troubles = [
            Refusal::WrongCredentials,
            Refusal::WrongPassword,
            Refusal::TooManyAttempts(SignedDuration::from_secs(2)),
            Refusal::SignedOut("it has ended"),
            Refusal::NoSuchAccount,
            Refusal::NoSuchSession,
            Refusal::Closed,
            Refusal::Unconfirmed,
            Refusal::AlreadyConfirmed,
            Refusal::SameEmail,
            Refusal::NotMoving,
            Refusal::TooManyLetters,
            Refusal::PasswordTooShort,
            Refusal::PasswordTooCommon,
            Refusal::PasswordIsEmail,
            Refusal::LetterExpired,
            Refusal::LetterUsed,
            Refusal::LetterVoid,
            Refusal::NoSuchLetter,
            Refusal::EmailTaken,
            Refusal::TooManyKeys,
            Refusal::NoSuchKey,
            Refusal::AlreadyRotated,
            Refusal::NoScopes,
            Refusal::ForAdmins,
            Refusal::NotAManager,
            Refusal::NotAnAdmin,
            Refusal::OwnRole,
            Refusal::PasswordNeeded,
        ];
        let table = troubles.into_iter().map(|refusal| problem::Refusal::problem(&refusal)).map(|problem| {
            let members = serde_json::to_value(problem.body()).unwrap();
            let special = if members.get("errors").is_some() { "errors" } else { "" };
            format!("{} {:<20} {special}", problem.status().as_u16(), problem.code()).trim_end().to_owned()
        });
        insta::assert_snapshot!(table.collect::<Vec<_>>().join("\n"));
    }
}
