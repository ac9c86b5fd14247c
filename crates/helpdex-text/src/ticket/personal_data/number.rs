//! A number as it is written in a text: its digits, their groups, and the separators between them.

use crate::digits;

/// The most digits and separators that are read as one number; a longer number is cut into several.
///
/// A card of 19 digits in groups of four with three characters between the groups has 31.
const MOST_NUMBER_CHARS: usize = 56;

/// The most characters between two groups of digits: a dash with a space on each side, or a bracket and a space.
const MOST_SEPARATOR_CHARS: usize = 3;

/// A number with its separators, as written in the text.
pub(super) struct Number {
    pub(super) digits: Vec<u8>,
    groups: Vec<Group>,
    pub(super) has_plus: bool,
    /// The number of digits in front of the first bracket; `None` without a bracket.
    pub(super) bracket_at: Option<usize>,
}

/// Digits without a separator between them.
#[derive(Clone, Copy)]
struct Group {
    len: usize,
    /// The byte of the text behind the last digit of the group.
    end: usize,
    /// The number of digits of the whole number up to the end of this group.
    digits_end: usize,
    /// The separator in front of the group, normalized: a space, `-`, `\n` or the character itself.
    separator: char,
}

/// The first groups of a number, judged as a number of their own.
#[derive(Clone, Copy)]
pub(super) struct Part<'n> {
    number: &'n Number,
    groups: &'n [Group],
}

impl Number {
    /// Reads the number that begins at byte `start` with a `+`, a `(` or a digit.
    pub(super) fn read(text: &str, start: usize) -> Option<Self> {
        let mut number = Number {
            digits: Vec::new(),
            groups: Vec::new(),
            has_plus: false,
            bracket_at: None,
        };
        let mut between = Between::default();
        for (at, c) in text[start..].char_indices().take(MOST_NUMBER_CHARS) {
            if let Some(digit) = digits::value(c) {
                number.push(digit, start + at + c.len_utf8(), &mut between);
            } else if matches!(c, '+' | '＋') && number.digits.is_empty() && !number.has_plus {
                number.has_plus = true;
            } else if matches!(c, '(' | '（') && number.bracket_at.is_none() && between.count < 2 {
                number.bracket_at = Some(number.digits.len());
                between.count += usize::from(!number.digits.is_empty());
            } else if number.digits.is_empty() || !between.push(c, number.bracket_at.is_some()) {
                break;
            }
        }
        (!number.digits.is_empty()).then_some(number)
    }

    fn push(&mut self, digit: u8, end: usize, between: &mut Between) {
        self.digits.push(digit);
        let digits_end = self.digits.len();
        match self.groups.last_mut() {
            Some(last) if between.count == 0 => {
                last.len += 1;
                last.end = end;
                last.digits_end = digits_end;
            }
            _ => self.groups.push(Group {
                len: 1,
                end,
                digits_end,
                separator: between.separator.unwrap_or(' '),
            }),
        }
        *between = Between::default();
    }

    /// Returns the number and its beginnings without the last groups, longest first.
    ///
    /// A part ends in front of white space: people write a date or an amount behind a number, but not half of one.
    pub(super) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        (1..=self.groups.len()).rev().filter_map(|count| {
            let is_apart = self
                .groups
                .get(count)
                .is_none_or(|next| matches!(next.separator, ' ' | '\n'));
            is_apart.then_some(Part {
                number: self,
                groups: &self.groups[..count],
            })
        })
    }

    /// Returns the number as one part with all its groups.
    pub(super) fn whole(&self) -> Part<'_> {
        Part {
            number: self,
            groups: &self.groups,
        }
    }
}

/// The separators that were read since the last digit.
#[derive(Default)]
struct Between {
    count: usize,
    separator: Option<char>,
    has_newline: bool,
}

impl Between {
    /// Adds a separator; returns false if a number cannot continue behind it.
    fn push(&mut self, c: char, has_bracket: bool) -> bool {
        if matches!(c, ')' | '）') {
            self.count += 1;
            return has_bracket && self.count <= MOST_SEPARATOR_CHARS;
        }
        let Some(kind) = separator(c) else {
            return false;
        };
        self.count += 1;
        let is_second_mark = kind != ' '
            && kind != '\n'
            && self
                .separator
                .is_some_and(|before| !matches!(before, ' ' | '\n'));
        let is_second_line = kind == '\n' && self.has_newline;
        if is_second_mark || is_second_line || self.count > MOST_SEPARATOR_CHARS {
            return false;
        }
        self.has_newline |= kind == '\n';
        // A mark says more than the spaces around it, and a line break more than a space.
        if kind != ' ' || self.separator.is_none() {
            self.separator = Some(kind);
        }
        true
    }
}

/// Returns the normalized form of a separator between groups of digits; `None` for other characters.
pub(super) fn separator(c: char) -> Option<char> {
    match c {
        ' '
        | '\t'
        | '\u{A0}'
        | '\u{2000}'..='\u{200D}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{2060}'
        | '\u{3000}' => Some(' '),
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' | '\u{FE63}' | '\u{FF0D}' => {
            Some('-')
        }
        '.' | '\u{FF0E}' | '\u{B7}' => Some('.'),
        '/' | '_' | '~' | '\n' => Some(c),
        _ => None,
    }
}

impl<'n> Part<'n> {
    pub(super) fn digits(&self) -> &'n [u8] {
        let len = self.groups.last().map_or(0, |last| last.digits_end);
        &self.number.digits[..len]
    }

    /// Returns the byte of the text behind the part.
    pub(super) fn end(&self) -> usize {
        self.groups.last().map_or(0, |last| last.end)
    }

    pub(super) fn has_plus(&self) -> bool {
        self.number.has_plus
    }

    /// Returns the number of digits in front of the first bracket of the part, if there is one.
    pub(super) fn bracket_at(&self) -> Option<usize> {
        self.number
            .bracket_at
            .filter(|&at| at < self.digits().len())
    }

    pub(super) fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// Returns the number of digits of each group.
    pub(super) fn lens(&self) -> impl DoubleEndedIterator<Item = usize> + Clone + 'n {
        self.groups.iter().map(|group| group.len)
    }

    pub(super) fn has_lens(&self, lens: &[u8]) -> bool {
        self.groups.len() == lens.len()
            && self
                .lens()
                .zip(lens)
                .all(|(len, &other)| len == usize::from(other))
    }

    /// Returns the separators between the groups.
    pub(super) fn separators(&self) -> impl DoubleEndedIterator<Item = char> + Clone + 'n {
        self.groups.iter().skip(1).map(|group| group.separator)
    }

    /// Returns the value of each group.
    pub(super) fn values(&self) -> impl Iterator<Item = u64> + 'n {
        let number = self.number;
        self.groups.iter().map(move |group| {
            let start = group.digits_end - group.len;
            super::checksums::value(&number.digits[start..group.digits_end])
        })
    }

    /// Whether the number reads like a date, a span of dates, or a date with a time: 05.03.2024, 2024-03-05 10.22,
    /// 5/3/24.
    pub(super) fn is_date(&self) -> bool {
        if self.has_plus() || self.bracket_at().is_some() || self.group_count() < 3 {
            return false;
        }
        let mut separators = self.separators();
        let (Some(first), Some(second)) = (separators.next(), separators.next()) else {
            return false;
        };
        // A day, a month, a year, and the hour that may follow.
        let mut groups = self.lens().zip(self.values());
        let groups: [DateGroup; 4] = std::array::from_fn(|_| {
            let (len, value) = groups.next().unwrap_or_default();
            DateGroup { len, value }
        });
        let [one, two, three, hour] = &groups;
        let is_day_and_month = (one.is_day() && two.is_month()) || (one.is_month() && two.is_day());
        let has_date = (is_day_and_month && three.is_year())
            || (one.is_year() && two.is_month() && three.is_day());
        let has_full_year = one.is_full_year() || three.is_full_year();
        // The hour, minute and second of a date stand behind a space.
        let goes_on_as_time = self.group_count() == 3
            || (self.lens().skip(3).all(|len| len <= 2)
                && hour.value < 25
                && separators.next().is_some_and(|c| matches!(c, ' ' | '\n')));
        first == second && (first != ' ' || has_full_year) && has_date && goes_on_as_time
    }
}

/// A group of digits that may be part of a date.
struct DateGroup {
    len: usize,
    value: u64,
}

impl DateGroup {
    fn is_day(&self) -> bool {
        self.len <= 2 && (1..=31).contains(&self.value)
    }

    fn is_month(&self) -> bool {
        self.len <= 2 && (1..=12).contains(&self.value)
    }

    fn is_year(&self) -> bool {
        self.is_full_year() || self.len == 2
    }

    fn is_full_year(&self) -> bool {
        self.len == 4 && (1900..=2700).contains(&self.value)
    }
}
