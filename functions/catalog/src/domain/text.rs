//! The texts that a merchant writes, each with its own bounds.
//!
//! Invariant: a length is checked at the door and nowhere else, because nothing that is too long can be
//! read into one of these.

use words::texts;

texts! {
    /// What a product or a category is called in one language.
    Title 200 words::LINE, "A blue mug" |c| !c.is_control();
    /// What is said of a product in one language, in several paragraphs if need be.
    Description 4000 words::LINES, "It keeps tea warm." |c| !c.is_control() || c == '\n' || c == '\t';
    /// The merchant's own name for a variant.
    MerchantSku 64 words::LINE, "MUG-BLUE-L" |c| !c.is_control();
    /// What is printed on the box.
    Barcode 32 words::only("[0-9A-Za-z-]+"), "4006381333931" |c| c.is_ascii_alphanumeric() || c == '-';
    /// The name of an option or of one of its values in programs.
    OptionKey 32 words::only("[a-z0-9_]+"), "colour" |c| matches!(c, 'a'..='z' | '0'..='9' | '_');
    /// The name that the merchant's own system has for a product.
    ExternalId 128 words::LINE, "ERP-10233" |c| !c.is_control();
    /// The last part of a product's address in one language: small letters and digits of any
    /// script, with single hyphens between them.
    Slug 80 words::only(words::SLUG), "a-blue-mug" |c| c == '-' || (c.is_alphanumeric() && !c.is_uppercase());
}

/// How much of a title goes into a slug; the tail that makes it unique comes on top.
const LONGEST_STEM: usize = 60;

impl Slug {
    /// A slug made from a title. Two products may well have the same title, so the slug ends with
    /// a piece of the product's own id: no free one has to be looked for, and no race is lost.
    pub fn from_title(title: &Title, tail: &str) -> Slug {
        let lower = title.as_str().to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let stem: String = words.collect::<Vec<_>>().join("-").chars().take(LONGEST_STEM).collect();
        let stem = stem.trim_end_matches('-');
        let slug = if stem.is_empty() { tail.to_owned() } else { format!("{stem}-{tail}") };
        // A letter without a small form (𝐀, a mathematical capital) cannot stand in a slug; the tail can.
        slug.parse().unwrap_or_else(|_| Slug(tail.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_of_text_has_its_own_letters() {
        assert!("4006381333931".parse::<Barcode>().is_ok());
        assert!("4006 381".parse::<Barcode>().is_err());
        assert!("Colour".parse::<OptionKey>().is_err());
        assert!("синяя-кружка".parse::<Slug>().is_ok());
        assert!("A-mug".parse::<Slug>().is_err());
        assert!("a/mug".parse::<Slug>().is_err());
    }

    #[test]
    fn in_json_a_bad_text_is_refused() {
        assert!(serde_json::from_str::<Title>("\"\"").is_err());
        assert!(serde_json::from_str::<Title>("7").is_err());
        assert_eq!(serde_json::from_str::<Title>("\" x \"").unwrap().as_str(), "x");
    }

    #[test]
    fn a_slug_is_made_from_the_title_and_ends_with_a_piece_of_the_id() {
        let check = |title: &str, expect: &str| {
            assert_eq!(Slug::from_title(&title.parse().unwrap(), "k3m9x2").as_str(), expect)
        };
        check("A Blue  Mug (large)", "a-blue-mug-large-k3m9x2");
        check("Теория | Смит", "теория-смит-k3m9x2");
        check("***", "k3m9x2");
    }

    proptest! {
        #[test]
        fn every_title_makes_a_slug(title in "\\PC{1,220}") {
            if let Ok(title) = title.parse::<Title>() {
                let slug = Slug::from_title(&title, "k3m9x2");
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
            }
        }
    }
}
