//! Passes the tokens of an HTML page to its reader, and asks the budget between pieces of the page.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::html_text::HtmlText;
use super::reader::Reader;
use crate::budget::{Budget, Ended};

/// The number of tags of a page after which reading stops, at the end of the current 16 KiB. A mail of 5 MB that quotes
/// for years has some 200,000 tags; half a million take about a second.
const MOST_TAGS: usize = 500_000;

/// The number of bytes that the tokenizer gets at a time.
const PIECE_BYTES: usize = 16 * 1024;

/// Reads HTML whose tags have a bounded number of attributes, until the budget ends.
pub(super) fn read(html: &str, budget: &mut Budget<'_>) -> Result<HtmlText, Ended> {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() && tokenizer.sink.reader.borrow().tag_count < MOST_TAGS {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES));
        budget.spend(piece.len())?;
        input.push_back(StrTendril::from_slice(piece));
        // The tokenizer pauses behind each script, for a browser to run it.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        rest = behind;
    }
    // At the limit the end would make text of half a tag.
    if rest.is_empty() {
        tokenizer.end();
    }
    Ok(tokenizer.sink.reader.into_inner().finish())
}

/// Receives the tokens; the reader is in a `RefCell`, because the tokenizer has only a shared reference to its sink.
#[derive(Default)]
struct Sink {
    reader: RefCell<Reader>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.reader.borrow_mut();
        match token {
            Token::CharacterTokens(text) => reader.text(&text),
            Token::TagToken(tag) => {
                reader.tag_count += 1;
                match tag.kind {
                    TagKind::StartTag => return reader.start_tag(&tag),
                    TagKind::EndTag => reader.end_tag(&tag.name),
                }
            }
            Token::NullCharacterToken
            | Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::ParseError(_)
            | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.reader.borrow().reads_cdata()
    }
}
