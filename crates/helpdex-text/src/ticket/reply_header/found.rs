//! The lines over an old message that were found.

/// A line such as "On 5 March, Bo wrote:", up to `end`.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) end: usize,
    pub(crate) rule: &'static str,
}

/// A From/Sent/To/Subject block, up to `end`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(crate) end: usize,
    pub(crate) rule: &'static str,
}
