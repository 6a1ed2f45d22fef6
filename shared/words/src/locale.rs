//! Languages: their tags, and the choice for a reader.
//!
//! A [`Locale`] is a BCP 47 tag in its usual spelling (`en`, `ar-EG`, `zh-Hant-TW`). The languages that
//! a reader [`Wanted`] are looked up as RFC 4647 says: the most wanted first, each shortened from the
//! right until one is there (`ar-EG`, then `ar`); otherwise the default of the thing.
//!
//! Invariant: choosing never fails, and never chooses a language that is not there.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The name of a language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(
    value_type = String, max_length = 35, example = "ar-EG",
    pattern = "^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([0-9A-Za-z]{5,8}|[0-9][0-9A-Za-z]{3}))*$"
)]
pub struct Locale(String);

/// The text names no language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is named as in BCP 47: en, ar-EG, zh-Hant-TW")]
pub struct BadLocale;

const LONGEST: usize = 35;

impl Locale {
    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Locale {
    type Err = BadLocale;

    /// Language, then script, region and variants if they are said, in any case.
    fn from_str(text: &str) -> Result<Locale, BadLocale> {
        if text.len() > LONGEST {
            return Err(BadLocale);
        }
        let mut parts = text.split('-');
        let language = parts.next().filter(|part| (2..=3).contains(&part.len()) && letters(part));
        let mut tag = language.ok_or(BadLocale)?.to_ascii_lowercase();
        let mut stage = 0;
        for part in parts {
            let (place, part) = match part.len() {
                4 if letters(part) => (1, title_case(part)),
                2 if letters(part) => (2, part.to_ascii_uppercase()),
                3 if digits(part) => (2, part.to_owned()),
                5..=8 if alphanumeric(part) => (3, part.to_ascii_lowercase()),
                4 if alphanumeric(part) && part.as_bytes()[0].is_ascii_digit() => {
                    (3, part.to_ascii_lowercase())
                }
                _ => return Err(BadLocale),
            };
            // Script before region before variants, and only of variants may there be several.
            if place < stage || (place == stage && place != 3) {
                return Err(BadLocale);
            }
            stage = place;
            tag.push('-');
            tag.push_str(&part);
        }
        Ok(Locale(tag))
    }
}

fn letters(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_alphabetic())
}

fn digits(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_digit())
}

fn alphanumeric(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn title_case(part: &str) -> String {
    let lower = part.to_ascii_lowercase();
    lower[..1].to_ascii_uppercase() + &lower[1..]
}

impl TryFrom<String> for Locale {
    type Error = BadLocale;

    fn try_from(text: String) -> Result<Locale, BadLocale> {
        text.parse()
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> String {
        locale.0
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The languages of a reader, the most wanted first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted(Vec<String>);

/// The most languages that are read of a header.
const MOST_WANTED: usize = 16;

impl Wanted {
    /// This language alone.
    pub fn only(locale: &Locale) -> Wanted {
        Wanted(vec![locale.0.to_ascii_lowercase()])
    }

    /// Parses an `Accept-Language`. Malformed parts are skipped: the header is a wish. A language with
    /// `q=0` is never chosen.
    pub fn accept_language(header: &str) -> Wanted {
        let mut wanted: Vec<(u16, String)> = Vec::new();
        for wish in header.split(',').take(MOST_WANTED) {
            let mut parts = wish.split(';');
            let range = parts.next().unwrap_or("").trim().to_ascii_lowercase();
            let quality = parts.find_map(|part| part.trim().strip_prefix("q=").map(per_mille));
            let sound = !range.is_empty() && range.len() <= LONGEST && range.split('-').all(is_subtag);
            if let (true, Some(quality)) = (sound, quality.unwrap_or(Some(1000)))
                && quality > 0
            {
                wanted.push((quality, range));
            }
        }
        // Stable: among equal qualities the first one wins.
        wanted.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
        Wanted(wanted.into_iter().map(|(_, range)| range).collect())
    }

    /// The best language that is there, or else the default. When not even that is there, which does
    /// not happen with our data, the first one.
    pub fn choose<'a, T>(
        &self,
        there: &'a BTreeMap<Locale, T>,
        default: &Locale,
    ) -> Option<(&'a Locale, &'a T)> {
        let found = self.0.iter().find_map(|range| lookup(range, there));
        found.or_else(|| there.get_key_value(default)).or_else(|| there.iter().next())
    }
}

fn lookup<'a, T>(range: &str, there: &'a BTreeMap<Locale, T>) -> Option<(&'a Locale, &'a T)> {
    let mut range = range;
    loop {
        if let Some(found) = there.iter().find(|(locale, _)| locale.0.eq_ignore_ascii_case(range)) {
            return Some(found);
        }
        range = range.rsplit_once('-')?.0;
    }
}

fn is_subtag(part: &str) -> bool {
    (1..=8).contains(&part.len()) && alphanumeric(part)
}

/// A quality of `0` to `1` with at most three decimals, in thousandths.
fn per_mille(text: &str) -> Option<u16> {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if decimals.len() > 3 || !digits(decimals) || !matches!(whole, "0" | "1") {
        return None;
    }
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok()?;
    let value = whole.parse::<u16>().ok()? * 1000 + thousandths;
    (value <= 1000).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn locale(tag: &str) -> Locale {
        tag.parse().unwrap()
    }

    #[test]
    fn a_language_has_one_spelling() {
        let check = |text: &str, expect: &str| assert_eq!(locale(text).as_str(), expect);
        check("EN", "en");
        check("ar-eg", "ar-EG");
        check("zh-hANT-tw", "zh-Hant-TW");
        check("es-419", "es-419");
        check("de-CH-1996", "de-CH-1996");
        for bad in
            ["", "e", "engl", "en_US", "en-", "-en", "en-US-Latn", "en-US-GB", "en-x-private", "*", "en-u-ca"]
        {
            assert_eq!(bad.parse::<Locale>(), Err(BadLocale), "{bad}");
        }
    }

    #[test]
    fn a_reader_gets_the_nearest_language_there_is() {
        let there: BTreeMap<Locale, ()> =
            ["en", "ar", "pt-BR", "zh-Hant"].map(|tag| (locale(tag), ())).into();
        let check = |header: &str, expect: &str| {
            let wanted = Wanted::accept_language(header);
            assert_eq!(wanted.choose(&there, &locale("en")).unwrap().0.as_str(), expect, "{header}")
        };
        check("ar-EG", "ar");
        check("zh-Hant-TW", "zh-Hant");
        check("pt", "en");
        check("PT-br", "pt-BR");
        check("fr, ar;q=0.5", "ar");
        check("ar;q=0.1, pt-BR;q=0.9", "pt-BR");
        check("ar;q=0, fr", "en");
        check("*", "en");
        check("", "en");
        check(";;;,,,q=1,ar;q=2", "en");
        check("fr;q=1.000,ar;q=0.001", "ar");
    }

    #[test]
    fn one_asked_for_by_name_falls_back_all_the_same() {
        let there = BTreeMap::from([(locale("ar"), 1), (locale("en"), 2)]);
        assert_eq!(Wanted::only(&locale("ar-EG")).choose(&there, &locale("en")), Some((&locale("ar"), &1)));
        assert_eq!(Wanted::only(&locale("fr")).choose(&there, &locale("en")), Some((&locale("en"), &2)));
        assert_eq!(Wanted::default().choose(&BTreeMap::<Locale, ()>::new(), &locale("en")), None);
    }

    proptest! {
        #[test]
        fn no_header_and_no_tag_is_a_crash(header in "\\PC{0,80}") {
            let there = BTreeMap::from([(locale("en"), ())]);
            prop_assert!(Wanted::accept_language(&header).choose(&there, &locale("en")).is_some());
            if let Ok(parsed) = header.parse::<Locale>() {
                prop_assert_eq!(parsed.as_str().parse::<Locale>(), Ok(parsed.clone()));
            }
        }

        #[test]
        fn what_is_there_is_found_by_its_own_name(index in 0usize..4) {
            let tags = ["en", "ar-EG", "ru", "zh-Hant-TW"];
            let there: BTreeMap<Locale, usize> = tags.iter().enumerate().map(|(n, tag)| (locale(tag), n)).collect();
            let wanted = Wanted::accept_language(tags[index]);
            prop_assert_eq!(wanted.choose(&there, &locale("en")).map(|(_, n)| *n), Some(index));
        }
    }
}
