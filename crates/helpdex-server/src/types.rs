//! The JSON that the service takes and returns: types of its own, so that a change of the library changes nothing for
//! clients.

pub(crate) mod answer;
pub(crate) mod article;
pub(crate) mod change;
pub(crate) mod customer;
pub(crate) mod event;
pub(crate) mod quotation;
pub(crate) mod rule;
pub(crate) mod ticket;
pub(crate) mod verdict;

use helpdex::Timestamp;

use crate::problem::Problem;

/// Reads a moment in RFC 3339; `None` without a text.
///
/// # Errors
/// Refuses a text in another form.
fn moment(text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    Ok(text.map(str::parse).transpose()?)
}
