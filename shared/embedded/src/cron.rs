//! AWS's cron expressions: `cron(minutes hours day-of-month month day-of-week year)`, in UTC.
//!
//! Invariant: what AWS refuses is refused, and what is accepted fires when AWS would fire it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday, date};
use jiff::tz::TimeZone;

/// A schedule by cron expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    text: String,
    minutes: BTreeSet<i16>,
    hours: BTreeSet<i16>,
    days: Days,
    months: BTreeSet<i16>,
    years: BTreeSet<i16>,
}

/// The text is not a cron expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct BadCron {
    field: &'static str,
    problem: String,
}

/// The days of a month. AWS takes either kind and wants `?` in the place of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Days {
    Every,
    OfMonth(Vec<DayOfMonth>),
    OfWeek(Vec<DayOfWeek>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum DayOfMonth {
    Numbers(BTreeSet<i16>),
    Last,
    /// The weekday nearest to this day in the same month.
    Weekday(i16),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum DayOfWeek {
    Numbers(BTreeSet<i16>),
    /// The last of this weekday in its month.
    Last(i16),
    /// Such as the second Tuesday.
    Nth(i16, i16),
}

/// One of the six fields: its legal values.
struct Field {
    name: &'static str,
    least: i16,
    most: i16,
    /// Names of its values, beginning with the least.
    names: &'static [&'static str],
}

const MINUTES: Field = Field { name: "minutes", least: 0, most: 59, names: &[] };
const HOURS: Field = Field { name: "hours", least: 0, most: 23, names: &[] };
const OF_MONTH: Field = Field { name: "day of month", least: 1, most: 31, names: &[] };
const MONTHS: Field = Field {
    name: "month",
    least: 1,
    most: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const OF_WEEK: Field = Field {
    name: "day of week",
    least: 1,
    most: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
const YEARS: Field = Field { name: "year", least: 1970, most: 2199, names: &[] };

impl Cron {
    /// When it fires next, strictly after an instant; `None` when it never will again.
    pub fn after(&self, instant: Timestamp) -> Option<Timestamp> {
        let from = instant.to_zoned(TimeZone::UTC).datetime();
        let mut day = from.date();
        loop {
            let last = *self.years.last()?;
            if day.year() > last {
                return None;
            }
            if !self.years.contains(&day.year()) {
                day = date(*self.years.range(day.year()..).next()?, 1, 1);
            } else if !self.months.contains(&i16::from(day.month())) {
                day = day.last_of_month().tomorrow().ok()?;
            } else {
                if self.days.contain(day)
                    && let Some(time) = self.first_time(day, from)
                {
                    return Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp());
                }
                day = day.tomorrow().ok()?;
            }
        }
    }

    fn first_time(&self, day: Date, after: DateTime) -> Option<DateTime> {
        let times =
            self.hours.iter().flat_map(|hour| self.minutes.iter().map(move |minute| (*hour, *minute)));
        let at = |(hour, minute): (i16, i16)| Some(day.to_datetime(time(hour, minute)?));
        times.filter_map(at).find(|at| *at > after)
    }
}

fn time(hour: i16, minute: i16) -> Option<Time> {
    Time::new(hour.try_into().ok()?, minute.try_into().ok()?, 0, 0).ok()
}

impl Days {
    fn contain(&self, day: Date) -> bool {
        match self {
            Days::Every => true,
            Days::OfMonth(days) => days.iter().any(|wanted| wanted.is(day)),
            Days::OfWeek(days) => days.iter().any(|wanted| wanted.is(day)),
        }
    }
}

impl DayOfMonth {
    fn is(&self, day: Date) -> bool {
        match self {
            DayOfMonth::Numbers(numbers) => numbers.contains(&i16::from(day.day())),
            DayOfMonth::Last => day == day.last_of_month(),
            DayOfMonth::Weekday(number) => nearest_weekday(day, *number) == Some(day),
        }
    }
}

/// The weekday nearest to this day of a month, in the same month.
fn nearest_weekday(month: Date, number: i16) -> Option<Date> {
    let wanted = Date::new(month.year(), month.month(), number.try_into().ok()?).ok()?;
    match wanted.weekday() {
        Weekday::Saturday if number == 1 => date_of(wanted, 3),
        Weekday::Saturday => wanted.yesterday().ok(),
        Weekday::Sunday if wanted == wanted.last_of_month() => date_of(wanted, wanted.day() - 2),
        Weekday::Sunday => wanted.tomorrow().ok(),
        _ => Some(wanted),
    }
}

fn date_of(month: Date, day: i8) -> Option<Date> {
    Date::new(month.year(), month.month(), day).ok()
}

impl DayOfWeek {
    fn is(&self, day: Date) -> bool {
        let number = i16::from(day.weekday().to_sunday_one_offset());
        match self {
            DayOfWeek::Numbers(numbers) => numbers.contains(&number),
            DayOfWeek::Last(wanted) => number == *wanted && day.day() + 7 > day.days_in_month(),
            DayOfWeek::Nth(wanted, nth) => number == *wanted && i16::from((day.day() - 1) / 7) + 1 == *nth,
        }
    }
}

impl FromStr for Cron {
    type Err = BadCron;

    fn from_str(text: &str) -> Result<Cron, BadCron> {
        let fields: Vec<_> = text.split_whitespace().collect();
        let [minutes, hours, of_month, months, of_week, years] = fields.as_slice() else {
            let problem = format!("six fields are needed, and these are {}", fields.len());
            return Err(BadCron { field: "cron", problem });
        };
        let days = match (*of_month, *of_week) {
            ("?", "?") => return Err(OF_WEEK.wrong("only one of the two kinds of day may be ?")),
            ("*", "?") | ("?", "*") => Days::Every,
            (days, "?") => Days::OfMonth(days.split(',').map(day_of_month).collect::<Result<_, _>>()?),
            ("?", days) => Days::OfWeek(days.split(',').map(day_of_week).collect::<Result<_, _>>()?),
            _ => return Err(OF_WEEK.wrong("one of the two kinds of day has to be ?")),
        };
        Ok(Cron {
            text: fields.join(" "),
            minutes: MINUTES.numbers(minutes)?,
            hours: HOURS.numbers(hours)?,
            days,
            months: MONTHS.numbers(months)?,
            years: YEARS.numbers(years)?,
        })
    }
}

fn day_of_month(text: &str) -> Result<DayOfMonth, BadCron> {
    match text.strip_suffix('W') {
        Some(number) => Ok(DayOfMonth::Weekday(OF_MONTH.number(number)?)),
        None if text == "L" => Ok(DayOfMonth::Last),
        None => Ok(DayOfMonth::Numbers(OF_MONTH.numbers(text)?)),
    }
}

fn day_of_week(text: &str) -> Result<DayOfWeek, BadCron> {
    if let Some((day, nth)) = text.split_once('#') {
        let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth));
        let nth =
            nth.ok_or_else(|| OF_WEEK.wrong(format!("{text} has no number from 1 to 5 behind its #")))?;
        return Ok(DayOfWeek::Nth(OF_WEEK.number(day)?, nth));
    }
    match text.strip_suffix('L') {
        // Alone it is the last day of the week.
        Some("") => Ok(DayOfWeek::Numbers(BTreeSet::from([OF_WEEK.most]))),
        Some(day) => Ok(DayOfWeek::Last(OF_WEEK.number(day)?)),
        None => Ok(DayOfWeek::Numbers(OF_WEEK.numbers(text)?)),
    }
}

impl Field {
    fn wrong(&self, problem: impl Into<String>) -> BadCron {
        BadCron { field: self.name, problem: problem.into() }
    }

    /// A field such as `*`, `5`, `MON-FRI`, `0/15` or `1,3,7-9`.
    fn numbers(&self, text: &str) -> Result<BTreeSet<i16>, BadCron> {
        let mut numbers = BTreeSet::new();
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(self.step(step)?)),
                None => (part, None),
            };
            let (first, last) = match range.split_once('-') {
                Some((first, last)) => (self.number(first)?, self.number(last)?),
                None if range == "*" => (self.least, self.most),
                // `5/15` goes on to the end, `5` does not.
                None => (self.number(range)?, if step.is_some() { self.most } else { self.number(range)? }),
            };
            let step = usize::from(step.unwrap_or(1));
            if first <= last {
                numbers.extend((first..=last).step_by(step));
            } else {
                // `FRI-MON` wraps around the end of the week.
                numbers.extend((first..=self.most).chain(self.least..=last).step_by(step));
            }
        }
        Ok(numbers)
    }

    fn step(&self, text: &str) -> Result<u8, BadCron> {
        let step = text.parse().ok().filter(|step| *step > 0);
        step.ok_or_else(|| self.wrong(format!("{text:?} is no step")))
    }

    fn number(&self, text: &str) -> Result<i16, BadCron> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let named = named.and_then(|place| i16::try_from(place).ok()).map(|place| place + self.least);
        let number = named.or_else(|| text.parse().ok());
        number
            .filter(|number| (self.least..=self.most).contains(number))
            .ok_or_else(|| self.wrong(format!("{text:?} is not from {} to {}", self.least, self.most)))
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the next times after an instant.
    fn rings(cron: &str, after: &str, expect: &[&str]) {
        let cron: Cron = cron.parse().unwrap();
        let mut at: Timestamp = after.parse().unwrap();
        for expected in expect {
            at = cron.after(at).unwrap();
            assert_eq!(at.to_string(), *expected, "cron({cron})");
        }
    }

    #[test]
    fn it_rings_at_the_hour_and_the_minute() {
        rings("0 3 * * ? *", "2026-11-21T12:00:00Z", &["2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z"]);
        rings("0 3 * * ? *", "2026-11-21T02:59:59.999Z", &["2026-11-21T03:00:00Z"]);
        rings("0 3 * * ? *", "2026-11-21T03:00:00Z", &["2026-11-22T03:00:00Z"]);
        let quarters = ["2026-12-31T23:45:00Z", "2027-01-01T00:00:00Z", "2027-01-01T00:15:00Z"];
        rings("0/15 * * * ? *", "2026-12-31T23:30:01Z", &quarters);
        rings("5,50 8-9 ? * * *", "2026-11-21T08:10:00Z", &["2026-11-21T08:50:00Z", "2026-11-21T09:05:00Z"]);
        rings("50/20 0 * * ? *", "2026-11-21T00:00:00Z", &["2026-11-21T00:50:00Z", "2026-11-22T00:50:00Z"]);
    }

    #[test]
    fn it_rings_on_days_of_the_month() {
        let ends = ["2027-01-31T00:00:00Z", "2027-02-28T00:00:00Z", "2027-03-31T00:00:00Z"];
        rings("0 0 L * ? *", "2027-01-01T00:00:00Z", &ends);
        rings("0 0 29 2 ? *", "2026-01-01T00:00:00Z", &["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]);
        rings("0 0 31 * ? *", "2026-04-01T00:00:00Z", &["2026-05-31T00:00:00Z", "2026-07-31T00:00:00Z"]);
        // The 15th of August 2026 is a Saturday, the 1st a Saturday too, the 31st of May a Sunday.
        rings("0 0 15W 8 ? 2026", "2026-01-01T00:00:00Z", &["2026-08-14T00:00:00Z"]);
        rings("0 0 1W 8 ? 2026", "2026-01-01T00:00:00Z", &["2026-08-03T00:00:00Z"]);
        rings("0 0 31W 5 ? 2026", "2026-01-01T00:00:00Z", &["2026-05-29T00:00:00Z"]);
        rings("0 0 15W 11 ? 2026", "2026-01-01T00:00:00Z", &["2026-11-16T00:00:00Z"]);
    }

    #[test]
    fn it_rings_on_days_of_the_week() {
        let working = ["2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z"];
        rings("0 10 ? * MON-FRI *", "2026-11-21T00:00:00Z", &working);
        rings("0 10 ? * 2-6 *", "2026-11-21T00:00:00Z", &working);
        let weekend = ["2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z", "2026-11-28T10:00:00Z"];
        rings("0 10 ? * sat-sun *", "2026-11-20T12:00:00Z", &weekend);
        rings("0 10 ? * L *", "2026-11-20T12:00:00Z", &["2026-11-21T10:00:00Z", "2026-11-28T10:00:00Z"]);
        rings("0 0 ? * 3#2 *", "2026-11-01T00:00:00Z", &["2026-11-10T00:00:00Z", "2026-12-08T00:00:00Z"]);
        rings("0 0 ? * FRIL *", "2026-11-01T00:00:00Z", &["2026-11-27T00:00:00Z", "2026-12-25T00:00:00Z"]);
        rings("0 0 ? * MON#5 *", "2026-11-01T00:00:00Z", &["2026-11-30T00:00:00Z", "2027-03-29T00:00:00Z"]);
    }

    #[test]
    fn it_rings_in_its_months_and_years_and_then_never_again() {
        rings("0 0 1 JAN,jul ? *", "2026-11-21T00:00:00Z", &["2027-01-01T00:00:00Z", "2027-07-01T00:00:00Z"]);
        rings("0 0 1 1 ? 2030/5", "2026-11-21T00:00:00Z", &["2030-01-01T00:00:00Z", "2035-01-01T00:00:00Z"]);
        let never = |cron: &str| cron.parse::<Cron>().unwrap().after("2026-11-21T00:00:00Z".parse().unwrap());
        assert_eq!(never("0 0 1 1 ? 2026"), None);
        assert_eq!(never("0 0 30 2 ? *"), None);
    }

    #[test]
    fn what_aws_refuses_is_refused_with_its_place() {
        let check = |cron: &str, complaint: &str| {
            let said = cron.parse::<Cron>().unwrap_err().to_string();
            assert!(said.starts_with(complaint), "{cron}: {said}");
        };
        check("0 3 * * ?", "cron: six fields");
        check("0 3 * * ? * *", "cron: six fields");
        check("60 3 * * ? *", "minutes: \"60\" is not from 0 to 59");
        check("0 24 * * ? *", "hours");
        check("0 -1 * * ? *", "hours");
        check("0 3 0 * ? *", "day of month");
        check("0 3 32W * ? *", "day of month");
        check("0 3 ? * 8 *", "day of week");
        check("0 3 ? * 0 *", "day of week");
        check("0 3 ? * MON#6 *", "day of week");
        check("0 3 * FOO ? *", "month: \"FOO\"");
        check("0 3 * 13 ? *", "month");
        check("0 3 * * ? 1969", "year");
        check("0 3 * * ? 2200", "year");
        check("0 3 * * * *", "day of week: one of the two");
        check("0 3 1 * MON *", "day of week: one of the two");
        check("0 3 ? * ? *", "day of week: only one");
        check("0/0 3 * * ? *", "minutes: \"0\" is no step");
        check("0,, 3 * * ? *", "minutes: \"\"");
        check("? 3 * * ? *", "minutes: \"?\"");
    }
}
