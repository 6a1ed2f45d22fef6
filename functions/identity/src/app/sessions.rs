//! Sessions: how one begins, goes on and ends.

use auth::Claims;
use auth::issue::LIFETIME;
use dynamo::Page;
use facts::identity::RevocationReason;
use failure::Failure;
use ids::{AccountId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vault::Seal;

use super::{App, AppError, Who};
use crate::domain::{
    Account, Device, Email, Entry, Event, Origin, Password, PasswordHash, Place, Refusal, Session, Shown,
};
use crate::store::{Known, Part, Rotated};
use crate::tokens::{self, DeviceToken, RefreshToken, random};

/// Who wants to come in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    email: Email,
    password: Password,
    /// What the owner calls the thing in their hands, to find it again among their sessions.
    device: Option<Device>,
    /// What an earlier sign-in has brought to this device. Whoever has it is not kept out by the wrong
    /// passwords that others say; one that is not good any more is passed over.
    #[schema(inline)]
    device_token: Option<tokens::Shown>,
}

/// What somebody has who has signed in.
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// Goes into `Authorization: Bearer …` of every request, to every room.
    access_token: String,
    token_type: &'static str,
    /// For how many seconds the access token is believed.
    expires_in: i64,
    /// Brings new tokens, once. Keep what comes with them.
    refresh_token: String,
    /// Comes with the next sign-in from this device, so that no stranger's guesses keep its owner out.
    device_token: String,
    session: SessionId,
    account: AccountId,
}

impl App {
    /// Begins a session by a password. Four requests, whether or not there is an account: what is known of
    /// the e-mail, the address and the device, the attempt counted, the account or none's, and what has
    /// come of it.
    pub async fn sign_in(&self, wish: SignIn, origin: &Origin) -> Result<Tokens, AppError> {
        let SignIn { email, password, device, device_token } = wish;
        let shown = match device_token {
            Some(text) => self.secrets.unseal(|seal| DeviceToken::parse(text.as_str(), seal).ok()).await?,
            None => None,
        };
        let knock = self.count_attempt(&email, origin, shown.as_ref()).await?;
        let place = knock.place.map(|(place, _)| place);
        let found = self.store.account_or_nobody(knock.account).await?;
        let found = found.filter(|found| found.body.open().is_ok_and(|known| *known == email));
        let kept = found.as_ref().and_then(|found| found.body.password.as_ref());
        let verdict = self.hasher.verify(&password, kept).await?;
        let Some(known) = found.as_ref().filter(|_| verdict.right) else {
            let account = found.as_ref().map(|found| &found.body);
            let address = place.is_none().then_some(knock.address);
            self.note_failure(account, &email, origin, address).await?;
            return Err(Refusal::WrongCredentials.into());
        };
        let renewed = match verdict.outdated {
            true => Some(self.hasher.hash(&password).await?),
            false => None,
        };
        self.let_in(known, (&email, place), device, origin, renewed).await
    }

    async fn let_in(
        &self,
        known: &Known,
        (email, place): (&Email, Option<Place>),
        device: Option<Device>,
        origin: &Origin,
        renewed: Option<PasswordHash>,
    ) -> Result<Tokens, AppError> {
        let (account, seal) = (&known.body, self.secrets.seal().await?);
        let id = SessionId::mint(&self.mint);
        let token = RefreshToken::first(account.id, id, random()?, &seal);
        let now = self.clock.now();
        // The epoch is the one under which the password was right. Should it have changed meanwhile,
        // nothing is written, since an account that is closed is swept of its sessions only once.
        let (digest, epoch) = (token.digest(), account.epoch);
        let session = Session::begin(id, account.id, digest, device, origin.clone(), epoch, now);
        let entry = Entry::new(Event::SignedIn, origin, now).about(id);
        // From a known place nothing is forgiven to strangers, who would have ten guesses more for every
        // time that the owner comes home.
        let forgiven = || match place {
            Some(place) => self.store.transaction(now).forgive_place(place),
            None => self.store.transaction(now).forgive(email),
        };
        let transaction = || forgiven().begin(&session).audit(account.id, &entry);
        let rehashed = match renewed {
            Some(hash) => {
                let rehashed = Account { password: Some(hash), ..account.clone() };
                self.store.commit(transaction().account(known.version, &rehashed)).await?
            }
            None => false,
        };
        // Has the account changed meanwhile, then what is kept of the password waits for next time.
        if rehashed || self.store.commit(transaction().of_this_epoch(account)).await? {
            return self.signed_in(account, token, &seal).await;
        }
        Err(Failure::overtaken().into())
    }

    /// Renews a session by one conditional write. Who races with themselves gets the same successor; who
    /// comes too late has a copy, and the session ends.
    pub async fn refresh_session(&self, shown: &str, origin: &Origin) -> Result<Tokens, AppError> {
        let ours = |seal: &Seal| Some((RefreshToken::parse(shown, seal).ok()?, seal.clone()));
        let (token, seal) = self.secrets.unseal(ours).await?.ok_or(Refusal::SignedOut("no token of ours"))?;
        let mut successors = token.successors(&seal);
        let now = self.clock.now();
        let (session, next) = match self.store.rotate(&token, &successors[0], now).await? {
            Rotated::Now(session) => (session, successors.remove(0)),
            Rotated::Not(None) => return Err(Refusal::SignedOut("no such session").into()),
            Rotated::Not(Some(session)) => {
                // After a rotation of the secret the successor may be one by the key before.
                let next = successors.into_iter().find(|next| next.digest() == session.digest);
                match (session.judge(&token.digest(), now), next) {
                    (Shown::Again, Some(next)) => (session, next),
                    (Shown::Over, _) => return Err(Refusal::SignedOut("it has ended").into()),
                    (Shown::Again | Shown::Replayed, _) => {
                        observe::count("sessions_replayed", 1);
                        let reason = RevocationReason::Replayed;
                        let entry = Entry::new(Event::RefreshReplayed, origin, now);
                        self.end((token.account, token.session), reason, entry, |_| true).await?;
                        return Err(Refusal::SignedOut("its token was replayed").into());
                    }
                }
            }
        };
        let found = self.store.account(token.account).await?;
        let found = found.filter(|found| found.body.keeps(session.id, session.epoch));
        let account = found.ok_or(Refusal::SignedOut("its epoch is over"))?.body;
        self.signed_in(&account, next, &seal).await
    }

    /// An access token for the session of a refresh token, and the token of its device.
    async fn signed_in(
        &self,
        account: &Account,
        token: RefreshToken,
        seal: &Seal,
    ) -> Result<Tokens, AppError> {
        let (now, session) = (self.clock.now(), token.session);
        let keys = self.secrets.signing().await?;
        let claims = Claims {
            sub: account.id,
            roles: account.roles(),
            merchants: account.shops_in_a_token(),
            session: session.to_string(),
            locale: Some(account.locale.to_string()),
            exp: now + LIFETIME,
        };
        Ok(Tokens {
            access_token: self.secrets.issuer(&keys.signer(now).secret).sign(&claims),
            token_type: "Bearer",
            expires_in: LIFETIME.as_secs(),
            refresh_token: token.reveal().to_owned(),
            device_token: DeviceToken::of(account.id, session, account.epoch, seal).reveal().to_owned(),
            session,
            account: account.id,
        })
    }

    /// The sessions of an account that are alive, the latest first.
    pub async fn list_sessions(&self, who: &Who, part: Part) -> Result<Page<Session>, AppError> {
        let account = self.present(who).await?.known.body;
        let now = self.clock.now();
        let mut page = self.store.sessions(who.account, part).await?;
        page.items.retain(|stored| account.lets_in(&stored.body, now));
        Ok(page)
    }

    /// Ends a session of the owner's: this one to sign out, or another one.
    pub async fn end_session(&self, who: &Who, session: SessionId) -> Result<(), AppError> {
        let account = self.present(who).await?.known.body;
        let entry = Entry::new(Event::SessionEnded, &who.origin, self.clock.now());
        let is_kept = |session: &Session| account.keeps(session.id, session.epoch);
        let ended = self.end((who.account, session), RevocationReason::SignedOut, entry, is_kept).await?;
        if ended { Ok(()) } else { Err(Refusal::NoSuchSession.into()) }
    }

    /// Ends every session but the one that asks, by one write.
    pub async fn end_other_sessions(&self, who: &Who) -> Result<(), AppError> {
        let present = self.present(who).await?;
        let reason = RevocationReason::SignedOut;
        let revocations = self.revocations(&present.known.body, who.session, reason).await?;
        self.amend(present.known, Some(present.session), |known, transaction| {
            let account = &known.body;
            let mut step = account.in_a_new_epoch(who.session).silently();
            step.facts = revocations.clone();
            let entry = Entry::new(Event::SessionsEnded, &who.origin, transaction.now());
            Ok((transaction.step(known.version, &step).audit(account.id, &entry), ()))
        })
        .await
    }

    /// Ends a session that is alive, and tells its owner. Answers whether there was one.
    async fn end(
        &self,
        (account, session): (AccountId, SessionId),
        reason: RevocationReason,
        entry: Entry,
        is_kept: impl Fn(&Session) -> bool + Send + Sync,
    ) -> Result<bool, AppError> {
        self.again(|| async {
            let transaction = self.store.transaction(self.clock.now());
            let now = transaction.now();
            let found = self.store.session(account, session).await?;
            let found = found.filter(|found| found.body.is_alive(now) && is_kept(&found.body));
            let Some(alive) = found else { return Ok((transaction, false)) };
            let entry = Entry { at: now, ..entry.clone() }.about(session);
            Ok((transaction.end(&alive, reason).audit(account, &entry), true))
        })
        .await
    }
}
