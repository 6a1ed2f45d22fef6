//! The only file that knows a status code: every trouble of the room as a problem.

use dynamo::Error;
use http::StatusCode;
use problem::Problem;
use vault::VaultError;

use crate::app::AppError;
use crate::domain::{KeyRefusal, MOST_KEYS, Refusal, Void, WeakPassword};

impl From<AppError> for Problem {
    fn from(trouble: AppError) -> Problem {
        match trouble {
            AppError::WrongCredentials => Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials")
                .detail("there is no account with this e-mail and this password"),
            AppError::WrongPassword => Problem::new(StatusCode::FORBIDDEN, "wrong_password")
                .detail("this takes the password of the account"),
            AppError::TooManyAttempts(wait) => {
                let seconds = u64::try_from(wait.as_secs()).unwrap_or(0) + 1;
                let detail =
                    "too many attempts in vain; wait, or have a letter sent to choose another password";
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
                problem.detail(detail).retry_after(seconds)
            }
            AppError::SignedOut(why) => {
                Problem::new(StatusCode::UNAUTHORIZED, "signed_out").detail("sign in again").inside(why)
            }
            AppError::NoSuchAccount => Problem::not_found("no_such_account"),
            AppError::NoSuchSession => Problem::not_found("no_such_session"),
            AppError::Account(refusal) => refused(refusal),
            AppError::Weak(weak) => too_weak(weak),
            AppError::Letter(void) => Problem::conflict(match void {
                Void::Expired => "letter_expired",
                Void::Used => "letter_used",
                Void::Pointless => "letter_void",
            })
            .detail("ask for another letter"),
            AppError::NoSuchLetter => Problem::not_found("no_such_letter")
                .detail("this was not copied whole, or not from a letter of ours"),
            AppError::EmailTaken => {
                Problem::conflict("email_taken").detail("another account has this e-mail by now")
            }
            AppError::Key(refusal) => no_key(refusal),
            AppError::NotAManager => {
                Problem::forbidden().detail("this takes a role in the shop that you do not have")
            }
            AppError::NotAnAdmin => Problem::forbidden().detail("this takes the role admin"),
            AppError::OwnRole => {
                Problem::conflict("own_role").detail("another admin has to take this role from you")
            }
            AppError::PasswordNeeded => Problem::unprocessable("password_needed"),
            AppError::Busy => Problem::unavailable(1).inside("others were faster too often"),
            AppError::Store(error @ (Error::Contended | Error::Unavailable(_) | Error::Refused(_))) => {
                Problem::unavailable(1).inside(error)
            }
            AppError::Store(error @ (Error::Malformed(_) | Error::Defect(_))) => Problem::internal(error),
            AppError::Vault(error @ VaultError::Unavailable { .. }) => Problem::unavailable(1).inside(error),
            AppError::Vault(error) => Problem::internal(error),
            AppError::Signing(error) => Problem::internal(error),
            AppError::Hash(error) => Problem::internal(error),
            AppError::Random(error) => Problem::internal(error),
            AppError::Door(problem) => problem,
        }
    }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Closed => Problem::not_found("no_such_account"),
        Refusal::Unconfirmed => {
            Problem::conflict("email_unconfirmed").detail("this takes an account whose e-mail is confirmed")
        }
        Refusal::AlreadyConfirmed => Problem::conflict("already_confirmed"),
        Refusal::SameEmail => {
            let same = "the account has this e-mail already";
            Problem::unprocessable("same_email").field("/email", "same", same)
        }
        Refusal::NotMoving => {
            Problem::conflict("letter_void").detail("no change of e-mail waits for this any more")
        }
        Refusal::TooManyLetters => Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_letters")
            .detail("letters are on their way; look for them, and come back later")
            .retry_after(60),
    }
}

fn too_weak(weak: WeakPassword) -> Problem {
    let code = match weak {
        WeakPassword::Short => "too_short",
        WeakPassword::Common => "too_common",
        WeakPassword::Email => "is_email",
    };
    Problem::unprocessable("weak_password").field("/password", code, weak.to_string())
}

fn no_key(refusal: KeyRefusal) -> Problem {
    match refusal {
        KeyRefusal::TooMany => Problem::conflict("too_many_keys")
            .detail(format!("an owner has at most {MOST_KEYS} keys; revoke one")),
        KeyRefusal::NoSuchKey => Problem::not_found("no_such_key"),
        KeyRefusal::AlreadyRotated => Problem::conflict("already_rotated"),
        KeyRefusal::NoScopes => {
            let none = "a key is good for something";
            Problem::unprocessable("no_scopes").field("/scopes", "none", none)
        }
        KeyRefusal::ForAdmins => Problem::forbidden().detail("only an admin gives this scope"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::SigningKeys;

    #[test]
    fn every_trouble_has_one_code_and_one_status() {
        let unavailable = VaultError::Unavailable { name: "s".into(), why: "throttled".into() };
        let troubles = [
            AppError::WrongCredentials,
            AppError::WrongPassword,
            AppError::TooManyAttempts(SignedDuration::from_secs(2)),
            AppError::SignedOut("it has ended"),
            AppError::NoSuchAccount,
            AppError::NoSuchSession,
            Refusal::Closed.into(),
            Refusal::Unconfirmed.into(),
            Refusal::AlreadyConfirmed.into(),
            Refusal::SameEmail.into(),
            Refusal::NotMoving.into(),
            Refusal::TooManyLetters.into(),
            WeakPassword::Short.into(),
            WeakPassword::Common.into(),
            WeakPassword::Email.into(),
            Void::Expired.into(),
            Void::Used.into(),
            Void::Pointless.into(),
            AppError::NoSuchLetter,
            AppError::EmailTaken,
            KeyRefusal::TooMany.into(),
            KeyRefusal::NoSuchKey.into(),
            KeyRefusal::AlreadyRotated.into(),
            KeyRefusal::NoScopes.into(),
            KeyRefusal::ForAdmins.into(),
            AppError::NotAManager,
            AppError::NotAnAdmin,
            AppError::OwnRole,
            AppError::PasswordNeeded,
            AppError::Busy,
            Error::Refused(Vec::new()).into(),
            Error::Contended.into(),
            Error::Unavailable("the network is gone".into()).into(),
            Error::Malformed("pk is missing".into()).into(),
            Error::Defect("no such table".into()).into(),
            unavailable.into(),
            VaultError::Missing("s".into()).into(),
            VaultError::Guessable("s".into()).into(),
            SigningKeys::read("short").unwrap_err().into(),
            AppError::Door(Problem::forbidden()),
        ];
        let table = troubles.into_iter().map(Problem::from).map(|problem| {
            let members = serde_json::to_value(problem.body()).unwrap();
            let special = if members.get("errors").is_some() { "errors" } else { "" };
            format!("{} {:<20} {special}", problem.status().as_u16(), problem.code()).trim_end().to_owned()
        });
        insta::assert_snapshot!(table.collect::<Vec<_>>().join("\n"));
    }
}
