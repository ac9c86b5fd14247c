//! Hashes that identify articles and translation groups.

/// The BLAKE3 hash of an article's fields, or of several articles.
pub(crate) type ContentHash = [u8; blake3::OUT_LEN];

/// Adds the hash of an article to that of several, or removes it again. The same articles give the same hash in any
/// order.
pub(crate) fn combine(all: &mut ContentHash, one: &ContentHash) {
    for (byte, other) in all.iter_mut().zip(one) {
        *byte ^= other;
    }
}

/// Returns the key of a translation group: 64 bits of the hash of its name, so that two groups of one help center
/// practically never have the same.
pub(crate) fn group_key(group: &str) -> u64 {
    first_bits(&blake3::hash(group.as_bytes()))
}

/// Returns the key of a single article. No translation group has the same key, because a group's name cannot contain
/// the control character that is hashed here.
pub(crate) fn article_key(id: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"\0");
    hasher.update(id.as_bytes());
    first_bits(&hasher.finalize())
}

fn first_bits(hash: &blake3::Hash) -> u64 {
    let mut key = [0; 8];
    key.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(key)
}
