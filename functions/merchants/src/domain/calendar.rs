//! The days on which a shop is closed, as the place where it is counts days.
//!
//! Invariant: no two holidays share a day, and there are never more than a hundred that are not over.

use ids::HolidayId;
use jiff::Unit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Refusal;
use super::text::HolidayTitle;

/// Every holiday that a shop has said and that was not over when it last did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    days: Vec<Holiday>,
}

/// Days on which a shop is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holiday {
    /// Its id.
    pub id: HolidayId,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day, which is one of them.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<HolidayTitle>,
}

const MOST_HOLIDAYS: usize = 100;
const MOST_DAYS: i32 = 366;
const FARTHEST_DAYS: i32 = 3 * 366;

impl Calendar {
    /// Those that are not over on this day, the next one first.
    pub fn upcoming(&self, today: Date) -> impl Iterator<Item = &Holiday> {
        self.days.iter().filter(move |holiday| holiday.to >= today)
    }

    /// Adds a holiday, and forgets those that are over.
    pub fn add(&self, new: Holiday, today: Date) -> Result<Calendar, Refusal> {
        if new.to < new.from {
            return Err(Refusal::HolidayBackwards);
        }
        if new.to < today {
            return Err(Refusal::HolidayOver);
        }
        let too_long = days_between(new.from, new.to) >= MOST_DAYS;
        if too_long || days_between(today, new.from) > FARTHEST_DAYS {
            return Err(Refusal::HolidayTooLong { most_days: MOST_DAYS });
        }
        let mut days: Vec<Holiday> = self.upcoming(today).cloned().collect();
        if days.len() >= MOST_HOLIDAYS {
            return Err(Refusal::TooManyHolidays { most: MOST_HOLIDAYS });
        }
        if let Some(other) = days.iter().find(|other| other.from <= new.to && new.from <= other.to) {
            return Err(Refusal::HolidayOverlaps { with: other.id });
        }
        days.push(new);
        days.sort_by_key(|holiday| holiday.from);
        Ok(Calendar { days })
    }

    pub fn remove(&self, id: HolidayId) -> Result<Calendar, Refusal> {
        let days: Vec<Holiday> = self.days.iter().filter(|holiday| holiday.id != id).cloned().collect();
        if days.len() == self.days.len() { Err(Refusal::NoSuchHoliday) } else { Ok(Calendar { days }) }
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    // Both are within the years that a calendar has, so the distance is always a number of days.
    from.until((Unit::Day, to)).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use ids::Uuid;
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn holiday(n: u128, from: &str, to: &str) -> Holiday {
        Holiday { id: HolidayId::from_uuid(Uuid::from_u128(n)), from: day(from), to: day(to), title: None }
    }

    #[test]
    fn days_that_make_no_holiday_are_refused() {
        let today = day("2026-11-21");
        let calendar = Calendar::default().add(holiday(1, "2026-12-24", "2026-12-26"), today).unwrap();
        let check = |from: &str, to: &str, expect: Result<usize, Refusal>| {
            let found = calendar.add(holiday(2, from, to), today).map(|calendar| calendar.days.len());
            assert_eq!(found, expect, "{from} to {to}");
        };
        let with = HolidayId::from_uuid(Uuid::from_u128(1));
        check("2026-12-27", "2026-12-27", Ok(2));
        check("2026-12-26", "2026-12-31", Err(Refusal::HolidayOverlaps { with }));
        check("2026-12-01", "2026-12-31", Err(Refusal::HolidayOverlaps { with }));
        check("2026-12-25", "2026-12-25", Err(Refusal::HolidayOverlaps { with }));
        check("2026-11-20", "2026-11-19", Err(Refusal::HolidayBackwards));
        check("2026-11-19", "2026-11-20", Err(Refusal::HolidayOver));
        check("2026-11-20", "2026-11-21", Ok(2));
        check("2027-01-01", "2027-12-31", Ok(2));
        check("2027-01-01", "2028-01-02", Err(Refusal::HolidayTooLong { most_days: 366 }));
        check("2030-01-01", "2030-01-01", Err(Refusal::HolidayTooLong { most_days: 366 }));
    }

    #[test]
    fn a_holiday_that_is_over_makes_room_for_another() {
        let mut calendar = Calendar::default();
        let start = day("2026-01-01");
        let add = |calendar: &Calendar, n: i32, today: Date| {
            let from = start.checked_add(jiff::Span::new().days(n)).unwrap();
            let id = HolidayId::from_uuid(Uuid::from_u128(n as u128));
            calendar.add(Holiday { id, from, to: from, title: None }, today)
        };
        for n in 0..100 {
            calendar = add(&calendar, n, start).unwrap();
        }
        assert_eq!(add(&calendar, 100, start), Err(Refusal::TooManyHolidays { most: 100 }));
        let next_day = start.tomorrow().unwrap();
        assert_eq!(add(&calendar, 100, next_day).unwrap().upcoming(next_day).count(), 100);
    }

    proptest! {
        #[test]
        fn no_day_is_in_two_holidays(ranges in proptest::collection::vec((0i32..300, 0i32..20), 1..40)) {
            let start = day("2026-01-01");
            let mut calendar = Calendar::default();
            for (n, (offset, length)) in ranges.into_iter().enumerate() {
                let from = start.checked_add(jiff::Span::new().days(offset)).unwrap();
                let to = from.checked_add(jiff::Span::new().days(length)).unwrap();
                let id = HolidayId::from_uuid(Uuid::from_u128(n as u128));
                if let Ok(after) = calendar.add(Holiday { id, from, to, title: None }, start) {
                    calendar = after;
                }
            }
            let days: Vec<_> = calendar.upcoming(start).collect();
            prop_assert!(days.windows(2).all(|pair| pair[0].to < pair[1].from));
        }
    }
}
