//! The currencies of ISO 4217 in circulation, each with the number of its decimals.
//!
//! Invariant: a [`Currency`] is in the table. Fund codes, metals and testing codes are not, since no
//! one can be paid in them. The table was compared with the list that ISO's agency published on
//! 2026-01-01.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// A currency that is in circulation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    exponent: u8,
}

/// The text is not the code of a currency in circulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a currency is the three capital letters of an ISO 4217 code in circulation, such as EUR")]
pub struct BadCurrency;

macro_rules! currencies {
    ($($code:ident $exponent:literal)*) => {
        #[allow(missing_docs, reason = "the codes are defined by ISO 4217")]
        impl Currency {
            $(pub const $code: Currency = Currency { code: stringify!($code), exponent: $exponent };)*

            /// Every currency, in the order of the codes. (`ALL` is the Albanian lek.)
            pub const TABLE: &[Currency] = &[$(Currency::$code,)*];
        }
    };
}

currencies! {
    AED 2 AFN 2 ALL 2 AMD 2 AOA 2 ARS 2 AUD 2 AWG 2 AZN 2
    BAM 2 BBD 2 BDT 2 BHD 3 BIF 0 BMD 2 BND 2 BOB 2 BRL 2 BSD 2 BTN 2 BWP 2 BYN 2 BZD 2
    CAD 2 CDF 2 CHF 2 CLP 0 CNY 2 COP 2 CRC 2 CUP 2 CVE 2 CZK 2
    DJF 0 DKK 2 DOP 2 DZD 2 EGP 2 ERN 2 ETB 2 EUR 2 FJD 2 FKP 2
    GBP 2 GEL 2 GHS 2 GIP 2 GMD 2 GNF 0 GTQ 2 GYD 2 HKD 2 HNL 2 HTG 2 HUF 2
    IDR 2 ILS 2 INR 2 IQD 3 IRR 2 ISK 0 JMD 2 JOD 3 JPY 0
    KES 2 KGS 2 KHR 2 KMF 0 KPW 2 KRW 0 KWD 3 KYD 2 KZT 2 LAK 2 LBP 2 LKR 2 LRD 2 LSL 2 LYD 3
    MAD 2 MDL 2 MGA 2 MKD 2 MMK 2 MNT 2 MOP 2 MRU 2 MUR 2 MVR 2 MWK 2 MXN 2 MYR 2 MZN 2
    NAD 2 NGN 2 NIO 2 NOK 2 NPR 2 NZD 2 OMR 3 PAB 2 PEN 2 PGK 2 PHP 2 PKR 2 PLN 2 PYG 0
    QAR 2 RON 2 RSD 2 RUB 2 RWF 0
    SAR 2 SBD 2 SCR 2 SDG 2 SEK 2 SGD 2 SHP 2 SLE 2 SOS 2 SRD 2 SSP 2 STN 2 SVC 2 SYP 2 SZL 2
    THB 2 TJS 2 TMT 2 TND 3 TOP 2 TRY 2 TTD 2 TWD 2 TZS 2 UAH 2 UGX 0 USD 2 UYU 2 UZS 2
    VED 2 VES 2 VND 0 VUV 0 WST 2 XAF 0 XCD 2 XCG 2 XOF 0 XPF 0 YER 2 ZAR 2 ZMW 2 ZWG 2
}

impl Currency {
    /// The three letters of ISO 4217.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// How many decimals the currency has: 2 for USD, 0 for JPY, 3 for KWD.
    pub const fn exponent(self) -> u8 {
        self.exponent
    }
}

impl FromStr for Currency {
    type Err = BadCurrency;

    fn from_str(code: &str) -> Result<Currency, BadCurrency> {
        let found = Currency::TABLE.binary_search_by(|known| known.code.cmp(code));
        found.map(|i| Currency::TABLE[i]).map_err(|_| BadCurrency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
        struct Code;

        impl serde::de::Visitor<'_> for Code {
            type Value = Currency;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the code of a currency")
            }

            fn visit_str<E: serde::de::Error>(self, code: &str) -> Result<Currency, E> {
                code.parse().map_err(E::custom)
            }
        }

        from.deserialize_str(Code)
    }
}

impl utoipa::PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The ISO 4217 code of a currency in circulation."))
            .enum_values(Some(Currency::TABLE.iter().map(|currency| currency.code())))
            .examples(["USD"])
            .into()
    }
}

impl utoipa::ToSchema for Currency {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_codes_and_names_each_once() {
        assert!(Currency::TABLE.is_sorted_by(|a, b| a.code < b.code));
        for currency in Currency::TABLE {
            assert_eq!(currency.code.len(), 3, "{currency}");
            assert_eq!(currency.code.parse(), Ok(*currency));
        }
    }

    #[test]
    fn a_currency_has_the_decimals_that_iso_4217_gives_it() {
        let with = |exponent| {
            let codes: Vec<&str> =
                Currency::TABLE.iter().filter(|c| c.exponent == exponent).map(|c| c.code).collect();
            codes.join(" ")
        };
        assert_eq!(with(0), "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF");
        assert_eq!(with(3), "BHD IQD JOD KWD LYD OMR TND");
        assert!(Currency::TABLE.iter().all(|c| [0, 2, 3].contains(&c.exponent)));
    }

    #[test]
    fn a_code_that_nobody_pays_in_is_refused() {
        for code in ["", "usd", "Usd", "US", "USDT", " USD", "XXX", "XTS", "XAU", "CLF", "HRK", "BGN"] {
            assert_eq!(code.parse::<Currency>(), Err(BadCurrency), "{code:?}");
        }
    }
}
