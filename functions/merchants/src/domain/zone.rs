//! Where a shop keeps its hours: a time zone by its name.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A time zone of the IANA database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[0-9A-Za-z/_+-]+$", example = "Europe/Berlin")]
pub struct Zone(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is named as in the IANA database: Europe/Berlin")]
pub struct BadZone;

impl Zone {
    pub fn utc() -> Zone {
        Zone("UTC".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn today(&self, now: Timestamp) -> Date {
        // A name that was known when it was written may leave the database; the days go on in UTC.
        let zone = TimeZone::get(&self.0).unwrap_or(TimeZone::UTC);
        now.to_zoned(zone).date()
    }
}

impl FromStr for Zone {
    type Err = BadZone;

    fn from_str(text: &str) -> Result<Zone, BadZone> {
        let sound =
            text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
        let zone = TimeZone::get(text).ok().filter(|_| sound).ok_or(BadZone)?;
        Ok(Zone(zone.iana_name().ok_or(BadZone)?.to_owned()))
    }
}

impl TryFrom<String> for Zone {
    type Error = BadZone;

    fn try_from(text: String) -> Result<Zone, BadZone> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_one_spelling_and_is_known() {
        assert_eq!("europe/berlin".parse::<Zone>().unwrap().as_str(), "Europe/Berlin");
        assert_eq!("UTC".parse::<Zone>().unwrap(), Zone::utc());
        for bad in ["", "Berlin", "Europe/Atlantis", "../etc/passwd", "+02:00", &"A".repeat(65)] {
            assert_eq!(bad.parse::<Zone>(), Err(BadZone), "{bad}");
        }
    }

    #[test]
    fn the_day_is_that_of_the_place() {
        let now: Timestamp = "2026-11-21T23:30:00Z".parse().unwrap();
        let check = |zone: &str, expect: &str| {
            assert_eq!(zone.parse::<Zone>().unwrap().today(now).to_string(), expect, "{zone}");
        };
        check("UTC", "2026-11-21");
        check("Europe/Berlin", "2026-11-22");
        check("Pacific/Auckland", "2026-11-22");
        check("America/New_York", "2026-11-21");
    }
}
