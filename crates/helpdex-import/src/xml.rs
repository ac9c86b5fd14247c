//! Reads XML one record at a time, without document types, entities of its own, or references to other files.

use std::borrow::Cow;
use std::io::{self, BufRead};

use helpdex::{Error, Result};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::bounded::Bounded;

/// The most bytes of one record: a page of a wiki, with the elements around it.
const MAX_RECORD_BYTES: usize = 64 << 20;
/// The deepest nesting of elements in a record.
const MAX_DEPTH: usize = 64;

/// An element with its attributes, its text, and its child elements.
#[derive(Debug, Default, Clone)]
pub(crate) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// The text of the element, without the text of its child elements.
    pub text: String,
    pub elements: Vec<Element>,
}

impl Element {
    /// Returns the value of the attribute with this name; `None` if there is none.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the first child element with this name; `None` if there is none.
    pub(crate) fn element(&self, name: &str) -> Option<&Self> {
        self.elements.iter().find(|element| element.name == name)
    }

    /// Returns the text of the first child element with this name; "" when there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.element(name).map_or("", |element| element.text.trim())
    }
}

/// Calls `take` with every element that has one of these names, one by one. An element inside another such element
/// belongs to the outer one.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for what is not XML or has a document type, and for a record over the
/// bounds; the records before it were handed over.
pub(crate) fn for_each_element(
    reader: &mut dyn BufRead,
    names: &[&str],
    take: &mut dyn FnMut(Element),
) -> Result<()> {
    let (bounded, bound) = Bounded::new(reader, MAX_RECORD_BYTES);
    let mut xml = Reader::from_reader(io::BufReader::new(bounded));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    // The elements that are open, from the record on.
    let mut open: Vec<Element> = Vec::new();
    loop {
        buffer.clear();
        let event = xml
            .read_event_into(&mut buffer)
            .map_err(|error| unreadable(&error))?;
        match event {
            Event::Start(start) => {
                if !open.is_empty() || names.contains(&start.name().as_ref()) {
                    open.push(element_of(&start));
                }
                check_depth(open.len())?;
            }
            Event::Empty(start) => {
                let element = element_of(&start);
                match open.last_mut() {
                    Some(parent) => parent.elements.push(element),
                    None if names.contains(&element.name.as_str()) => take(element),
                    None => {}
                }
            }
            Event::End(_) => {
                let Some(element) = open.pop() else { continue };
                if let Some(parent) = open.last_mut() {
                    parent.elements.push(element);
                } else {
                    bound.next_record();
                    take(element);
                }
            }
            Event::Text(text) => add_text(&mut open, &text.xml10_content()),
            Event::CData(text) => add_text(&mut open, &text.into_inner()),
            Event::GeneralRef(reference) => add_reference(&mut open, &reference),
            Event::DocType(_) => {
                return Err(Error::invalid(
                    "the XML has a document type, which no export has; remove it",
                ));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
        if open.is_empty() {
            bound.next_record();
        }
    }
}

fn check_depth(depth: usize) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::invalid(format!(
            "an element of the XML lies {MAX_DEPTH} deep; export it again"
        )));
    }
    Ok(())
}

fn unreadable(error: &quick_xml::Error) -> Error {
    let message: String = error.to_string().chars().take(100).collect();
    Error::invalid(format!(
        "it is not XML that can be read: {message}; export it again"
    ))
}

fn element_of(start: &BytesStart<'_>) -> Element {
    let mut attributes = start.attributes();
    let attributes = attributes.with_checks(false).flatten();
    Element {
        name: start.name().as_ref().to_owned(),
        attributes: attributes
            .take(100)
            .map(|attribute| {
                let value = attribute.normalized_value(XmlVersion::Explicit1_0);
                let value =
                    value.map_or_else(|_| attribute.value.clone().into_owned(), Cow::into_owned);
                (attribute.key.as_ref().to_owned(), value)
            })
            .collect(),
        ..Element::default()
    }
}

fn add_text(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Adds the character that an entity or a number stands for; nothing for an entity that XML does not predefine.
fn add_reference(open: &mut [Element], reference: &BytesRef<'_>) {
    let number = reference.resolve_char_ref().ok().flatten();
    let sign = number.or_else(|| sign_of(&reference.xml10_content()));
    let sign = sign.map(String::from);
    add_text(open, sign.as_deref().unwrap_or_default());
}

/// Returns the character of one of the five entities that XML predefines; `None` for any other name.
fn sign_of(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => return None,
    })
}
