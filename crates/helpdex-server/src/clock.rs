//! The clocks of the service: the only file that reads them.

use std::time::{Instant, SystemTime};

use helpdex::Timestamp;

/// Returns the current time, which the library is given.
#[expect(
    clippy::disallowed_methods,
    reason = "a service answers for the present moment"
)]
pub(crate) fn now() -> Timestamp {
    SystemTime::now().into()
}

/// Returns a moment of the monotonic clock, for time budgets, rates and durations.
#[expect(
    clippy::disallowed_methods,
    reason = "rates and budgets are of real time"
)]
pub(crate) fn instant() -> Instant {
    Instant::now()
}
