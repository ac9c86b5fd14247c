//! Cuts what ends a message: closings, signatures and the footers of mail programs.

use std::ops::Range;
use std::sync::LazyLock;

use super::codes::has_code;
use super::page::{Line, Page};
use super::removal::RemovalKind::{Closing, MobileFooter, Signature};
use super::rules::{Pattern, Phrases};
use super::words::{informative_words, is_unspaced};

static CLOSINGS: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::read(include_str!("../../data/ticket/closings.txt")));

static MOBILE_FOOTERS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| Pattern::read_all(include_str!("../../data/ticket/mobile_footers.txt")));

/// The most lines that a signature has. Our own judgement: company signatures with address and slogan reach about 15.
const MOST_SIGNATURE_LINES: usize = 20;

/// The most words of a signature that HTML marks as one; a longer one may hold the question. Our own judgement.
const MOST_SIGNATURE_WORDS: usize = 80;

/// The longest line that may be a mobile footer, in bytes of its folded form: it has the name of a phone, in a script
/// of up to 3 bytes a letter.
const LONGEST_FOOTER_BYTES: usize = 160;

/// Cuts footers of mail programs that stand on a line of their own near the end of a message.
pub(super) fn cut_mobile_footers(page: &mut Page<'_>) {
    for message in page.messages.clone() {
        let ending: Vec<usize> = message
            .rev()
            .filter(|&i| page.lines[i].is_filled())
            .take(MOST_SIGNATURE_LINES)
            .collect();
        for i in ending {
            if let Some(rule) = mobile_footer(&page.lines[i]) {
                page.cut_lines(i..i + 1, MobileFooter, rule);
            }
        }
    }
}

/// Returns the rule by which a line is the footer of a mail program.
fn mobile_footer(line: &Line<'_>) -> Option<&'static str> {
    let text = line
        .folded
        .trim_end_matches(['.', '!', ' ', '。'])
        .trim_start_matches(['-', ' ', '_']);
    if text.len() > LONGEST_FOOTER_BYTES || !PROGRAMS.iter().any(|name| text.contains(name)) {
        return None;
    }
    let found = MOBILE_FOOTERS.iter().find(|footer| footer.matches(text));
    found.map(Pattern::name)
}

/// The names of devices and programs, in the languages of the table; every footer has one of them.
///
/// "Enviado desde Madrid" has none, so it is not a footer.
const PROGRAMS: [&str; 64] = [
    "iphon",
    "ipad",
    "android",
    "samsung",
    "galaxy",
    "huawei",
    "xiaomi",
    "redmi",
    "nokia",
    "blackberry",
    "windows",
    "outlook",
    "yahoo",
    "gmail",
    "mail",
    "proton",
    "mobil",
    "movil",
    "móvil",
    "phone",
    "tablet",
    "device",
    "smartphone",
    "gmx",
    "web.de",
    "app",
    "handy",
    "telefon",
    "puhelim",
    "telefono",
    "cellulare",
    "celular",
    "telemovel",
    "portable",
    "virus",
    "viru",
    "вирус",
    "brevity",
    "typos",
    "телефон",
    "устройств",
    "пристро",
    "почт",
    "пошт",
    "κινητ",
    "τηλεφων",
    "συσκευ",
    "ไอโฟน",
    "มือถือ",
    "โทรศัพท์",
    "สมาร์ท",
    "スマート",
    "携帯",
    "휴대",
    "스마트",
    "手机",
    "手機",
    "邮箱",
    "郵件",
    "邮件",
    "هاتف",
    "ايفون",
    "الآيفون",
    "الايفون",
];

/// Cuts signatures and closings at the end of each message.
pub(super) fn cut(page: &mut Page<'_>) {
    cut_marked_signatures(page);
    for message in page.messages.clone() {
        cut_delimited_signature(page, &message);
        cut_ending(page, &message);
    }
}

/// Cuts the text that the HTML marks as a signature, unless it is so long that it probably holds the question.
fn cut_marked_signatures(page: &mut Page<'_>) {
    let Some(first) = page
        .lines
        .iter()
        .position(|line| line.html.signature.is_some())
    else {
        return;
    };
    // Signatures stand in signatures as deep as HTML nests, so that words are counted once.
    let mut words_before = vec![0; first + 1];
    for line in &page.lines[first..] {
        let words = informative_words(line.text, MOST_SIGNATURE_WORDS);
        words_before.push(words_before[words_before.len() - 1] + words);
    }
    let mut cut_end = 0;
    for i in first..page.lines.len() {
        let Some((end, rule)) = page.lines[i].html.signature else {
            continue;
        };
        if end > cut_end && words_before[end] - words_before[i] <= MOST_SIGNATURE_WORDS {
            page.cut_lines(i.max(cut_end)..end, Signature, rule);
            cut_end = end;
        }
    }
}

/// Cuts the signature below a line of two dashes, which mail programs write above it (RFC 3676, section 4.3).
fn cut_delimited_signature(page: &mut Page<'_>, message: &Range<usize>) {
    let mut filled = 0;
    let mut delimiter = None;
    for i in message.clone().rev() {
        let line = &page.lines[i];
        if is_signature_delimiter(line) {
            delimiter = Some(i);
        }
        filled += usize::from(line.is_filled());
        if filled > MOST_SIGNATURE_LINES {
            break;
        }
    }
    let Some(delimiter) = delimiter else { return };
    let mut end = message.end;
    for i in delimiter + 1..message.end {
        if page.lines[i].is_filled() && is_postscript(&page.lines[i].folded) {
            end = i;
            break;
        }
    }
    page.cut_lines(delimiter..end, Signature, "dashes");
}

fn is_signature_delimiter(line: &Line<'_>) -> bool {
    !line.is_cut() && matches!(line.body(), "--" | "—" | "– –" | "- -" | "–-")
}

/// Cuts the ending of a message: a closing and the signature below it, else a signature below a divider or a block with
/// contact data.
fn cut_ending(page: &mut Page<'_>, message: &Range<usize>) {
    let tail = tail(page, message);
    let closing = tail
        .clone()
        .find(|&i| page.lines[i].is_filled() && closing_rule(&page.lines[i]).is_some());
    if let Some(first) = closing {
        for i in first..tail.end {
            match closing_rule(&page.lines[i]) {
                Some(rule) => page.cut_lines(i..i + 1, Closing, rule),
                None if page.lines[i].is_filled() => {
                    page.cut_lines(i..i + 1, Signature, "below-closing");
                }
                None => {}
            }
        }
        return;
    }
    if let Some(start) = divided_signature(page, &tail) {
        page.cut_lines(start..tail.end, Signature, "below-divider");
        return;
    }
    if let Some(start) = contact_block(page, message, &tail) {
        page.cut_lines(start..tail.end, Signature, "contact-lines");
    }
}

/// Returns the lines at the end of a message that may be its closing or signature.
fn tail(page: &Page<'_>, message: &Range<usize>) -> Range<usize> {
    let mut filled = 0;
    let mut start = message.end;
    for i in message.clone().rev() {
        let line = &page.lines[i];
        if line.is_filled() {
            filled += 1;
            if filled > MOST_SIGNATURE_LINES
                || !(closing_rule(line).is_some() || may_be_signature(line))
            {
                break;
            }
        }
        start = i;
    }
    start..message.end
}

/// Returns the rule by which a line is a closing: it only says thanks or goodbye, at most with a name behind.
pub(super) fn closing_rule(line: &Line<'_>) -> Option<&'static str> {
    // The longest closing of the table, with a name behind it.
    if line.folded.len() > 200 {
        return None;
    }
    let text = line.folded.trim_matches(is_edge);
    if let Some(rule) = CLOSINGS.value_of(text) {
        return Some(rule);
    }
    // "Best regards from Cologne"
    if let Some((head, place)) = text
        .split_once(" aus ")
        .or_else(|| text.split_once(" from "))
        && place.split_whitespace().count() <= 3
        && let Some(rule) = CLOSINGS.value_of(head)
    {
        return Some(rule);
    }
    if let Some((head, name)) = text.split_once([',', '!', '.', '،', '-', '。']) {
        let is_name =
            name.split_whitespace().count() <= 4 && !name.contains(['?', ':']) && !has_code(name);
        let head = head.trim_matches(is_edge);
        let rest = name.trim_matches(is_edge);
        if let Some(rule) = CLOSINGS.value_of(head)
            && (CLOSINGS.value_of(rest).is_some() || (is_name && starts_upper(line.body(), name)))
        {
            return Some(rule);
        }
    }
    None
}

/// Whether a character may stand next to a closing: it is neither a letter nor a digit, nor a vowel sign of Thai or of
/// an Indic script.
fn is_edge(c: char) -> bool {
    !c.is_alphanumeric()
        && !('\u{0E30}'..='\u{0E4E}').contains(&c)
        && !('\u{0900}'..='\u{0D7F}').contains(&c)
}

/// Whether the words of a folded name begin with capitals in the line `body`, or the script has no capitals.
fn starts_upper(body: &str, folded_name: &str) -> bool {
    let count = folded_name.split_whitespace().count();
    let words: Vec<&str> = body.split_whitespace().collect();
    let names = &words[words.len().saturating_sub(count)..];
    !names.is_empty()
        && names.iter().all(|word| {
            word.chars()
                .find(|c| c.is_alphabetic())
                .is_none_or(|c| !c.is_lowercase())
        })
}

/// Whether a line may be part of a signature: a name, a title, a company, or contact data.
fn may_be_signature(line: &Line<'_>) -> bool {
    let body = line.body();
    let has_contact = has_contact(&line.folded);
    let longest = if has_contact { 160 } else { 70 };
    if body.chars().count() > longest
        || is_postscript(&line.folded)
        || body.contains(['?', '？', '؟'])
    {
        return false;
    }
    if has_contact {
        return !is_sentence(body) || body.split_whitespace().count() <= 5;
    }
    if has_code(body)
        || is_sentence(body)
        || body.ends_with([':', '：'])
        || body.starts_with(['>', '•', '*'])
    {
        return false;
    }
    let words = body.split_whitespace().count();
    let first = body.chars().find(|c| c.is_alphabetic());
    let starts_small = first.is_some_and(char::is_lowercase);
    let unspaced = body.chars().filter(|&c| is_unspaced(c)).count();
    // "i. A. Monika Brandt", "inż. Jan Kowalski"
    let starts_with_title = body
        .split_whitespace()
        .next()
        .is_some_and(|word| word.ends_with('.'));
    // Names and titles have capitals; "I can not paste the report" has one.
    let small = body
        .split_whitespace()
        .filter(|word| word.starts_with(char::is_lowercase))
        .count();
    if words >= 5 && small * 2 > words {
        return false;
    }
    words <= 8 && unspaced <= 24 && (words <= 2 || !starts_small || starts_with_title)
}

/// Whether a folded line has contact data: a masked address or telephone number, a web site, or a label such as "Tel".
fn has_contact(folded: &str) -> bool {
    const LABELS: [&str; 21] = [
        "tel:",
        "tel.",
        "tel ",
        "phone:",
        "mobile:",
        "mobil:",
        "fax:",
        "fax ",
        "gsm:",
        "mob:",
        "mob.",
        "cell:",
        "t:",
        "m:",
        "e-mail:",
        "email:",
        "web:",
        "www.",
        "skype:",
        "whatsapp:",
        "linkedin.com/in/",
    ];
    folded.contains("[phone]")
        || folded.contains("[email]")
        || is_home_page(folded)
        || LABELS.iter().any(|label| folded.contains(label))
}

/// Whether a line is a web address without a path; addresses with one are pages that somebody writes about.
fn is_home_page(folded: &str) -> bool {
    let site = folded
        .split_once("://")
        .map(|(_, site)| site.trim_end_matches('/'));
    site.is_some_and(|site| !site.contains(['/', ' ', '?']))
}

/// Whether a line reads like a sentence: it has several words and a full stop or the like behind the last one, or more
/// than ten words.
fn is_sentence(body: &str) -> bool {
    let unspaced = body.chars().filter(|&c| is_unspaced(c)).count();
    let words = body.split_whitespace().count();
    let ends_like_sentence = body.ends_with(['.', '!', '…', '。', '！', '؛', '।']);
    (ends_like_sentence && (words >= 4 || unspaced >= 8)) || words > 10
}

fn is_postscript(folded: &str) -> bool {
    [
        "ps:", "ps.", "p.s", "ps ", "nb:", "p.d", "p.-d", "追伸", "附:", "又及", "зы", "p. s",
    ]
    .iter()
    .any(|mark| folded.starts_with(mark))
}

/// Returns the first line of a signature that begins with a line of dashes or underscores and has contact data.
fn divided_signature(page: &Page<'_>, tail: &Range<usize>) -> Option<usize> {
    let start = tail.clone().find(|&i| is_drawn_line(&page.lines[i]))?;
    let below = &page.lines[start + 1..tail.end];
    let is_signature = below
        .iter()
        .any(|line| line.is_filled() && has_contact(&line.folded));
    (start > 0 && is_signature).then_some(start)
}

fn is_drawn_line(line: &Line<'_>) -> bool {
    let body = line.body();
    body.len() >= 3
        && body.chars().all(|c| {
            matches!(
                c,
                '-' | '_' | '=' | '*' | '~' | '—' | '–' | '─' | '━' | '＿'
            )
        })
}

/// Returns the first line of the last block of lines, if it has at least two lines of contact data and there is text
/// above it.
fn contact_block(page: &Page<'_>, message: &Range<usize>, tail: &Range<usize>) -> Option<usize> {
    let lines = &page.lines;
    let mut contacts = 0;
    let mut start = None;
    for i in tail.clone().rev() {
        if lines[i].is_filled() {
            contacts += usize::from(has_contact(&lines[i].folded));
        } else if contacts >= 2 {
            start = Some(i + 1);
            break;
        }
    }
    let start = start?;
    let has_text_above = lines[message.start..start].iter().any(Line::is_filled);
    has_text_above.then_some(start)
}
