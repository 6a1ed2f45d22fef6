//! Every reason for which something is not done.

use facts::Unsent;
use ids::{HolidayId, RuleId};
use jiff::SignedDuration;

use super::{Action, BadLines, PayoutState, State};

/// What a decision about a shop comes to: what is told of it, or why it is not made.
pub type Decided = Result<Vec<Unsent>, Refusal>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    pub pointer: &'static str,
    pub code: &'static str,
    pub says: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the fields are what the messages say of them")]
pub enum Refusal {
    /// There is no such shop, or none that this caller may know of.
    #[error("no such shop")]
    NoSuchShop,
    #[error("this takes a role in the shop that you do not have")]
    NotAMember,
    #[error("this takes a person, and not a program")]
    NotAPerson,
    #[error("no such policy")]
    NoSuchPolicy,
    #[error("{0}")]
    BadLines(BadLines),
    /// So many letters are not written to one address, by one shop, or for one person. It does not say
    /// whose were too many: that would tell who else writes to an address.
    #[error("this address, this shop or you have had enough letters for today")]
    TooManyLetters { wait: SignedDuration },
    #[error("nobody can {action} a shop that is {state}")]
    NotInThisState { state: State, action: Action },
    #[error("the shop is not complete")]
    Incomplete(Vec<Missing>),

    #[error("these are the words in the shop's own language; choose another first")]
    OwnLanguage,
    #[error("nothing is said in this language")]
    NoSuchTranslation,
    #[error("at most {most} languages")]
    TooManyLocales { most: usize },
    #[error("an address is words with single hyphens between them")]
    BadSlug,
    #[error("this address is another shop's")]
    SlugTaken,
    #[error("there is no logo")]
    NoLogo,

    #[error("files of this type are not taken here")]
    FileTypeNotTaken,
    #[error("a file has from 1 to {most} bytes")]
    FileTooLarge { most: u64 },
    #[error("at most {most} documents")]
    TooManyDocuments { most: usize },
    #[error("no such document")]
    NoSuchDocument,
    #[error("this document has not been received")]
    DocumentNotReceived,

    #[error("a shop has at least one owner; make somebody else one first")]
    LastOwner,
    #[error("nobody owns this shop; appoint an owner first")]
    NoOwner,
    #[error("this account does not work in the shop")]
    NoSuchMember,
    #[error("this account works in the shop already")]
    AlreadyMember,
    #[error("they have this role already")]
    SameRole,
    #[error("at most {most} people work in a shop")]
    TooManyMembers { most: usize },
    #[error("one account owns at most {most} shops")]
    TooManyShops { most: u32 },

    #[error("no such invitation")]
    NoSuchInvitation,
    #[error("this is no invitation of ours")]
    BadToken,
    #[error("this invitation was accepted before")]
    InvitationAccepted,
    #[error("this invitation was taken back")]
    InvitationRevoked,
    #[error("this invitation has expired")]
    InvitationExpired,
    #[error("somebody with this address is invited already")]
    AlreadyInvited,
    #[error("at most {most} invitations are open at a time")]
    TooManyInvitations { most: usize },

    #[error("the shop has no payout account")]
    NoPayoutAccount,
    #[error("this is not done to a payout account that is {0}")]
    PayoutNotInThisState(PayoutState),
    #[error("say either an IBAN or another account")]
    OneAccount,
    /// Of an account elsewhere there would be nothing to show but all of it.
    #[error("an account number has at least 6 letters and digits")]
    ShortAccountNumber,

    #[error("the shop is closed on some of these days already")]
    HolidayOverlaps { with: HolidayId },
    #[error("at most {most} holidays")]
    TooManyHolidays { most: usize },
    #[error("these days are over")]
    HolidayOver,
    #[error("the last day is not before the first")]
    HolidayBackwards,
    #[error("a holiday has at most {most_days} days and begins within three years")]
    HolidayTooLong { most_days: i32 },
    #[error("no such holiday")]
    NoSuchHoliday,

    #[error("another rule says something of the same sales at the same time")]
    RuleOverlaps { with: RuleId },
    #[error("at most {most} rules that are not over")]
    TooManyRules { most: usize },
    /// What was sold was sold under the rules of that time.
    #[error("a rule begins now or later")]
    RuleBackdated,
    #[error("a rule ends after it begins")]
    RuleBackwards,
    #[error("this rule ends before that already")]
    RuleEndsBefore,
    #[error("a fixed amount is from 0 to {most} minor units")]
    FixedOutOfRange { most: i64 },
    #[error("no such rule")]
    NoSuchRule,
}
