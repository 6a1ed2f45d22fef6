//! The only file that knows a status code: every trouble of the room as a problem.

use dynamo::Error;
use http::StatusCode;
use problem::Problem;
use vault::VaultError;

use crate::app::Trouble;
use crate::domain::{KeyRefusal, MOST_KEYS, Refusal, Void, WeakPassword};

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Problem {
        match trouble {
            Trouble::WrongCredentials => Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials")
                .detail("there is no account with this e-mail and this password"),
            Trouble::WrongPassword => Problem::new(StatusCode::FORBIDDEN, "wrong_password")
                .detail("this takes the password of the account"),
            Trouble::TooManyAttempts(wait) => {
                let seconds = u64::try_from(wait.as_secs()).unwrap_or(0) + 1;
                let detail =
                    "too many attempts in vain; wait, or have a letter sent to choose another password";
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
                problem.detail(detail).retry_after(seconds)
            }
            Trouble::SignedOut(why) => {
                Problem::new(StatusCode::UNAUTHORIZED, "signed_out").detail("sign in again").inside(why)
            }
            Trouble::NoSuchAccount => Problem::not_found("no_such_account"),
            Trouble::NoSuchSession => Problem::not_found("no_such_session"),
            Trouble::Account(refusal) => refused(refusal),
            Trouble::Weak(weak) => too_weak(weak),
            Trouble::Letter(void) => Problem::conflict(match void {
                Void::Expired => "letter_expired",
                Void::Used => "letter_used",
                Void::Pointless => "letter_void",
            })
            .detail("ask for another letter"),
            Trouble::NoSuchLetter => Problem::not_found("no_such_letter")
                .detail("this was not copied whole, or not from a letter of ours"),
            Trouble::EmailTaken => {
                Problem::conflict("email_taken").detail("another account has this e-mail by now")
            }
            Trouble::Key(refusal) => no_key(refusal),
            Trouble::NotAManager => {
                Problem::forbidden().detail("this takes a role in the shop that you do not have")
            }
            Trouble::NotAnAdmin => Problem::forbidden().detail("this takes the role admin"),
            Trouble::OwnRole => {
                Problem::conflict("own_role").detail("another admin has to take this role from you")
            }
            Trouble::PasswordNeeded => Problem::unprocessable("password_needed"),
            Trouble::Busy => Problem::unavailable(1).inside("others were faster too often"),
            Trouble::Store(error @ (Error::Contended | Error::Unavailable(_) | Error::Refused(_))) => {
                Problem::unavailable(1).inside(error)
            }
            Trouble::Store(error @ (Error::Malformed(_) | Error::Defect(_))) => Problem::internal(error),
            Trouble::Vault(error @ VaultError::Unavailable { .. }) => Problem::unavailable(1).inside(error),
            Trouble::Vault(error) => Problem::internal(error),
            Trouble::Secret(error) => Problem::internal(error),
            Trouble::Signing(error) => Problem::internal(error),
            Trouble::Hash(error) => Problem::internal(error),
            Trouble::Random(error) => Problem::internal(error),
            Trouble::Door(problem) => problem,
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
    use crate::tokens::Seal;

    #[test]
    fn every_trouble_has_one_code_and_one_status() {
        let unavailable = VaultError::Unavailable { name: "s".into(), why: "throttled".into() };
        let troubles = [
            Trouble::WrongCredentials,
            Trouble::WrongPassword,
            Trouble::TooManyAttempts(SignedDuration::from_secs(2)),
            Trouble::SignedOut("it has ended"),
            Trouble::NoSuchAccount,
            Trouble::NoSuchSession,
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
            Trouble::NoSuchLetter,
            Trouble::EmailTaken,
            KeyRefusal::TooMany.into(),
            KeyRefusal::NoSuchKey.into(),
            KeyRefusal::AlreadyRotated.into(),
            KeyRefusal::NoScopes.into(),
            KeyRefusal::ForAdmins.into(),
            Trouble::NotAManager,
            Trouble::NotAnAdmin,
            Trouble::OwnRole,
            Trouble::PasswordNeeded,
            Trouble::Busy,
            Error::Refused(Vec::new()).into(),
            Error::Contended.into(),
            Error::Unavailable("the network is gone".into()).into(),
            Error::Malformed("pk is missing".into()).into(),
            Error::Defect("no such table".into()).into(),
            unavailable.into(),
            VaultError::Missing("s".into()).into(),
            Seal::read("short").unwrap_err().into(),
            SigningKeys::read("short").unwrap_err().into(),
            Trouble::Door(Problem::forbidden()),
        ];
        let table = troubles.into_iter().map(Problem::from).map(|problem| {
            let members = serde_json::to_value(problem.body()).unwrap();
            let special = if members.get("errors").is_some() { "errors" } else { "" };
            format!("{} {:<20} {special}", problem.status().as_u16(), problem.code()).trim_end().to_owned()
        });
        insta::assert_snapshot!(table.collect::<Vec<_>>().join("\n"));
    }
}
