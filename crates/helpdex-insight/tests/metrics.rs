//! Metrics by hand-computed cases, and their independence of order and repetition.

use helpdex::Timestamp;
use helpdex::events::{Interaction, InteractionEvent, Surface};
use helpdex::feedback::Rejection;
use helpdex_insight::metrics::{Dimension, MetricOptions, MetricReport, Range, metrics};
use proptest::prelude::*;

const HOUR: i64 = 3_600;

fn event(interaction: Interaction, session: &str, at: i64) -> InteractionEvent {
    InteractionEvent {
        session: Some(session.into()),
        requester: Some(format!("requester of {session}")),
        articles: vec!["refund".into()],
        surface: Some(Surface::Form),
        ..InteractionEvent::new(interaction, Timestamp::from_unix_seconds(at))
    }
}

fn offered(session: &str, at: i64) -> InteractionEvent {
    InteractionEvent {
        promised_precision: Some(0.75),
        ..event(Interaction::Offered, session, at)
    }
}

fn computed(
    events: impl IntoIterator<Item = InteractionEvent>,
    options: &MetricOptions,
) -> MetricReport {
    metrics(events.into_iter().map(Ok), options).expect("no event is an error")
}

/// Eight visits: one without articles, two with a ticket of which one comes too late, two that say it helped, one that opened
/// an article, one that rejected it, and one of which nothing is known.
fn eight_visits() -> Vec<InteractionEvent> {
    vec![
        InteractionEvent {
            articles: Vec::new(),
            ..event(Interaction::Offered, "nothing", 0)
        },
        event(Interaction::TicketCreated, "nothing", HOUR),
        offered("ticket", 0),
        event(Interaction::Viewed, "ticket", 1),
        event(Interaction::TicketCreated, "ticket", 24 * HOUR),
        offered("late", 0),
        event(Interaction::Clicked, "late", 1),
        event(Interaction::TicketCreated, "late", 24 * HOUR + 1),
        offered("helped", 0),
        event(Interaction::Helpful, "helped", 1),
        offered("solved", 0),
        event(Interaction::Resolved, "solved", 1),
        offered("opened", 0),
        event(Interaction::Clicked, "opened", 1),
        offered("rejected", 0),
        InteractionEvent {
            reason: Some(Rejection::NotRelated),
            ..event(Interaction::NotHelpful, "rejected", 1)
        },
        offered("unknown", 0),
        // Typing on asks again within the same attempt.
        offered("unknown", 30),
    ]
}

#[test]
fn every_figure_is_that_of_the_sum_by_hand() {
    let options = MetricOptions {
        cost_per_ticket: Some(Range {
            low: 5.0,
            high: 20.0,
        }),
        ..MetricOptions::of_window(24)
    };
    let figures = computed(eight_visits(), &options).overall;
    let counts = |rate: helpdex_insight::metrics::Rate| (rate.count, rate.of);
    assert_eq!(counts(figures.offer_rate), (7, 8));
    // ticket, late, helped, solved, opened, rejected
    assert_eq!(counts(figures.view_rate), (6, 7));
    // late, solved, opened
    assert_eq!(counts(figures.click_rate), (3, 7));
    assert_eq!(counts(figures.resolution_rate), (1, 7));
    assert_eq!(counts(figures.ticket_rate), (1, 7));
    let deflection = figures.deflection;
    assert_eq!(
        (
            deflection.none,
            deflection.confirmed,
            deflection.potential,
            deflection.unseen
        ),
        (1, 2, 3, 1)
    );
    // 8 visits to 3 with a ticket, whenever it came.
    assert_eq!(figures.self_service_ratio, Some(8.0 / 3.0));
    assert_eq!(figures.rejections.not_related, 1);
    // helped and solved were right, rejected was wrong.
    let live = figures.live_precision.expect("three were judged");
    assert_eq!(counts(live.precision), (2, 3));
    assert_eq!(live.promised, Some(0.75));
    assert!(!live.is_broken && figures.hold_out.is_none());
    let saved = figures.cost_saved.expect("the cost is known");
    assert_eq!((saved.low, saved.high), (2.0 * 5.0, (2.0 + 3.0) * 20.0));
}

#[test]
fn a_longer_window_counts_the_later_ticket() {
    let figures = computed(eight_visits(), &MetricOptions::of_window(72)).overall;
    assert_eq!(
        (figures.deflection.none, figures.deflection.potential),
        (2, 2)
    );
}

#[test]
fn a_promise_that_no_longer_holds_is_told() {
    let events = (0..40).flat_map(|number| {
        let session = format!("s{number}");
        let verdict = if number < 10 {
            Interaction::Helpful
        } else {
            Interaction::NotHelpful
        };
        [offered(&session, 0), event(verdict, &session, 1)]
    });
    let live = computed(events, &MetricOptions::of_window(24))
        .overall
        .live_precision;
    let live = live.expect("all were judged");
    assert_eq!(
        (live.precision.count, live.precision.of, live.is_broken),
        (10, 40, true)
    );
}

#[test]
fn the_effect_is_the_difference_of_the_requesters_with_a_ticket() {
    let events = (0..200).flat_map(|number| {
        let session = format!("s{number}");
        let is_held_out = number % 2 == 0;
        let has_ticket = if is_held_out {
            number % 4 == 0
        } else {
            number % 10 == 1
        };
        let offer = InteractionEvent {
            held_out: is_held_out,
            ..offered(&session, 0)
        };
        let ticket = has_ticket.then(|| event(Interaction::TicketCreated, &session, HOUR));
        std::iter::once(offer).chain(ticket)
    });
    let figures = computed(events, &MetricOptions::of_window(24)).overall;
    let effect = figures.hold_out.expect("half are held out");
    assert_eq!((effect.held_out.count, effect.held_out.of), (50, 100));
    assert_eq!((effect.shown.count, effect.shown.of), (20, 100));
    assert!((effect.avoided.value - 0.3).abs() < 1e-12);
    assert!(effect.avoided.low > 0.0 && effect.avoided.high < 0.6);
    assert_eq!(figures.offer_rate.of, 100);
}

#[test]
fn attempts_are_counted_by_period_and_by_what_they_state() {
    let events = [
        "2026-03-01T23:59:59Z",
        "2026-03-02T00:00:00Z",
        "2026-03-08T12:00:00Z",
    ];
    let events = events
        .into_iter()
        .enumerate()
        .map(|(number, at)| InteractionEvent {
            at: at.parse().expect("it is a moment"),
            locale: (number > 0).then(|| "de".parse().expect("it is a locale")),
            ..offered(&format!("s{number}"), 0)
        });
    let options = MetricOptions {
        dimensions: vec![
            Dimension::Day,
            Dimension::Week,
            Dimension::Month,
            Dimension::Locale,
        ],
        ..MetricOptions::of_window(24)
    };
    let slices = computed(events, &options).slices;
    let slices: Vec<_> = slices
        .iter()
        .map(|slice| {
            (
                slice.dimension.name(),
                &*slice.value,
                slice.figures.offer_rate.of,
            )
        })
        .collect();
    assert_eq!(
        slices,
        [
            ("day", "2026-03-01", 1),
            ("day", "2026-03-02", 1),
            ("day", "2026-03-08", 1),
            ("week", "2026-02-23", 1),
            ("week", "2026-03-02", 2),
            ("month", "2026-03", 3),
            ("locale", "", 1),
            ("locale", "de", 2),
        ]
    );
}

fn any_events() -> impl Strategy<Value = Vec<InteractionEvent>> {
    let one = (
        0..Interaction::ALL.len(),
        0..6_u8,
        0..200_i64,
        any::<bool>(),
        0..3_u8,
    );
    let one = one.prop_map(|(interaction, session, hour, held_out, article)| {
        let interaction = Interaction::ALL[interaction];
        InteractionEvent {
            articles: vec![format!("a{article}")],
            held_out: held_out && interaction == Interaction::Offered,
            ..event(interaction, &format!("s{session}"), hour * HOUR)
        }
    });
    prop::collection::vec(one, 0..60)
}

proptest! {
    #[test]
    fn order_and_repetition_change_no_figure(
        (events, shuffled) in any_events().prop_flat_map(|events| {
            let doubled = [&events[..], &events[..]].concat();
            (Just(events), Just(doubled).prop_shuffle())
        })
    ) {
        let options = MetricOptions {
            dimensions: Dimension::ALL.to_vec(),
            ..MetricOptions::of_window(24)
        };
        prop_assert_eq!(computed(events, &options), computed(shuffled, &options));
    }
}
