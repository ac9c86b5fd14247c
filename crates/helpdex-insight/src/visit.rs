//! The visit that an event belongs to.

use std::hash::{DefaultHasher, Hash, Hasher};

use helpdex::Visibility;
use helpdex::events::{InteractionEvent, Surface};

/// Returns the hash by which repetitions of an event are recognised: of its key, else of all other fields.
pub(crate) fn event_hash(event: &InteractionEvent) -> u64 {
    if let Some(key) = &event.key {
        return hashed(&("key", key));
    }
    // The debug form leaves out names: they are hashed beside it.
    let names = [
        event.session.as_deref(),
        event.requester.as_deref(),
        event.ticket_id.as_deref(),
        event.suggestion_id.as_deref(),
        event.brand.as_deref(),
        event.audience.map(Visibility::name),
        event.surface.map(Surface::name),
    ];
    let locale = event.locale.as_ref().map(ToString::to_string);
    hashed(&(format!("{event:?}"), event.held_out, names, locale))
}

/// Returns the hash of the visit: of the session, else of the requester, else of the ticket, else of the event alone.
pub(crate) fn visit_hash(event: &InteractionEvent) -> u64 {
    match (&event.session, &event.requester, &event.ticket_id) {
        (Some(session), ..) => hashed(&("session", session)),
        (None, Some(requester), _) => hashed(&("requester", requester)),
        (None, None, Some(ticket)) => hashed(&("ticket", ticket)),
        (None, None, None) => event_hash(event),
    }
}

pub(crate) fn hashed(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
