//! Reads what sections, user segments and articles state about their readers.

use std::collections::BTreeSet;

use helpdex::article::Votes;
use serde_json::Value;

use crate::json_value::{name, name_of, names, text};

/// A section, which may restrict who sees its articles.
#[derive(Default)]
pub(super) struct Section {
    pub name: String,
    pub category: Option<String>,
    pub parent: Option<String>,
    /// Whether the section is restricted to some readers, as older exports state it.
    pub is_restricted: bool,
    pub segment: Option<String>,
}

impl Section {
    pub(super) fn of(value: &Value) -> Self {
        let policy = value.get("access_policy");
        let segment = value.get("user_segment_id");
        Self {
            name: text(value, "name").unwrap_or_default().to_owned(),
            category: name(value, "category_id"),
            parent: name(value, "parent_section_id"),
            is_restricted: policy.is_some_and(restricts)
                || segment.is_some_and(|segment| !is_name(segment)),
            segment: name(value, "user_segment_id"),
        }
    }
}

/// Returns whether an access policy keeps a section from anybody, or has a form that is unknown.
fn restricts(policy: &Value) -> bool {
    let lists = [
        "restricted_to_group_ids",
        "restricted_to_organization_ids",
        "required_tags",
    ];
    let is_for_all = policy
        .get("viewable_by")
        .is_none_or(|by| by.is_null() || by == "everybody");
    let is_open = policy.is_null() || (policy.is_object() && is_for_all);
    !is_open || lists.iter().any(|list| is_filled(policy, list))
}

/// A user segment.
pub(super) struct Segment {
    pub is_staff: bool,
    /// Whether everybody who is signed in belongs to the segment.
    pub is_everybody: bool,
}

impl Segment {
    pub(super) fn of(value: &Value) -> Self {
        let lists = [
            "group_ids",
            "organization_ids",
            "tags",
            "or_tags",
            "added_user_ids",
        ];
        let is_whole = !lists.iter().any(|list| is_filled(value, list));
        let user_type = text(value, "user_type").unwrap_or_default();
        Self {
            is_staff: user_type != "signed_in_users",
            is_everybody: is_whole && user_type == "signed_in_users",
        }
    }
}

/// What an article states, which also holds for its translations.
#[derive(Default)]
pub(super) struct Stated {
    pub section: Option<String>,
    /// The ids of the article's user segments; `None` if the article does not state who may see it.
    pub segments: Option<BTreeSet<String>>,
    /// Whether the article states user segments in an unknown form.
    pub is_unclear: bool,
    pub labels: Vec<String>,
    pub source_locale: Option<String>,
    pub votes: Option<Votes>,
    /// The locales of the article's own texts, so that a translation in one of them is not read twice.
    pub locales: Vec<String>,
}

impl Stated {
    pub(super) fn of(value: &Value) -> Self {
        let is_stated =
            value.get("user_segment_id").is_some() || value.get("user_segment_ids").is_some();
        let one = name(value, "user_segment_id");
        let segments = one.into_iter().chain(names(value, "user_segment_ids"));
        let sum = value.get("vote_sum").and_then(Value::as_i64);
        let count = value.get("vote_count").and_then(Value::as_i64);
        let votes = sum
            .zip(count)
            .filter(|(_, count)| *count > 0)
            .map(|(sum, count)| Votes {
                up: u32::try_from(count.saturating_add(sum) / 2).unwrap_or(0),
                down: u32::try_from(count.saturating_sub(sum) / 2).unwrap_or(0),
            });
        Self {
            section: name(value, "section_id"),
            segments: is_stated.then(|| segments.collect()),
            is_unclear: !is_clear(value),
            labels: names(value, "label_names"),
            source_locale: text(value, "source_locale").map(str::to_lowercase),
            votes,
            locales: Vec::new(),
        }
    }
}

/// Whether the field `list` of a record is filled: neither `null` nor an empty list.
fn is_filled(value: &Value, list: &str) -> bool {
    value
        .get(list)
        .is_some_and(|list| !list.is_null() && list.as_array().is_none_or(|list| !list.is_empty()))
}

/// Whether a value is `null`, an id or a name.
fn is_name(value: &Value) -> bool {
    value.is_null() || name_of(value).is_some()
}

/// Whether the user segments of an article are in a known form: missing, `null`, an id, or a list of ids.
fn is_clear(value: &Value) -> bool {
    let many = value.get("user_segment_ids");
    value.get("user_segment_id").is_none_or(is_name)
        && many.is_none_or(|many| {
            let list = many.as_array();
            many.is_null() || list.is_some_and(|list| list.iter().all(is_name))
        })
}
