//! Moments that the caller gives.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::error::{Error, Result};

/// A moment in seconds since 1970-01-01T00:00:00Z. The caller gives it, because the library never reads the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes a moment from its Unix seconds, which are negative before 1970.
    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns the moment in Unix seconds.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Returns the day in UTC, as `2026-03-01`, or the bare seconds outside the years 0 to 9999.
    #[must_use]
    pub fn date(self) -> String {
        let moment = self.rfc3339();
        let date = moment.as_deref().and_then(|text| text.split('T').next());
        date.map_or_else(|| self.0.to_string(), str::to_owned)
    }

    /// Returns the moment by RFC 3339 in UTC; `None` outside the years 0 to 9999, which RFC 3339 does not have.
    fn rfc3339(self) -> Option<String> {
        let moment = OffsetDateTime::from_unix_timestamp(self.0).ok()?;
        moment.format(&Rfc3339).ok()
    }
}

impl From<SystemTime> for Timestamp {
    /// Rounds a system time down to the second. A time more than 2^63 seconds from 1970 becomes the nearest one in
    /// range.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use helpdex::Timestamp;
    ///
    /// let moment = Timestamp::from(UNIX_EPOCH + Duration::from_millis(1_500));
    /// assert_eq!(moment, Timestamp::from_unix_seconds(1));
    /// ```
    fn from(moment: SystemTime) -> Self {
        Self(match moment.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(error) => {
                let before = error.duration();
                let seconds = before.as_secs() + u64::from(before.subsec_nanos() > 0);
                i64::try_from(seconds).map_or(i64::MIN, |seconds| -seconds)
            }
        })
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    /// Parses RFC 3339 (`2026-03-01T09:30:00Z`), or a date alone, which means its midnight in UTC.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the text is neither.
    fn from_str(text: &str) -> Result<Self> {
        let date_only = format_description!("[year]-[month]-[day]");
        let moment = OffsetDateTime::parse(text, &Rfc3339)
            .or_else(|_| Date::parse(text, date_only).map(|date| date.midnight().assume_utc()));
        moment
            .map(|m| Self(m.unix_timestamp()))
            .map_err(|_| {
                let shown: String = text.chars().take(40).collect();
                Error::invalid(format!(
                    "time {shown:?} cannot be read; write it like \"2026-03-01\" or \"2026-03-01T09:30:00Z\""
                ))
            })
    }
}

impl fmt::Display for Timestamp {
    /// Writes RFC 3339 in UTC, or the Unix seconds outside the years 0 to 9999.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rfc3339() {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}", self.0),
        }
    }
}

impl Serialize for Timestamp {
    /// Writes RFC 3339 in UTC, or the Unix seconds as a number outside the years 0 to 9999; deserializing accepts both.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.rfc3339() {
            Some(text) => serializer.serialize_str(&text),
            None => serializer.serialize_i64(self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    /// Reads RFC 3339, a date, or Unix seconds as a number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Seconds(i64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Seconds(seconds) => Ok(Self(seconds)),
            Form::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_midnight_in_utc_and_offsets_are_applied() {
        let seconds = |text: &str| text.parse::<Timestamp>().unwrap().unix_seconds();
        assert_eq!(seconds("1970-01-02"), 86_400);
        assert_eq!(seconds("1970-01-01T02:00:00+02:00"), 0);
        assert_eq!(
            "2026-03-01".parse::<Timestamp>().unwrap().to_string(),
            "2026-03-01T00:00:00Z"
        );
    }

    #[test]
    fn a_system_time_is_rounded_down_on_both_sides_of_1970() {
        let milliseconds = |milliseconds: u64| std::time::Duration::from_millis(milliseconds);
        let seconds = |moment: SystemTime| Timestamp::from(moment).unix_seconds();
        assert_eq!(seconds(UNIX_EPOCH + milliseconds(1_999)), 1);
        assert_eq!(seconds(UNIX_EPOCH - milliseconds(1)), -1);
        assert_eq!(seconds(UNIX_EPOCH - milliseconds(2_000)), -2);
    }

    #[test]
    fn every_moment_is_read_back_as_it_was_written() {
        let check = |seconds: i64, json: &str| {
            let moment = Timestamp::from_unix_seconds(seconds);
            assert_eq!(serde_json::to_string(&moment).unwrap(), json);
            assert_eq!(serde_json::from_str::<Timestamp>(json).unwrap(), moment);
        };
        check(0, "\"1970-01-01T00:00:00Z\"");
        check(253_402_300_799, "\"9999-12-31T23:59:59Z\"");
        check(253_402_300_800, "253402300800");
        check(-62_167_219_200, "\"0000-01-01T00:00:00Z\"");
        check(-62_167_219_201, "-62167219201");
        check(i64::MAX, "9223372036854775807");
        check(i64::MIN, "-9223372036854775808");
        // A text reaches beyond the year 9999 by its offset.
        let late: Timestamp = "9999-12-31T23:59:59-01:00".parse().unwrap();
        check(late.unix_seconds(), "253402304399");
    }

    #[test]
    fn a_text_that_is_no_time_is_refused_with_the_remedy() {
        let error = "yesterday".parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().contains("write it like"));
    }
}
