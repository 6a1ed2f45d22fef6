//! The only file that knows a status code: every trouble of the room as a problem.

use http::StatusCode;
use problem::Problem;

use crate::domain::{MOST_KEYS, Refusal};

impl problem::Refusal for Refusal {
    fn problem(&self) -> Problem {
        match *self {
            Refusal::WrongCredentials => Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials")
                .detail("there is no account with this e-mail and this password"),
            Refusal::WrongPassword => Problem::new(StatusCode::FORBIDDEN, "wrong_password")
                .detail("this takes the password of the account"),
            Refusal::TooManyAttempts(wait) => {
                let seconds = u64::try_from(wait.as_secs()).unwrap_or(0) + 1;
                let detail =
                    "too many attempts in vain; wait, or have a letter sent to choose another password";
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
                problem.detail(detail).retry_after(seconds)
            }
            Refusal::SignedOut(why) => {
                Problem::new(StatusCode::UNAUTHORIZED, "signed_out").detail("sign in again").inside(why)
            }
            Refusal::NoSuchAccount => Problem::not_found("no_such_account"),
            Refusal::NoSuchSession => Problem::not_found("no_such_session"),
            Refusal::PasswordTooShort => self.weak("too_short"),
            Refusal::PasswordTooCommon => self.weak("too_common"),
            Refusal::PasswordIsEmail => self.weak("is_email"),
            Refusal::LetterExpired => void("letter_expired"),
            Refusal::LetterUsed => void("letter_used"),
            Refusal::LetterVoid => void("letter_void"),
            Refusal::NoSuchLetter => Problem::not_found("no_such_letter")
                .detail("this was not copied whole, or not from a letter of ours"),
            Refusal::EmailTaken => {
                Problem::conflict("email_taken").detail("another account has this e-mail by now")
            }
            Refusal::TooManyKeys => Problem::conflict("too_many_keys")
                .detail(format!("an owner has at most {MOST_KEYS} keys; revoke one")),
            Refusal::NoSuchKey => Problem::not_found("no_such_key"),
            Refusal::AlreadyRotated => Problem::conflict("already_rotated"),
            Refusal::NoScopes => {
                Problem::unprocessable("no_scopes").field("/scopes", "none", "a key is good for something")
            }
            Refusal::ForAdmins => Problem::forbidden().detail("only an admin gives this scope"),
            Refusal::NotAManager => {
                Problem::forbidden().detail("this takes a role in the shop that you do not have")
            }
            Refusal::NotAnAdmin => Problem::forbidden().detail("this takes the role admin"),
            Refusal::OwnRole => {
                Problem::conflict("own_role").detail("another admin has to take this role from you")
            }
            Refusal::PasswordNeeded => Problem::unprocessable("password_needed"),
            Refusal::Closed => Problem::not_found("no_such_account"),
            Refusal::Unconfirmed => Problem::conflict("email_unconfirmed")
                .detail("this takes an account whose e-mail is confirmed"),
            Refusal::AlreadyConfirmed => Problem::conflict("already_confirmed"),
            Refusal::SameEmail => {
                Problem::unprocessable("same_email").field("/email", "same", self.to_string())
            }
            Refusal::NotMoving => {
                Problem::conflict("letter_void").detail("no change of e-mail waits for this any more")
            }
            Refusal::TooManyLetters => Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_letters")
                .detail("letters are on their way; look for them, and come back later")
                .retry_after(60),
        }
    }
}

impl Refusal {
    fn weak(&self, code: &'static str) -> Problem {
        Problem::unprocessable("weak_password").field("/password", code, self.to_string())
    }
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
