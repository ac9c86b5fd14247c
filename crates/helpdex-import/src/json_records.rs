//! Reads exports in JSON one record at a time: an object with lists, a list, or an object a line.

use std::fmt;
use std::io::{self, BufRead, Read};

use helpdex::{Error, Result};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::bounded::{Bound, Bounded};

/// The most bytes of one record, which is also the longest line of JSON lines.
const MAX_RECORD_BYTES: usize = 64 << 20;

/// Calls `take` with each record and the name of its list.
///
/// The records are the objects in the lists that `lists` names, and in an outermost list. Each outermost object follows
/// them as a record without those lists. The name of an outermost list or object is "". Several documents may follow
/// each other. Memory is bounded by the largest record.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for what is not JSON, with its line, and for a record over the bound;
/// the records before it were handed over.
pub(crate) fn for_each_record(
    reader: &mut dyn BufRead,
    lists: &[&str],
    take: &mut dyn FnMut(&str, Value),
) -> Result<()> {
    let reader = WithoutMark {
        reader,
        is_at_start: true,
    };
    let (bounded, bound) = Bounded::new(reader, MAX_RECORD_BYTES);
    let mut deserializer = serde_json::Deserializer::from_reader(io::BufReader::new(bounded));
    let mut walk = Walk {
        bound: &bound,
        lists,
        take,
    };
    loop {
        bound.next_record();
        DeserializeSeed::deserialize(Document(&mut walk), &mut deserializer)
            .map_err(|error| unreadable(&error))?;
        if deserializer.end().is_ok() {
            return Ok(());
        }
    }
}

fn unreadable(error: &serde_json::Error) -> Error {
    let category = format!("{:?}", error.classify()).to_lowercase();
    Error::invalid(format!(
        "it is not JSON at column {} of the line ({category} error); export it again",
        error.column()
    ))
    .at_line(error.line())
}

/// A reader that leaves out a byte order mark at the start.
struct WithoutMark<'a> {
    reader: &'a mut dyn BufRead,
    is_at_start: bool,
}

impl Read for WithoutMark<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_at_start {
            self.is_at_start = false;
            if self.reader.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
                self.reader.consume(3);
            }
        }
        self.reader.read(buffer)
    }
}

struct Walk<'a> {
    bound: &'a Bound,
    lists: &'a [&'a str],
    take: &'a mut dyn FnMut(&str, Value),
}

impl Walk<'_> {
    fn hand_over(&mut self, list: &str, record: Value) {
        self.bound.next_record();
        (self.take)(list, record);
    }
}

/// Reads a whole document.
struct Document<'w, 'a>(&'w mut Walk<'a>);

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> std::result::Result<(), D::Error> {
        let rest = Node {
            walk: self.0,
            name: String::new(),
            depth: 0,
        }
        .deserialize(d)?;
        if rest.as_object().is_some_and(|object| !object.is_empty()) {
            self.0.hand_over("", rest);
        }
        Ok(())
    }
}

/// Reads a value above the lists of records; the result is the value without those lists.
struct Node<'w, 'a> {
    walk: &'w mut Walk<'a>,
    name: String,
    depth: usize,
}

/// The deepest nesting of lists of records: `results.articles` and the like.
const MAX_LIST_DEPTH: usize = 2;

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> std::result::Result<Value, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Value, A::Error> {
        let mut rest = serde_json::Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = if self.depth < MAX_LIST_DEPTH {
                map.next_value_seed(Node {
                    walk: &mut *self.walk,
                    name: key.clone(),
                    depth: self.depth + 1,
                })?
            } else {
                map.next_value()?
            };
            rest.insert(key, value);
        }
        Ok(Value::Object(rest))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Value, A::Error> {
        let mut rest = Vec::new();
        while let Some(value) = seq.next_element::<Value>()? {
            let is_listed = self.depth == 0 || self.walk.lists.contains(&self.name.as_str());
            if value.is_object() && is_listed {
                self.walk.hand_over(&self.name, value);
            } else {
                rest.push(value);
            }
        }
        Ok(Value::Array(rest))
    }
}
