//! Words that signs join, such as `file.txt` or `e-mail`, and their parts.

use std::iter::Peekable;
use std::ops::Range;

use super::names;
use super::segment::Piece;

/// The most parts that a joined word may have to give a term of its own. Words with more parts are slugs and lists, and
/// nobody searches for them.
pub(super) const MAX_JOINED_PARTS: usize = 4;

/// Returns the range of the word that begins with `first`: `first` alone, or with the words that hyphens or a sign such
/// as the slash of `A/B` join to it. The joined words are taken from `pieces`.
pub(super) fn joined(
    text: &str,
    first: Range<usize>,
    pieces: &mut Peekable<impl Iterator<Item = Piece>>,
) -> Range<usize> {
    if let Some(Piece::Word(next)) = pieces.peek()
        && names::are_joined(text, &first, next)
    {
        let whole = first.start..next.end;
        pieces.next();
        return whole;
    }
    let mut whole = first;
    while let Some(Piece::Word(next)) = pieces.peek() {
        if !matches!(&text[whole.end..next.start], "-" | "\u{2010}" | "\u{2011}") {
            break;
        }
        whole.end = next.end;
        pieces.next();
    }
    whole
}

/// Whether a character may stand between the parts of a joined word: a file name, a host, a code, a compound.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '.' | ':' | '/' | '&' | '\u{2010}' | '\u{2011}'
    )
}

/// Returns the ranges of the parts that joiners separate, without the empty ones.
pub(super) fn parts(word: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    word.split(is_joiner).filter_map(move |part| {
        // The joiner before a part may be of one byte or of three.
        let at = start + word[start..].find(part)?;
        start = at + part.len();
        (!part.is_empty()).then_some(at..start)
    })
}

/// Returns the range of the number or version in `word` without a `v` before it (`2.4.1` in `v2.4.1`); `None` if the
/// word is neither.
pub(super) fn number_in(word: &str) -> Option<Range<usize>> {
    let start = usize::from(word.starts_with(['v', 'V']));
    let number = &word[start..];
    let is_number = number.starts_with(char::is_numeric)
        && number
            .chars()
            .all(|c| c.is_numeric() || matches!(c, '.' | ','));
    is_number.then_some(start..word.len())
}
