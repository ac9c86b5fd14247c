//! Metrics of deflection, each with its definition, numerator, denominator, window and interval.
//!
//! The unit is the *attempt*: a visit that was offered articles, or for which none were found. It begins with an `offered`
//! event and takes in all events of the visit until the window is over, so a form that asks while somebody types makes one
//! attempt. A visit is told by its session, else by its requester, else by its ticket.
//!
//! There is no number called "deflection rate": [`Deflection`] counts `none`, `potential` and `confirmed` apart.

mod attempt;
mod figures;
mod options;

use std::collections::BTreeMap;

use helpdex::events::InteractionEvent;
use helpdex::{Result, Timestamp};
use serde::Serialize;

use self::attempt::{Attempt, Visits};
use self::figures::Tally;
pub use self::figures::{
    Deflection, Figures, HoldOutEffect, LivePrecision, MoneyRange, Rate, Rejections,
};
pub use self::options::{Dimension, MetricOptions, Range};

/// The metrics of a stream of events.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MetricReport {
    /// The hours of the window.
    pub window_hours: u32,
    /// The moment of the first attempt; `None` without attempts.
    pub first_at: Option<Timestamp>,
    /// The moment of the last attempt.
    pub last_at: Option<Timestamp>,
    /// The figures of all attempts.
    pub overall: Figures,
    /// The figures of parts, by dimension and value in order.
    pub slices: Vec<Slice>,
}

/// The figures of the attempts that have one value of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Slice {
    /// The dimension.
    pub dimension: Dimension,
    /// The value, such as `2026-03-01`, `de` or `form`; "" for attempts that state none.
    pub value: String,
    /// The figures.
    pub figures: Figures,
}

/// Computes the metrics. The order of the events and repetitions change nothing. Memory grows with the number of events, some
/// 100 bytes each; time is linear but for sorting within each visit.
///
/// ```
/// use helpdex::events::{Interaction, InteractionEvent};
/// use helpdex::Timestamp;
/// use helpdex_insight::metrics::{MetricOptions, metrics};
///
/// let event = |interaction, session: &str, minute: i64| InteractionEvent {
///     session: Some(session.into()),
///     articles: vec!["refund".into()],
///     ..InteractionEvent::new(interaction, Timestamp::from_unix_seconds(minute * 60))
/// };
/// let events = [
///     event(Interaction::Offered, "a", 0),
///     event(Interaction::Resolved, "a", 1),
///     event(Interaction::Offered, "b", 0),
///     event(Interaction::TicketCreated, "b", 5),
/// ];
/// let report = metrics(events.map(Ok), &MetricOptions::of_window(72))?;
/// let deflection = report.overall.deflection;
/// assert_eq!((deflection.confirmed, deflection.potential, deflection.none), (1, 0, 1));
/// assert_eq!(report.overall.resolution_rate.value, Some(0.5));
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// The first error among the events.
pub fn metrics(
    events: impl IntoIterator<Item = Result<InteractionEvent>>,
    options: &MetricOptions,
) -> Result<MetricReport> {
    let mut visits = Visits::default();
    for event in events {
        visits.add(&event?);
    }
    let (attempts, ticket_visits) = visits.into_attempts(options.window_hours);
    let mut overall = Tally::default();
    let mut parts: BTreeMap<(Dimension, String), Tally> = BTreeMap::new();
    for attempt in &attempts {
        overall.add(attempt);
        for &dimension in &options.dimensions {
            let value = value_of(attempt, dimension);
            parts.entry((dimension, value)).or_default().add(attempt);
        }
    }
    overall.ticket_visits = Some(ticket_visits);
    let moments = attempts.iter().map(|attempt| attempt.at);
    Ok(MetricReport {
        window_hours: options.window_hours,
        first_at: moments.clone().min().map(Timestamp::from_unix_seconds),
        last_at: moments.max().map(Timestamp::from_unix_seconds),
        overall: overall.figures(options),
        slices: parts
            .into_iter()
            .map(|((dimension, value), tally)| Slice {
                dimension,
                value,
                figures: tally.figures(options),
            })
            .collect(),
    })
}

fn value_of(attempt: &Attempt, dimension: Dimension) -> String {
    let labels = &attempt.labels;
    match dimension {
        Dimension::Day | Dimension::Week | Dimension::Month => dimension.period(attempt.at),
        Dimension::Locale => labels.locale.clone(),
        Dimension::Audience => labels.audience.to_owned(),
        Dimension::Surface => labels.surface.to_owned(),
        Dimension::Brand => labels.brand.clone(),
    }
}
