//! The clock: the command passes the time to the library, which never reads it.

use std::time::SystemTime;

use helpdex::Timestamp;

/// Returns the current time.
#[expect(clippy::disallowed_methods)]
pub(crate) fn now() -> Timestamp {
    SystemTime::now().into()
}
