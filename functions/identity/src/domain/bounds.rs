//! Texts and numbers as the room accepts them. What does not fit is refused where it is read.

words::texts! {
    /// How the owner of an account wants to be called.
    Name 100 words::TIGHT_LINE, "Ada Lovelace" |text| words::is_tight_line(text)
        => "a name is 1 to 100 characters on one line";
    /// What the owner calls the thing that they sign in with.
    Device 100 words::TIGHT_LINE, "Kitchen tablet" |text| words::is_tight_line(text)
        => "a device is 1 to 100 characters on one line";
    /// What an API key is for.
    KeyName 60 words::TIGHT_LINE, "Warehouse sync" |text| words::is_tight_line(text)
        => "the name of a key is 1 to 60 characters on one line";
}

words::numbers! {
    /// For how many days an API key is good.
    Days(u16) 1 to 730, "a key is good for 1 to 730 days";
    /// For how many hours a key that has been replaced is still good.
    Hours(u16) 0 to 168, "a key that is replaced is good for 0 to 168 hours more";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_or_are_refused() {
        for good in ["Ada", "Ада Лавлейс", "آدا", &"x".repeat(100)] {
            assert!(good.parse::<Name>().is_ok(), "{good}");
        }
        for bad in ["", " ", " Ada", "Ada ", "two\nlines", "tab\t", &"x".repeat(101)] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn numbers_fit_or_are_refused() {
        assert!(Days::new(1).is_ok() && Days::new(730).is_ok());
        assert!(Days::new(0).is_err() && Days::new(731).is_err() && Days::new(i64::MAX).is_err());
        assert!(Hours::new(0).is_ok() && Hours::new(169).is_err() && Hours::new(-1).is_err());
    }
}
