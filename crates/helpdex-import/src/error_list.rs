//! The errors of many records: the first ones are kept in full, the rest are counted.

use std::fmt;

use helpdex::Error;

/// The most errors that are kept. More say nothing new: whoever reads them corrects the cause and runs the import
/// again. A mail or a page shows a hundred.
const MAX_KEPT: usize = 100;

/// The errors about files or lines: the first hundred in full, and the number of all. So a large file of another kind,
/// given by mistake, takes little memory, and a page of errors tells what is wrong with it.
#[derive(Debug, Default)]
pub struct ErrorList {
    kept: Vec<Error>,
    count: usize,
}

impl ErrorList {
    /// Adds an error; from the 101st on, it is only counted.
    pub fn push(&mut self, error: Error) {
        self.count += 1;
        if self.kept.len() < MAX_KEPT {
            self.kept.push(error);
        }
    }

    /// Returns the errors that are kept, at most the first hundred, in their order.
    #[must_use]
    pub fn kept(&self) -> &[Error] {
        &self.kept
    }

    /// Returns the number of errors, kept or not.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the number of errors that are only counted.
    #[must_use]
    pub fn count_not_kept(&self) -> usize {
        self.count - self.kept.len()
    }

    /// Whether there are no errors.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the first error; `None` when there is none.
    #[must_use]
    pub fn into_first(self) -> Option<Error> {
        self.kept.into_iter().next()
    }
}

impl fmt::Display for ErrorList {
    /// Writes one kept error a line, and the number of further ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.kept.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        match self.count_not_kept() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_errors_are_kept_and_the_rest_are_counted() {
        let mut list = ErrorList::default();
        assert!(list.is_empty());
        for number in 0..1_000_000 {
            list.push(Error::invalid(format!("error {number}")));
        }
        assert_eq!((list.kept().len(), list.count()), (100, 1_000_000));
        let shown = list.to_string();
        assert_eq!(shown.lines().count(), 101);
        assert!(shown.ends_with("error 99\nand 999900 more"), "{shown}");
        assert_eq!(list.into_first().unwrap().to_string(), "error 0");
    }
}
