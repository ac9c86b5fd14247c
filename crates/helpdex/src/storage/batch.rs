//! The format of a batch of records in a log.
//!
//! ```text
//! batch   mark, 4 bytes | size of the body, u64 LE | first 8 bytes of the body's BLAKE3 | body: record*
//! record  size of the payload, u32 LE | payload
//! ```

use crate::error::{Error, Result};

pub(super) const MARK: [u8; 4] = [0xB1, b'H', b'D', 0x0A];

const CHECKSUM_BYTES: usize = 8;

pub(super) const HEADER_BYTES: usize = MARK.len() + 8 + CHECKSUM_BYTES;

/// The header of a batch: mark, size and checksum.
pub(super) type Header = [u8; HEADER_BYTES];

/// The number of bytes in front of a record that hold its size.
pub(super) const SIZE_BYTES: usize = 4;

/// Makes a batch of records; returns its header and its body.
///
/// # Errors
/// [`InvalidInput`](crate::error::ErrorKind::InvalidInput) for a record of more than 4 GB.
pub(super) fn batch<'p>(payloads: impl IntoIterator<Item = &'p [u8]>) -> Result<(Header, Vec<u8>)> {
    let mut body = Vec::new();
    for payload in payloads {
        let size = u32::try_from(payload.len()).map_err(|_| {
            Error::invalid("a record of the log has more than 4 GB; make it smaller")
        })?;
        body.extend(size.to_le_bytes());
        body.extend(payload);
    }
    let mut header = Header::default();
    header[..4].copy_from_slice(&MARK);
    header[4..12].copy_from_slice(&(body.len() as u64).to_le_bytes());
    header[12..].copy_from_slice(&checksum(&body));
    Ok((header, body))
}

/// Returns the records of a body, whose checksum must have been verified.
pub(super) fn records(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let (size, behind) = rest.split_first_chunk::<SIZE_BYTES>()?;
        let (payload, next) = behind.split_at_checked(u32::from_le_bytes(*size) as usize)?;
        rest = next;
        Some(payload)
    })
}

/// Returns the size of the body that follows a header; `None` if the bytes are not a header.
pub(super) fn body_bytes(header: &[u8]) -> Option<usize> {
    let size = header
        .strip_prefix(&MARK)?
        .get(..8)
        .map(|size| u64::from_le_bytes(size.try_into().unwrap_or_default()));
    usize::try_from(size?).ok()
}

/// Whether the damaged data behind the last complete batch may have been acknowledged: because a complete batch follows
/// it, or because it is as long as it says. A crash leaves a part of the written data, or zeros in place of blocks that
/// never reached the disk; flipped bits leave neither.
pub(super) fn was_acknowledged(rest: &[u8]) -> bool {
    has_batch(rest) || was_written_whole(rest)
}

fn was_written_whole(rest: &[u8]) -> bool {
    let Some((header, body)) = rest.split_first_chunk::<HEADER_BYTES>() else {
        return false;
    };
    let as_long_as_said = body_bytes(header)
        .filter(|size| *size > 0)
        .and_then(|size| body.get(..size));
    let is_header_damaged = checksum(body) == header[12..];
    is_header_damaged || as_long_as_said.is_some_and(|body| !has_lost_blocks(body))
}

/// The number of zeros in a row that show a block that did not reach the disk: blocks are far larger, and a text has no
/// such run.
const LOST_BYTES: usize = 64;

fn has_lost_blocks(body: &[u8]) -> bool {
    body.ends_with(&[0]) || body.windows(LOST_BYTES).any(|run| run == [0; LOST_BYTES])
}

/// Whether the bytes contain a complete batch. A mark that occurs in a text by chance is followed by a size and a
/// checksum that do not match.
fn has_batch(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|start| bytes[start] == MARK[0] && batch_bytes(&bytes[start..]).is_some())
}

/// Returns the size of the complete batch that begins here; `None` when none does.
pub(super) fn batch_bytes(bytes: &[u8]) -> Option<usize> {
    let (header, rest) = bytes.split_first_chunk::<HEADER_BYTES>()?;
    let body = rest.get(..body_bytes(header)?)?;
    (checksum(body) == header[12..]).then_some(HEADER_BYTES + body.len())
}

pub(super) fn checksum(body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut checksum = [0; CHECKSUM_BYTES];
    checksum.copy_from_slice(&blake3::hash(body).as_bytes()[..CHECKSUM_BYTES]);
    checksum
}
