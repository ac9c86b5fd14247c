//! A header over an older message, as it was found.

/// A line such as "On 5 March, Bo wrote:" that ends before line `end`.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) end: usize,
    pub(crate) rule: &'static str,
}

/// A From/Sent/To/Subject block that ends before line `end`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(crate) end: usize,
    pub(crate) rule: &'static str,
}
