//! What other rooms ask while a customer waits. The owner makes an ask idempotent: the same wish of
//! the same owner gets the same answer, however often it comes.

use ask::{Asked, Asks, malformed};
use asks::inventory::{
    Commit, Extend, Free, FreeUnits, FreeVariant, Held, HeldQuantity, HeldState, Release, Reserve, WantedLine,
};
use facts::inventory::HeldLine;
use ids::VariantId;
use problem::Problem;
use words::OutOfBounds;

use crate::app::{App, Refusal, Wish};
use crate::domain::{Action, Lines, Owner, Quantity, Reservation, Seconds, State};

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app).on(reserve).on(extend).on(commit).on(release).on(free_units)
}

/// As many lines as a cart may have.
const MOST_LOOKED_AT: usize = 100;

async fn reserve(app: App, Asked { body, .. }: Asked<Reserve>) -> Result<Held, Problem> {
    let (owner, seconds) = (owner(&body.owner)?, seconds(body.ttl_seconds)?);
    let lines = Lines::sum(&wanted(&body.lines)?).map_err(Refusal::from)?;
    Ok(held(&app.reserve(&Wish { owner, lines, seconds }).await?))
}

async fn extend(app: App, Asked { body, .. }: Asked<Extend>) -> Result<Held, Problem> {
    let (owner, seconds) = (owner(&body.owner)?, seconds(body.ttl_seconds)?);
    Ok(held(&app.settle(&owner, Action::Extend(seconds)).await?))
}

async fn commit(app: App, Asked { body, .. }: Asked<Commit>) -> Result<Held, Problem> {
    Ok(held(&app.settle(&owner(&body.owner)?, Action::Commit).await?))
}

async fn release(app: App, Asked { body, .. }: Asked<Release>) -> Result<Held, Problem> {
    Ok(held(&app.settle(&owner(&body.owner)?, Action::Release).await?))
}

async fn free_units(app: App, Asked { body, .. }: Asked<FreeUnits>) -> Result<Free, Problem> {
    let lines = Lines::sum_of_at_most(MOST_LOOKED_AT, &wanted(&body.lines)?).map_err(Refusal::from)?;
    let found = app.free_units(&lines).await?;
    let items = found.free.into_iter().map(|(variant, free)| FreeVariant { variant, free });
    Ok(Free { items: items.collect(), not_stocked: found.not_stocked })
}

fn owner(text: &str) -> Result<Owner, Problem> {
    text.parse().map_err(malformed)
}

fn seconds(seconds: u16) -> Result<Seconds, Problem> {
    Seconds::new(seconds.into()).map_err(malformed)
}

fn wanted(lines: &[WantedLine]) -> Result<Vec<(VariantId, Quantity)>, Problem> {
    let bounded = |line: &WantedLine| Ok((line.variant, Quantity::new(line.quantity.into())?));
    lines.iter().map(bounded).collect::<Result<_, OutOfBounds>>().map_err(malformed)
}

fn held(reservation: &Reservation) -> Held {
    let lines = reservation.lines().told().into_iter();
    let lines = lines.map(|HeldLine { variant, quantity }| HeldQuantity { variant, quantity });
    Held {
        reservation: reservation.id,
        owner: reservation.owner.to_string(),
        state: match reservation.state {
            State::Active => HeldState::Active,
            State::Expired => HeldState::Expired,
            State::Released => HeldState::Released,
            State::Committed => HeldState::Committed,
        },
        lines: lines.collect(),
        expires_at: reservation.expires_at,
    }
}
