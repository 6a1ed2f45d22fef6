//! Account numbers of ISO 13616, checked as a bank would: known country, its length, the digits that
//! check the others.
//!
//! Invariant: only the last four characters get out of here by way of text; the whole number is read
//! by `reveal` alone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Country;

/// An international bank account number, without blanks, in capital letters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(
    value_type = String, min_length = 15, max_length = 64, example = "DE89 3704 0044 0532 0130 00",
    pattern = "^ *[A-Za-z] *[A-Za-z] *[0-9] *[0-9] *([0-9A-Za-z] *){11,30}$"
)]
pub struct Iban(String);

/// Why a text is no such number. It never quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIban {
    /// Something but letters and digits, or no country first.
    #[error("an IBAN is a country, two digits, and letters and digits")]
    Malformed,
    #[error("no IBAN begins with this country")]
    UnknownCountry,
    #[error("an IBAN of this country has {expected} characters")]
    WrongLength { expected: usize },
    #[error("the check digits of this IBAN do not fit: a digit is wrong")]
    WrongCheckDigits,
}

/// How long an IBAN is in each country that has them.
const LENGTHS: &str = "\
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 \
    EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 \
    KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 \
    PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 \
    UA29 VA22 VG24 XK20 YE30";

impl Iban {
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn ending(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }

    /// Where the bank is. Kosovo has IBANs and no code in ISO 3166.
    pub fn country(&self) -> Option<Country> {
        self.0[..2].parse().ok()
    }
}

impl FromStr for Iban {
    type Err = BadIban;

    fn from_str(text: &str) -> Result<Iban, BadIban> {
        let written = text.chars().filter(|c| *c != ' ').take(64).collect::<String>().to_ascii_uppercase();
        let bytes = written.as_bytes();
        let sound = bytes.len() > 4
            && bytes.iter().all(u8::is_ascii_alphanumeric)
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit);
        if !sound {
            return Err(BadIban::Malformed);
        }
        let known = LENGTHS.split(' ').find_map(|entry| entry.strip_prefix(&written[..2]));
        let expected = known.and_then(|length| length.parse().ok()).ok_or(BadIban::UnknownCountry)?;
        if written.len() != expected {
            return Err(BadIban::WrongLength { expected });
        }
        // Banks make check digits from 02 to 98; digits that are 97 off would fit the sum as well.
        let is_check = !["00", "01", "99"].contains(&&written[2..4]);
        if is_check && remainder(bytes) == 1 { Ok(Iban(written)) } else { Err(BadIban::WrongCheckDigits) }
    }
}

/// The number modulo 97, its first four characters moved to its end and letters counted from ten.
fn remainder(bytes: &[u8]) -> u32 {
    let turned = bytes[4..].iter().chain(&bytes[..4]);
    turned.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}

impl TryFrom<String> for Iban {
    type Error = BadIban;

    fn try_from(text: String) -> Result<Iban, BadIban> {
        text.parse()
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> String {
        iban.0
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iban(…{})", self.ending())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KNOWN: &[&str] = &[
        "DE89 3704 0044 0532 0130 00",
        "GB29 NWBK 6016 1331 9268 19",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NO93 8601 1117 947",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        "SA03 8000 0000 6080 1016 7519",
        "XK05 1212 0123 4567 8906",
        // The crate `iban_validate` knows neither of these countries.
        "PK36 SCBL 0000 0011 2345 6702",
        "HN88 CABF 0000 0000 0002 5000 5469",
    ];

    #[test]
    fn the_registrys_own_examples_are_numbers() {
        for known in KNOWN {
            let iban: Iban = known.parse().unwrap();
            assert_eq!(iban.reveal(), known.replace(' ', ""));
        }
        // People copy them in small letters, and with blanks wherever their bank puts them.
        assert_eq!("de 8937 0400440532013000 ".parse::<Iban>().unwrap(), KNOWN[0].parse().unwrap());
        assert!(
            LENGTHS.split(' ').all(|entry| entry.len() == 4) && LENGTHS.split(' ').is_sorted_by(|a, b| a < b)
        );
    }

    #[test]
    fn what_is_wrong_is_said_without_the_number() {
        let check = |text: &str, expect| assert_eq!(text.parse::<Iban>().unwrap_err(), expect, "{text}");
        check("", BadIban::Malformed);
        check("12DE", BadIban::Malformed);
        check("DE89 3704 0044 0532 0130 0Ö", BadIban::Malformed);
        check("US89 3704 0044 0532 0130 00", BadIban::UnknownCountry);
        check("DE89 3704 0044 0532 0130 0", BadIban::WrongLength { expected: 22 });
        check("DE88 3704 0044 0532 0130 00", BadIban::WrongCheckDigits);
        // The sum is right with these too, and no bank makes them of 02, 97 and 98.
        check("DE99 3704 0044 0532 0130 14", BadIban::WrongCheckDigits);
        check("DE00 3704 0044 0532 0130 50", BadIban::WrongCheckDigits);
        check("DE01 3704 0044 0532 0130 32", BadIban::WrongCheckDigits);
    }

    #[test]
    fn only_its_end_is_ever_written() {
        let iban: Iban = KNOWN[0].parse().unwrap();
        assert_eq!((iban.ending(), format!("{iban:?}")), ("3000", "Iban(…3000)".to_owned()));
        assert_eq!(iban.country().unwrap().as_str(), "DE");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(known in 0..KNOWN.len(), place in 4usize..15, digit in 0u8..10) {
            let sound = KNOWN[known].replace(' ', "");
            let mut bytes = sound.clone().into_bytes();
            prop_assume!(bytes[place].is_ascii_digit() && bytes[place] != b'0' + digit);
            bytes[place] = b'0' + digit;
            let wrong = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(wrong.parse::<Iban>(), Err(BadIban::WrongCheckDigits));
        }

        #[test]
        fn no_text_is_a_crash(text in "\\PC{0,60}") {
            if let Ok(iban) = text.parse::<Iban>() {
                prop_assert_eq!(iban.reveal().parse::<Iban>(), Ok(iban.clone()));
            }
        }
    }
}
