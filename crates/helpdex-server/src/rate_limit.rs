//! Limits the number of requests in a minute, for each key and for each address.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::clock;
use crate::config::Limits;
use crate::problem::Problem;

/// The most keys or addresses that are counted, about 50 bytes each. When more are counted within a minute, those that
/// have used least of their allowance are forgotten, which gives them little more.
const MAX_COUNTED: usize = 100_000;

/// The requests that are counted for each key and each address.
pub(crate) struct Rates {
    by_key: TokenBuckets<String>,
    by_address: TokenBuckets<IpAddr>,
}

impl Rates {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            by_key: TokenBuckets::new(limits.requests_per_minute_of_key),
            by_address: TokenBuckets::new(limits.requests_per_minute_of_address),
        }
    }

    /// Counts a request for its key and its address.
    ///
    /// # Errors
    /// [`Problem::too_many_requests`] beyond the rate of the key, or of the address unless the key `is_trusted`.
    pub(crate) fn check(
        &self,
        key: &str,
        is_trusted: bool,
        address: Option<IpAddr>,
    ) -> Result<(), Problem> {
        let now = clock::instant();
        if let Some(address) = address.filter(|_| !is_trusted) {
            self.by_address.take(&network(address), now)?;
        }
        self.by_key.take(&key.to_owned(), now)
    }
}

/// Returns an address of IPv4, or the 64-bit network of an address of IPv6, because one client has all addresses of
/// such a network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let mut segments = v6.segments();
            segments[4..].fill(0);
            IpAddr::V6(segments.into())
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Token buckets, one for each key or address: each holds the requests of a minute, and fills up in a minute.
struct TokenBuckets<K> {
    per_minute: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl<K: Clone + Eq + std::hash::Hash> TokenBuckets<K> {
    fn new(per_minute: u32) -> Self {
        Self {
            per_minute: per_minute.into(),
            buckets: Mutex::default(),
        }
    }

    fn take(&self, key: &K, now: Instant) -> Result<(), Problem> {
        let full = Bucket {
            tokens: self.per_minute,
            at: now,
        };
        // A change under the lock cannot panic half-way.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_COUNTED && !buckets.contains_key(key) {
            self.forget_fullest(&mut buckets, now);
        }
        let bucket = buckets.entry(key.clone()).or_insert(full);
        bucket.tokens = self.filled(*bucket, now);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "1 to 60"
        )]
        let seconds = ((1.0 - bucket.tokens) * 60.0 / self.per_minute).ceil() as u64;
        Err(Problem::too_many_requests(seconds.max(1)))
    }

    fn filled(&self, bucket: Bucket, now: Instant) -> f64 {
        const MINUTE: Duration = Duration::from_mins(1);
        let passed = now
            .saturating_duration_since(bucket.at)
            .div_duration_f64(MINUTE);
        (bucket.tokens + passed * self.per_minute).min(self.per_minute)
    }

    /// Forgets that half of the buckets which is most nearly full.
    fn forget_fullest(&self, buckets: &mut HashMap<K, Bucket>, now: Instant) {
        let mut levels: Vec<f64> = buckets.values().map(|b| self.filled(*b, now)).collect();
        let middle = levels.len() / 2;
        let (below, median, _) = levels.select_nth_unstable_by(middle, f64::total_cmp);
        let median = *median;
        let mut alike = below.iter().filter(|level| **level >= median).count();
        buckets.retain(
            |_, bucket| match self.filled(*bucket, now).total_cmp(&median) {
                Ordering::Less => true,
                Ordering::Equal if alike > 0 => {
                    alike -= 1;
                    true
                }
                _ => false,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_used_up_and_fills_again_with_time() {
        let buckets = TokenBuckets::new(60);
        let start = clock::instant();
        let after = |seconds| start + Duration::from_secs(seconds);
        for _ in 0..60 {
            assert!(buckets.take(&"a", after(0)).is_ok());
        }
        assert!(buckets.take(&"a", after(0)).is_err());
        assert!(buckets.take(&"b", after(0)).is_ok());
        assert!(buckets.take(&"a", after(1)).is_ok());
        assert!(buckets.take(&"a", after(1)).is_err());
        for _ in 0..60 {
            assert!(buckets.take(&"a", after(1_000)).is_ok());
        }
        assert!(buckets.take(&"a", after(1_000)).is_err());
    }

    #[test]
    fn more_askers_than_are_counted_take_no_more_memory_and_free_nobody() {
        let buckets = TokenBuckets::new(2);
        let now = clock::instant();
        for _ in 0..2 {
            assert!(buckets.take(&0, now).is_ok());
        }
        for asker in 1..=2 * MAX_COUNTED {
            assert!(buckets.take(&asker, now).is_ok());
        }
        assert!(buckets.take(&0, now).is_err());
        assert!(buckets.buckets.lock().unwrap().len() <= MAX_COUNTED);
    }

    #[test]
    fn addresses_of_one_network_share_an_allowance() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
