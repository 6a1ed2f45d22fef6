//! The answer to a use case that failed.

use failure::{AppError, Failure};
use http::StatusCode;

use crate::Problem;

/// A room's refusals, each with its status and its code.
pub trait Refusal: failure::Refusal {
    /// What the client is told.
    fn problem(&self) -> Problem;
}

impl<R: Refusal> From<R> for Problem {
    fn from(refusal: R) -> Problem {
        refusal.problem()
    }
}

impl<R: Refusal> From<AppError<R>> for Problem {
    fn from(error: AppError<R>) -> Problem {
        match error {
            AppError::Refused(refusal) => refusal.problem(),
            AppError::Failed(failure) => failure.into(),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        match failure {
            Failure::Stale { seen, is } => {
                let detail = format!("you have seen version {seen}, it is at version {is} now");
                Problem::new(StatusCode::PRECONDITION_FAILED, "stale_version").detail(detail)
            }
            Failure::Busy(_) | Failure::Unavailable(_) => Problem::unavailable(1).inside(failure),
            Failure::Unanswered(_) => {
                let detail = "a part of the market that has to be asked does not answer now";
                Problem::unavailable(1).detail(detail).inside(failure)
            }
            Failure::Unreadable(_) | Failure::Defect(_) => Problem::internal(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_worth_asking_again_and_what_is_ours_to_mend_is_not() {
        let check = |failure: Failure, status: u16, code: &str| {
            let problem = Problem::from(failure);
            assert_eq!((problem.status().as_u16(), problem.code()), (status, code));
        };
        check(Failure::Stale { seen: 1, is: 2 }, 412, "stale_version");
        check(Failure::overtaken(), 503, "unavailable");
        check(Failure::Unavailable("the network is gone".into()), 503, "unavailable");
        check(Failure::Unanswered("catalog".into()), 503, "unavailable");
        check(Failure::Unreadable("not JSON".into()), 500, "internal_error");
        check(Failure::without("bucket"), 500, "internal_error");
    }
}
