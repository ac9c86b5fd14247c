//! The options of the metrics: window, slices and costs.

use helpdex::Timestamp;
use helpdex_text::names;
use serde::Serialize;

/// The options of the metrics.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricOptions {
    /// The hours after an attempt's beginning in which a ticket counts against it. Zendesk counts 72 hours, Intercom 24; the
    /// host chooses.
    pub window_hours: u32,
    /// The dimensions that are reported one value at a time; none by default.
    pub dimensions: Vec<Dimension>,
    /// The cost of a ticket, as the host estimates it; none by default, and then no money is reported.
    pub cost_per_ticket: Option<Range>,
}

impl MetricOptions {
    /// Returns options of this window, without dimensions and money.
    #[must_use]
    pub fn of_window(window_hours: u32) -> Self {
        Self {
            window_hours,
            dimensions: Vec::new(),
            cost_per_ticket: None,
        }
    }
}

/// An estimate by its least and its greatest value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
}

/// A property of attempts by which figures are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Dimension {
    /// The day, in UTC.
    Day,
    /// The week, by the date of its Monday.
    Week,
    /// The month.
    Month,
    /// The locale of the ticket or page.
    Locale,
    /// The audience.
    Audience,
    /// The surface.
    Surface,
    /// The brand.
    Brand,
}

names!(Dimension, "dimension" {
    Day => "day",
    Week => "week",
    Month => "month",
    Locale => "locale",
    Audience => "audience",
    Surface => "surface",
    Brand => "brand",
});

const DAY_SECONDS: i64 = 86_400;

impl Dimension {
    /// Returns the period of a moment, of a dimension that is one.
    pub(crate) fn period(self, at: i64) -> String {
        let date = |day: i64| Timestamp::from_unix_seconds(day.saturating_mul(DAY_SECONDS)).date();
        let day = at.div_euclid(DAY_SECONDS);
        match self {
            // 1970-01-01 was a Thursday.
            Self::Week => date(day - (day + 3).rem_euclid(7)),
            Self::Month => {
                let date = date(day);
                date.rsplit_once('-')
                    .map_or(date.clone(), |(month, _)| month.to_owned())
            }
            _ => date(day),
        }
    }
}
