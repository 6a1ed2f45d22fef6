//! What other rooms ask while a customer waits. The owner makes an ask idempotent: the same wish of
//! the same owner gets the same answer, however often it comes.

use ask::{Asked, Asks};
use ids::VariantId;
use problem::Problem;
use serde::{Deserialize, Serialize};

use super::views::Held;
use crate::app::{App, Refusal, Wish};
use crate::domain::{Action, Lines, Owner, Quantity, Seconds};

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app)
        .on("reserve", reserve)
        .on("extend", extend)
        .on("commit", commit)
        .on("release", release)
        .on("free_units", free_units)
}

/// As many lines as a cart may have.
const MOST_LOOKED_AT: usize = 100;

/// What is to be held for whom.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reserve {
    owner: Owner,
    /// All of them or none. Lines of one variant are summed.
    lines: Vec<WantedLine>,
    /// For how long, 15 minutes if nothing is said.
    #[serde(default = "fifteen_minutes")]
    ttl_seconds: Seconds,
}

/// So many of one variant.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedLine {
    variant: VariantId,
    quantity: Quantity,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extend {
    owner: Owner,
    /// For how long from now, 15 minutes if nothing is said.
    #[serde(default = "fifteen_minutes")]
    ttl_seconds: Seconds,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfOwner {
    owner: Owner,
}

/// Of which variants, and how many somebody would like of each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FreeUnits {
    /// Up to 100. What is wanted tells how closely to look.
    lines: Vec<WantedLine>,
}

/// How many can be had now. Variants that nobody knows are left out.
#[derive(Debug, Serialize)]
struct Free {
    items: Vec<FreeVariant>,
    /// Of these there is no such thing as stock.
    not_stocked: Vec<VariantId>,
}

/// So many of one variant.
#[derive(Clone, Copy, Debug, Serialize)]
struct FreeVariant {
    variant: VariantId,
    free: u64,
}

fn fifteen_minutes() -> Seconds {
    Seconds::new(900).expect("900 is from 1 to 900")
}

/// Holds stock for an owner: all lines or none, and every line that stands in the way is named. What
/// the owner holds already counts as free for it, and another wish takes the place of the one before.
async fn reserve(app: App, Asked { body, .. }: Asked<Reserve>) -> Result<Held, Problem> {
    let lines: Vec<_> = body.lines.iter().map(|line| (line.variant, line.quantity)).collect();
    let lines = Lines::sum(&lines).map_err(Refusal::from)?;
    let wish = Wish { owner: body.owner, lines, seconds: body.ttl_seconds };
    Ok(Held::from(&app.reserve(&wish).await?))
}

/// Holds what is held for longer, never for shorter.
async fn extend(app: App, Asked { body, .. }: Asked<Extend>) -> Result<Held, Problem> {
    Ok(Held::from(&app.settle(&body.owner, Action::Extend(body.ttl_seconds)).await?))
}

/// Sells what is held, if its time has not passed.
async fn commit(app: App, Asked { body, .. }: Asked<OfOwner>) -> Result<Held, Problem> {
    Ok(Held::from(&app.settle(&body.owner, Action::Commit).await?))
}

async fn release(app: App, Asked { body, .. }: Asked<OfOwner>) -> Result<Held, Problem> {
    Ok(Held::from(&app.settle(&body.owner, Action::Release).await?))
}

/// How many units of some variants can be had now. Nothing is held.
async fn free_units(app: App, Asked { body, .. }: Asked<FreeUnits>) -> Result<Free, Problem> {
    let lines: Vec<_> = body.lines.iter().map(|line| (line.variant, line.quantity)).collect();
    let lines = Lines::sum_of_at_most(MOST_LOOKED_AT, &lines).map_err(Refusal::from)?;
    let found = app.free_units(&lines).await?;
    let items = found.free.into_iter().map(|(variant, free)| FreeVariant { variant, free });
    Ok(Free { items: items.collect(), not_stocked: found.not_stocked })
}
