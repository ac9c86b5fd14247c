//! The JSON that the service takes and gives: types of its own, so that a change of the library changes no client.

pub(crate) mod answer;
pub(crate) mod article;
pub(crate) mod change;
pub(crate) mod event;
pub(crate) mod ticket;
pub(crate) mod verdict;

use helpdex::Timestamp;

use crate::problem::Problem;

/// Returns a moment in RFC 3339.
///
/// # Errors
/// Refuses another text.
fn moment(text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    Ok(text.map(str::parse).transpose()?)
}
