//! What input may expand to.
//!
//! A few bytes may say "the text number 0" ten thousand times, so the length of a file says nothing
//! about what it becomes. Every parser here takes what it is about to keep out of a budget first: one
//! for a cell, one for a row, one for a file, one for a workbook with all its parts.

/// How many bytes one thing may still become.
#[derive(Debug)]
pub(super) struct Budget {
    left: u64,
}

/// There was less left than was wanted, and nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent;

impl Budget {
    pub(super) const fn of(most: u64) -> Budget {
        Budget { left: most }
    }

    pub(super) const fn left(&self) -> u64 {
        self.left
    }

    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Spent> {
        self.left = self.left.checked_sub(bytes as u64).ok_or(Spent)?;
        Ok(())
    }

    /// Appends a text if there is as much left; otherwise nothing is copied.
    pub(super) fn push(&mut self, to: &mut String, text: &str) -> Result<(), Spent> {
        self.take(text.len())?;
        to.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_not_copied_and_costs_nothing() {
        let (mut budget, mut text) = (Budget::of(5), String::new());
        assert_eq!(budget.push(&mut text, "abc"), Ok(()));
        assert_eq!(budget.push(&mut text, "def"), Err(Spent));
        assert_eq!(text, "abc");
        assert_eq!(budget.take(2), Ok(()));
        assert_eq!(budget.take(1), Err(Spent));
    }
}
