//! Splits a mail into the texts that a reader sees, and the mails that are forwarded in it.
//!
//! It follows `mail_parser::MessageParser::parse` step by step (MIT or Apache-2.0, Stalwart Labs), whose readers of
//! fields and encodings it calls, and gives the same texts: the tests in `email::promises` compare the two. That parser
//! keeps every part and field of a mail and nests mails without limit, so that a hostile mail of a few MB can overflow
//! the stack when it is dropped, take a GB of memory, or make the parser search the rest of the mail again for each
//! part. The reader here keeps only the texts, bounds depth and searches, and lets the caller stop it.

use super::boundary::{after_boundary, part_end, skip_line_end};
use super::content::Content;
use super::header::{self, Allowance, Author, Encoding, Header, Kind};
use super::mail::{Mail, Text};
use crate::budget::{Budget, Ended};
use crate::charset;

/// The most levels of attached mails that are read: people attach a mail that was itself forwarded to them.
const MOST_NESTED_MAILS: usize = 3;

/// The most levels of parts inside parts that are read; Postfix refuses mail that is nested deeper
/// (`mime_nesting_limit`).
const MOST_NESTED_PARTS: usize = 100;

/// The most parts of a mail that are read, those of the mails inside it included; `ClamAV` looks into as many files
/// (`MaxFiles`).
const MOST_PARTS: usize = 10_000;

/// The most boundaries that may be searched for without being found. Each such search reads the rest of the mail. A
/// mail that was cut off lacks one boundary for each level of its parts, which are two or three.
const MOST_LOST_BOUNDARIES: usize = 8;

/// The number of bytes that are searched for a boundary before the caller is asked again.
const SEARCH_BYTES: usize = 64 * 1024;

/// Reads a mail; `None` when it has not a single header field.
pub(super) fn read<'m>(raw: &'m [u8], budget: &mut Budget<'_>) -> Result<Option<Mail<'m>>, Ended> {
    let mut limits = Limits::default();
    read_nested(raw, 0, &mut limits, budget)
}

/// What is left of the limits of a mail and of the mails inside it.
#[derive(Debug, Default)]
struct Limits {
    allowance: Allowance,
    parts: usize,
    lost_boundaries: usize,
}

fn read_nested<'m>(
    raw: &'m [u8],
    depth: usize,
    limits: &mut Limits,
    budget: &mut Budget<'_>,
) -> Result<Option<Mail<'m>>, Ended> {
    let mut reader = Reader {
        raw,
        at: 0,
        depth,
        mail: Mail::default(),
        level: Level::of_mail(None),
        above: Vec::new(),
        limits,
        budget,
    };
    let has_fields = reader.read()?;
    let mail = reader.finish();
    Ok((mail.has_parts || has_fields).then_some(mail))
}

/// A multipart or a mail whose parts are being read.
#[derive(Debug)]
struct Level {
    kind: Kind,
    /// The boundary between the parts of the level; `None` for a level that reaches to the end of the mail.
    boundary: Option<Vec<u8>>,
    is_in_alternative: bool,
    part_count: usize,
    /// The number of HTML bodies that the mail had when this level began.
    html_bodies: usize,
    /// The number of plain-text bodies that the mail had when this level began.
    text_bodies: usize,
    needs_html: bool,
    needs_text: bool,
}

impl Level {
    fn of_mail(boundary: Option<Vec<u8>>) -> Self {
        Self {
            kind: Kind::Mail,
            boundary,
            is_in_alternative: false,
            part_count: 0,
            html_bodies: 0,
            text_bodies: 0,
            needs_html: true,
            needs_text: true,
        }
    }
}

struct Reader<'m, 'b, 'a> {
    raw: &'m [u8],
    at: usize,
    /// The number of mails around `raw`.
    depth: usize,
    mail: Mail<'m>,
    level: Level,
    /// The levels around the current one, each with the mail to continue with if a forwarded mail ends.
    above: Vec<(Level, Option<Mail<'m>>)>,
    limits: &'b mut Limits,
    budget: &'b mut Budget<'a>,
}

impl<'m> Reader<'m, '_, '_> {
    /// Reads part after part; returns whether the last header had fields.
    fn read(&mut self) -> Result<bool, Ended> {
        loop {
            let start = self.at;
            let (mut header, body) = header::read(self.raw, start, &mut self.limits.allowance);
            self.budget.spend(body.unwrap_or(self.raw.len()) - start)?;
            if !self.mail.has_parts {
                self.mail.subject = header.subject.take();
                self.mail.is_machine_written =
                    header.author == Author::Machine || self.kind_of(&header) == Kind::Report;
            }
            self.limits.parts += 1;
            let Some(body) = body else {
                return Ok(header.has_fields);
            };
            if header.is_cut || self.limits.parts > MOST_PARTS {
                return Ok(header.has_fields);
            }
            self.at = body;
            self.level.part_count += 1;
            if self.begins_level(&mut header)? {
                continue;
            }
            self.read_part(&header)?;
            self.mail.has_parts = true;
            let goes_on = match self.level.boundary {
                Some(_) => self.is_before_part()?,
                None => self.at < self.raw.len(),
            };
            if !goes_on {
                return Ok(header.has_fields);
            }
        }
    }

    /// Begins a new level if the part is a multipart or a mail; returns whether it is.
    fn begins_level(&mut self, header: &mut Header) -> Result<bool, Ended> {
        let kind = self.kind_of(header);
        if kind.is_multipart() {
            let boundary = header
                .content
                .as_mut()
                .and_then(|content| content.boundary.take());
            let Some(boundary) = boundary.filter(|_| self.above.len() < MOST_NESTED_PARTS) else {
                return Ok(false);
            };
            if self.limits.lost_boundaries >= MOST_LOST_BOUNDARIES {
                return Ok(false);
            }
            let Some(found) = self.find(&boundary)? else {
                self.limits.lost_boundaries += 1;
                return Ok(false);
            };
            self.at = skip_line_end(self.raw, found + 2 + boundary.len());
            let level = Level {
                kind,
                boundary: Some(boundary),
                is_in_alternative: self.level.is_in_alternative || kind == Kind::Alternative,
                part_count: 0,
                html_bodies: self.mail.html_bodies.len(),
                text_bodies: self.mail.text_bodies.len(),
                needs_html: self.level.needs_html,
                needs_text: self.level.needs_text,
            };
            self.mail.has_parts = true;
            self.above
                .push((std::mem::replace(&mut self.level, level), None));
            return Ok(true);
        }
        if kind == Kind::Mail && header.encoding == Encoding::Plain && self.may_nest() {
            let level = Level::of_mail(self.level.boundary.take());
            self.mail.has_parts = true;
            let level = std::mem::replace(&mut self.level, level);
            let mail = std::mem::take(&mut self.mail);
            self.above.push((level, Some(mail)));
            return Ok(true);
        }
        Ok(false)
    }

    /// Returns the media type of a part; a part of a digest without a type is a mail.
    fn kind_of(&self, header: &Header) -> Kind {
        match &header.content {
            Some(content) => content.kind,
            None if self.level.kind == Kind::Digest => Kind::Mail,
            None => Kind::PlainText,
        }
    }

    /// Whether the limits on depth allow to read a mail that begins here.
    fn may_nest(&self) -> bool {
        self.depth_here() < MOST_NESTED_MAILS && self.above.len() < MOST_NESTED_PARTS
    }

    /// Reads a part that is not a multipart, and the boundary behind it.
    fn read_part(&mut self, header: &Header) -> Result<(), Ended> {
        let start = self.at;
        let boundary = self.level.boundary.take();
        let found = match &boundary {
            Some(boundary) => self.find(boundary)?,
            None => None,
        };
        let (end, next) = match (&boundary, found) {
            (Some(boundary), Some(found)) => {
                (part_end(self.raw, start, found), found + 2 + boundary.len())
            }
            _ => (self.raw.len(), self.raw.len()),
        };
        let is_lost = boundary.is_some() && found.is_none();
        // What reads an encoding ends it at the boundary, and says so where it does not come.
        let boundary = if is_lost { None } else { boundary };
        self.at = next;
        let kind = self.kind_of(header);
        let is_read = match kind {
            Kind::PlainText | Kind::Html => true,
            Kind::Calendar => self.mail.calendar.is_none(),
            Kind::Media => self.level.is_in_alternative && self.level.kind != Kind::Alternative,
            Kind::Mail => header.encoding != Encoding::Plain && self.may_nest(),
            _ => false,
        };
        if is_read {
            let coded = &self.raw[start..next];
            let part = &self.raw[start..end];
            let content = if is_lost {
                Content::damaged(part)
            } else {
                self.budget.spend(coded.len())?;
                Content::decode(coded, part, header.encoding, boundary.as_deref())
            };
            self.take_part(header, kind, content)?;
        }
        self.level.boundary = boundary;
        Ok(())
    }

    /// Adds a part to the texts, forwarded mails or calendars of the mail.
    fn take_part(
        &mut self,
        header: &Header,
        kind: Kind,
        content: Content<'m>,
    ) -> Result<(), Ended> {
        if kind == Kind::Mail {
            if !content.is_damaged
                && let Some(mail) = read_nested(
                    &content.bytes,
                    self.depth_here() + 1,
                    self.limits,
                    self.budget,
                )?
            {
                self.mail.forwarded.push(mail.into_owned());
            }
            return Ok(());
        }
        let charset = header.content.as_ref().and_then(|content| content.charset);
        if kind == Kind::Calendar {
            let calendar = charset::decode(content.bytes, charset);
            self.mail.calendar = Some(calendar.into_owned());
            return Ok(());
        }
        let is_plain = kind == Kind::PlainText;
        let kind = if content.is_damaged && !is_plain {
            Kind::OtherText
        } else {
            kind
        };
        let (in_html, in_text) = self.places(header, kind, content.is_damaged);
        if !in_html && !in_text {
            return Ok(());
        }
        let text = match kind {
            Kind::Media => Text::None,
            Kind::Html => {
                let charset = charset.or_else(|| charset::declared_by_page(&content.bytes));
                Text::Html(charset::decode(content.bytes, charset))
            }
            _ => Text::Plain(charset::decode(content.bytes, charset)),
        };
        let index = self.mail.texts.len();
        self.mail.texts.push(text);
        if in_html {
            self.mail.html_bodies.push(index);
        }
        if in_text {
            self.mail.text_bodies.push(index);
        }
        Ok(())
    }

    fn depth_here(&self) -> usize {
        let around = self.above.iter().filter(|(_, mail)| mail.is_some()).count();
        self.depth + around
    }

    /// Returns whether a part belongs to the HTML bodies, and whether to the plain-text ones.
    fn places(&mut self, header: &Header, kind: Kind, is_damaged: bool) -> (bool, bool) {
        let level = &mut self.level;
        if level.kind == Kind::Alternative {
            return (kind == Kind::Html, kind == Kind::PlainText);
        }
        let is_first = level.part_count == 1;
        let has_name = header
            .content
            .as_ref()
            .is_some_and(|content| content.has_name);
        let is_inline = !is_damaged
            && !header.is_attachment
            && (is_first || (level.kind != Kind::Related && (kind == Kind::Media || !has_name)));
        let is_only_text =
            is_damaged && is_first && level.kind == Kind::Mail && kind == Kind::PlainText;
        if !is_inline && !is_only_text {
            return (false, false);
        }
        if level.is_in_alternative && (level.needs_text || level.needs_html) {
            match kind {
                Kind::Html => level.needs_text = false,
                Kind::PlainText => level.needs_html = false,
                _ => {}
            }
        }
        (level.needs_html, level.needs_text)
    }

    /// Reads on behind a boundary: ends the levels of the mail that end there, and returns whether another part
    /// follows.
    fn is_before_part(&mut self) -> Result<bool, Ended> {
        loop {
            while self.level.kind == Kind::Mail {
                if !self.end_mail() {
                    return Ok(false);
                }
            }
            let (ends, at) = after_boundary(self.raw, self.at);
            self.at = at;
            if !ends {
                return Ok(true);
            }
            self.end_alternative();
            let Some((level, _)) = self.above.pop() else {
                return Ok(false);
            };
            self.level = level;
            let Some(boundary) = self.level.boundary.clone() else {
                return Ok(false);
            };
            let Some(found) = self.find(&boundary)? else {
                return Ok(false);
            };
            self.at = found + 2 + boundary.len();
        }
    }

    /// Ends a forwarded mail and goes on with the one around it; returns whether there is one.
    fn end_mail(&mut self) -> bool {
        let Some((mut level, Some(around))) = self.above.pop() else {
            return false;
        };
        level.boundary = self.level.boundary.take();
        self.level = level;
        self.put_into(around);
        true
    }

    fn put_into(&mut self, around: Mail<'m>) {
        let forwarded = std::mem::replace(&mut self.mail, around);
        if forwarded.has_parts {
            self.mail.forwarded.push(forwarded);
        }
    }

    /// Uses the only part of an alternative both as HTML and as plain text.
    fn end_alternative(&mut self) {
        let level = &self.level;
        if level.kind != Kind::Alternative || !level.needs_html || !level.needs_text {
            return;
        }
        let has_html = level.html_bodies != self.mail.html_bodies.len();
        let has_text = level.text_bodies != self.mail.text_bodies.len();
        if has_html && !has_text {
            let html = &self.mail.html_bodies[level.html_bodies..];
            self.mail.text_bodies.extend_from_slice(html);
        } else if has_text && !has_html {
            let text = &self.mail.text_bodies[level.text_bodies..];
            self.mail.html_bodies.extend_from_slice(text);
        }
    }

    /// Ends all open levels and returns the mail; called when there are no more bytes.
    fn finish(mut self) -> Mail<'m> {
        while let Some((_, around)) = self.above.pop() {
            if let Some(around) = around {
                self.put_into(around);
            }
        }
        self.mail
    }

    /// Returns the position of the next `--` that the boundary follows; `None` when the mail ends before.
    fn find(&mut self, boundary: &[u8]) -> Result<Option<usize>, Ended> {
        let mut from = self.at;
        while from < self.raw.len() {
            let end = self.raw.len().min(from + SEARCH_BYTES);
            self.budget.spend(end - from)?;
            while let Some(dash) = self.raw[from..end].iter().position(|b| *b == b'-') {
                let rest = &self.raw[from + dash..];
                if rest.get(1) == Some(&b'-') && rest[2..].starts_with(boundary) {
                    return Ok(Some(from + dash));
                }
                from += dash + 1;
            }
            from = end;
        }
        Ok(None)
    }
}
