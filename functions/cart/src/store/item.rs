//! A cart as the attributes of its item.
//!
//! | Attribute | Holds |
//! | --- | --- |
//! | `v`, `ttl` | the version; when TTL may delete it |
//! | `begun`, `expires` | milliseconds |
//! | `currency` | what everything in it is priced in, missing while it is empty |
//! | `names` | the set of its lines' names, by which DynamoDB counts them |
//! | `n_<line>` | how many of the line |
//! | `l_<line>` | the rest of the line, as JSON |
//! | `merged`, `emptied` | what became of it, as JSON |
//! | `w`, `w1`, … | who wrote it last, and who before |
//!
//! Each line has attributes of its own at the top of the item, so that one update can add to a line
//! that may be there or not, in a cart that may be there or not: a map inside of the item would have
//! to be made first, and that is a second request.

use dynamo::{AttributeValue, Condition, Error, Item, MARKS, Stored, Update};
use jiff::Timestamp;
use money::Currency;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Kept;
use crate::domain::{Addition, Cart, Line, LineName, MOST_LINES};

pub(super) const EXPIRES: &str = "expires";
const BEGUN: &str = "begun";
const CURRENCY: &str = "currency";
const NAMES: &str = "names";
const MERGED: &str = "merged";
const EMPTIED: &str = "emptied";

fn count(name: LineName) -> String {
    format!("n_{name}")
}

fn line(name: LineName) -> String {
    format!("l_{name}")
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number(n: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(n.to_string())
}

fn json<T: serde::Serialize>(body: &T) -> Result<AttributeValue, Error> {
    serde_json::to_string(body).map(AttributeValue::S).map_err(|e| Error::Malformed(e.to_string()))
}

/// The whole cart, without key and version, with the marks of those who wrote it before.
pub(super) fn of_cart(cart: &Cart, marks: &[String]) -> Result<Item, Error> {
    let mut item = Item::from([
        (BEGUN.to_owned(), number(cart.created_at.as_millisecond())),
        (EXPIRES.to_owned(), number(cart.expires_at.as_millisecond())),
    ]);
    item.extend(MARKS[1..].iter().zip(marks).map(|(place, mark)| ((*place).to_owned(), text(mark))));
    item.extend(cart.currency.map(|currency| (CURRENCY.to_owned(), text(currency.code()))));
    // DynamoDB knows no empty set.
    if !cart.lines.is_empty() {
        let names = cart.lines.keys().map(ToString::to_string).collect();
        item.insert(NAMES.to_owned(), AttributeValue::Ss(names));
    }
    for (name, body) in &cart.lines {
        item.insert(count(*name), number(body.quantity));
        item.insert(line(*name), json(body)?);
    }
    if let Some(merged) = &cart.merged {
        item.insert(MERGED.to_owned(), json(merged)?);
    }
    if let Some(emptied) = &cart.emptied {
        item.insert(EMPTIED.to_owned(), json(emptied)?);
    }
    Ok(item)
}

pub(super) fn read(stored: Stored<Value>) -> Result<Kept, Error> {
    let body = &stored.body;
    let broken = |what: &str| Error::Malformed(format!("{:?}: {what}", stored.key));
    let instant = |name: &str| {
        let millis = body[name].as_i64().and_then(|millis| Timestamp::from_millisecond(millis).ok());
        millis.ok_or_else(|| broken(name))
    };
    let names = body[NAMES].as_array().into_iter().flatten();
    let lines = names.map(|name| {
        let name: LineName = said(name).ok_or_else(|| broken(NAMES))?;
        let rest: Option<Line> = parsed(&body[line(name)])?;
        let quantity = body[count(name)].as_u64().and_then(|n| u32::try_from(n).ok());
        let (rest, quantity) = rest.zip(quantity).ok_or_else(|| broken(&line(name)))?;
        Ok((name, Line { quantity, ..rest }))
    });
    let currency = body[CURRENCY].as_str().map(str::parse::<Currency>).transpose();
    let cart = Cart {
        currency: currency.map_err(|_| broken(CURRENCY))?,
        lines: lines.collect::<Result<_, Error>>()?,
        created_at: instant(BEGUN)?,
        expires_at: instant(EXPIRES)?,
        merged: parsed(&body[MERGED])?,
        emptied: parsed(&body[EMPTIED])?,
    };
    let marks = MARKS.iter().filter_map(|place| body[*place].as_str().map(str::to_owned));
    Ok(Kept { version: stored.version, cart, marks: marks.collect() })
}

fn said<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

fn parsed<T: DeserializeOwned>(value: &Value) -> Result<Option<T>, Error> {
    let parsed = value.as_str().map(serde_json::from_str).transpose();
    parsed.map_err(|e| Error::Malformed(e.to_string()))
}

pub(super) fn addition(addition: &Addition, now: Timestamp, expires: Timestamp) -> Result<Update, Error> {
    let Addition { name, line: body, currency, .. } = addition;
    let update = Update::new()
        .counted()
        .add(count(*name), body.quantity.into())
        .include(NAMES, name.to_string())
        .begin(line(*name), json(body)?)
        .begin(BEGUN, number(now.as_millisecond()))
        .count(EXPIRES, expires.as_millisecond())
        .remove(MERGED);
    Ok(match currency {
        Some(currency) => update.say(CURRENCY, currency.code()),
        None => update,
    })
}

/// When an addition may be made: [`Cart::admits`] in DynamoDB's words, and the cart is alive.
pub(super) fn admission(addition: &Addition, now: Timestamp) -> Condition {
    let Addition { name, line: body, currency, most } = addition;
    let one_currency =
        currency.map(|currency| Condition::Without(CURRENCY).or(Condition::says(CURRENCY, currency.code())));
    let room = Condition::Any(vec![
        Condition::Without(NAMES),
        Condition::Fewer(NAMES, MOST_LINES as i64),
        Condition::Contains(NAMES, name.to_string()),
    ]);
    let alive = Condition::AtLeast(EXPIRES, now.as_millisecond() + 1);
    let bounded = match name.adds_up() {
        true => Condition::AtMost(count(*name), i64::from(*most) - i64::from(body.quantity)),
        false => Condition::Unnamed(count(*name)),
    };
    let all = [Some(alive), Some(room), Some(bounded), one_currency].into_iter().flatten();
    Condition::Absent.or(Condition::All(all.collect()))
}
