//! The texts that people of a shop and of the market write, each with its own bounds.

words::texts! {
    /// What a shop is called in one language.
    ShopName 80 words::LINE, "The Kiln" |c| !c.is_control();
    /// What a shop says of itself in one language.
    ShopDescription 2000 words::LINES, "Pots that were thrown by hand." |c| !c.is_control() || c == '\n' || c == '\t';
    /// What a shop promises its customers, in one language.
    PolicyText 4000 words::LINES, "You may send everything back within 30 days." |c| !c.is_control() || c == '\n' || c == '\t';
    /// The last part of a shop's address: small letters and digits of any script, with single
    /// hyphens between them.
    Slug 60 words::only(words::SLUG), "the-kiln" |c| c == '-' || (c.is_alphanumeric() && !c.is_uppercase());
    /// Under which name a shop stands in the register.
    LegalName 160 words::LINE, "Kiln Ceramics Ltd" |c| !c.is_control();
    /// The number under which it stands there.
    Registration 40 words::LINE, "HRB 12345" |c| !c.is_control();
    /// A telephone number.
    Phone 32 words::only("[+0-9 ()-]+"), "+49 30 1234567" |c| c.is_ascii_digit() || "+ ()-".contains(c);
    /// Whose account it is.
    HolderName 120 words::LINE, "Kiln Ceramics Ltd" |c| !c.is_control();
    /// Which bank an account is at, as its country writes it.
    BankCode 20 words::only("[0-9A-Za-z-]+"), "021000021" |c| c.is_ascii_alphanumeric() || c == '-';
    /// The number of an account.
    AccountNumber 34 words::only("[0-9A-Za-z-]{4,}"), "000123456789" |c| c.is_ascii_alphanumeric() || c == '-';
    /// Why something was decided.
    Note 1000 words::LINES, "The extract from the register is from last year." |c| !c.is_control() || c == '\n' || c == '\t';
    /// What shows that an account is the shop's own.
    Evidence 1000 words::LINES, "The cent that we sent came back with the right words." |c| !c.is_control() || c == '\n' || c == '\t';
    /// What a holiday is called.
    HolidayTitle 80 words::LINE, "Summer holidays" |c| !c.is_control();
}

/// How much of a name goes into a slug; the tail that makes it unique comes on top.
const LONGEST_STEM: usize = 40;

impl Slug {
    /// A slug made from a name. Two shops may well have the same name, so the slug ends with a piece
    /// of the shop's own id: no free one has to be looked for, and no race is lost.
    pub fn from_name(name: &ShopName, tail: &str) -> Slug {
        let lower = name.as_str().to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let stem: String = words.collect::<Vec<_>>().join("-").chars().take(LONGEST_STEM).collect();
        let stem = stem.trim_end_matches('-');
        let slug = if stem.is_empty() { tail.to_owned() } else { format!("{stem}-{tail}") };
        // A letter without a small form (𝐀, a mathematical capital) cannot stand in a slug; the tail can.
        slug.parse().or_else(|_| tail.parse()).expect("a piece of an id is small letters and digits")
    }

    pub fn is_well_formed(&self) -> bool {
        self.as_str().split('-').all(|word| !word.is_empty())
    }
}

impl AccountNumber {
    /// The last four characters, which are all that anybody is shown.
    pub fn ending(&self) -> String {
        let kept = self.as_str().chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        kept[kept.len().saturating_sub(4)..].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_of_text_has_its_own_letters() {
        assert!("+49 (30) 123-45".parse::<Phone>().is_ok());
        assert!("call me".parse::<Phone>().is_err());
        assert!("теплый-дом".parse::<Slug>().is_ok());
        assert!("The-Kiln".parse::<Slug>().is_err());
        assert!("a/b".parse::<Slug>().is_err());
        assert!("a\u{0}".parse::<ShopName>().is_err());
        assert!("one\n\ntwo".parse::<PolicyText>().is_ok());
    }

    #[test]
    fn of_an_account_number_the_end_is_shown() {
        let check = |number: &str, expect| {
            assert_eq!(number.parse::<AccountNumber>().unwrap().ending(), expect, "{number}");
        };
        check("000123456789", "6789");
        check("12-34-5", "2345");
        check("12", "12");
    }

    proptest! {
        #[test]
        fn every_name_makes_a_slug(name in "\\PC{1,100}") {
            if let Ok(name) = name.parse::<ShopName>() {
                let slug = Slug::from_name(&name, "k3m9x2");
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
                prop_assert!(slug.is_well_formed());
            }
        }
    }
}
