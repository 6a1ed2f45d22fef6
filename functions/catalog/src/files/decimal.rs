//! Numbers as a workbook keeps them, written as a person typed them.
//!
//! A workbook keeps binary fractions with up to 17 digits: 19.99 may stand there as
//! `19.989999999999998`, and 0.0000001 as `1E-7`. The spreadsheet shows at most 15
//! digits, so 15 digits are what was meant. The rounding is done on the digits themselves; no
//! binary fraction comes near a price.

/// What a spreadsheet shows of a number at most.
const SHOWN: usize = 15;
/// Longer than any price or barcode; a number beyond is left as it is, and refused by what
/// wanted a price.
const LONGEST: i32 = 30;

/// The number without exponent and without digits that are not shown.
pub(super) fn plain(text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", mantissa),
    };
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = !whole.is_empty() && whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit());
    if !all_digits || unsigned.len() > 64 || exponent.abs() > 2 * LONGEST {
        return None;
    }
    let mut digits: Vec<u8> = whole.bytes().chain(decimals.bytes()).map(|digit| digit - b'0').collect();
    let mut point = i32::try_from(whole.len()).ok()? + exponent;
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.drain(..zeros);
    point -= i32::try_from(zeros).ok()?;
    point += round(&mut digits);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    if digits.is_empty() {
        return Some("0".into());
    }
    if point.abs() > LONGEST {
        return None;
    }
    Some(format!("{sign}{}", write(&digits, point)))
}

/// Rounds to the digits that are shown; answers by how much the point has moved.
fn round(digits: &mut Vec<u8>) -> i32 {
    let up = digits.get(SHOWN).is_some_and(|next| *next >= 5);
    digits.truncate(SHOWN);
    if !up {
        return 0;
    }
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return 0;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
    1
}

fn write(digits: &[u8], point: i32) -> String {
    let text: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
    let zeros = |n: usize| "0".repeat(n);
    match usize::try_from(point) {
        Ok(0) | Err(_) => format!("0.{}{text}", zeros(usize::try_from(-point).unwrap_or(0))),
        Ok(point) if point >= text.len() => format!("{text}{}", zeros(point - text.len())),
        Ok(point) => format!("{}.{}", &text[..point], &text[point..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_what_the_person_saw() {
        let check = |text: &str, expect: &str| assert_eq!(plain(text).as_deref(), Some(expect), "{text}");
        check("12", "12");
        check("12.50", "12.5");
        check("19.989999999999998", "19.99");
        check("0.30000000000000004", "0.3");
        check("1E-2", "0.01");
        check("1.5E+3", "1500");
        check("-0.0", "0");
        check("-2.50", "-2.5");
        check("999999999999999.9", "1000000000000000");
        check("4006381333931", "4006381333931");
        for text in ["", "x", "1.2.3", "--1", "1E", "1E999", ".5", "NaN", "1e99999999999", "+1"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_price_survives(whole in 0u64..1_000_000_000, cents in 0u8..100) {
            let typed = format!("{whole}.{cents:02}");
            let shown = plain(&typed).unwrap();
            let trimmed = typed.trim_end_matches('0').trim_end_matches('.');
            prop_assert_eq!(shown, trimmed);
        }

        #[test]
        fn no_text_is_a_crash(text in "[-+0-9.eE]{0,80}") {
            drop(plain(&text));
        }
    }
}
