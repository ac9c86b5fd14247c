//! Hash tables of terms: the terms of one unit with their frequencies, and the terms of a whole segment.

/// Distinct terms in the order in which they were added. The number of a term is its index in this order.
#[derive(Debug, Default)]
pub(crate) struct TermTable {
    /// The terms, one behind the other without a separator.
    text: String,
    entries: Vec<Entry>,
    /// The hash table: each term lies at the place that the lowest bits of its hash give, or at the next free one. Its
    /// length is a power of two.
    places: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u64,
    /// The byte of `text` at which the term ends; it begins where the term before it ends.
    end: usize,
}

/// A term with its hash, to be looked up in several tables.
pub(crate) struct HashedTerm<'t> {
    text: &'t str,
    hash: u64,
}

impl<'t> HashedTerm<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            hash: hash(text.as_bytes()),
        }
    }
}

/// A place of the hash table, which may hold the number of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// The highest bits of the hash of the term: if they differ, the term itself need not be compared.
    tag: u32,
    number: u32,
}

/// The result of looking a term up in a [`TermTable`].
enum Found {
    /// The term is not in the table; it would be stored at this place.
    Free(usize),
    Number(usize),
}

const FREE: Place = Place {
    tag: 0,
    number: u32::MAX,
};
/// The number of places of a new table: about the number of distinct words of a passage.
const FIRST_PLACES: usize = 64;

impl TermTable {
    pub(crate) fn term(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |n| self.entries[n].end);
        &self.text[start..self.entries[number].end]
    }

    /// Returns the number of a term, and adds the term with the next number if it is new.
    pub(crate) fn number(&mut self, term: &str) -> usize {
        self.number_of_hash(hash(term.as_bytes()), term)
    }

    fn number_of_hash(&mut self, hash: u64, term: &str) -> usize {
        if 2 * self.entries.len() >= self.places.len() {
            self.grow();
        }
        let first = self.first_place(hash);
        let place = match self.look_for(hash, term, first, self.places[first]) {
            Found::Number(number) => return number,
            Found::Free(place) => place,
        };
        let number = self.entries.len();
        self.text.push_str(term);
        self.entries.push(Entry {
            hash,
            end: self.text.len(),
        });
        self.places[place] = Place::new(hash, number);
        number
    }

    /// Returns the numbers of these terms; `None` for terms that are not in the table.
    pub(crate) fn find_all(&self, terms: &[HashedTerm<'_>]) -> Vec<Option<usize>> {
        if self.places.is_empty() {
            return vec![None; terms.len()];
        }
        // In a large table each place is far from the others: read side by side, they wait for the memory together.
        let places: Vec<Place> = terms
            .iter()
            .map(|term| self.places[self.first_place(term.hash)])
            .collect();
        let found = terms.iter().zip(places).map(|(term, place)| {
            let first = self.first_place(term.hash);
            match self.look_for(term.hash, term.text, first, place) {
                Found::Number(number) => Some(number),
                Found::Free(_) => None,
            }
        });
        found.collect()
    }

    /// Looks for a term from the place `index` of the table on; `place` is what it holds. The search always ends,
    /// because some place of the table is free.
    fn look_for(&self, hash: u64, term: &str, mut index: usize, mut place: Place) -> Found {
        while place != FREE {
            let number = place.number as usize;
            if place.tag == tag(hash) && self.term(number) == term {
                return Found::Number(number);
            }
            index = self.next_place(index);
            place = self.places[index];
        }
        Found::Free(index)
    }

    #[expect(clippy::cast_possible_truncation)]
    fn first_place(&self, hash: u64) -> usize {
        hash as usize & (self.places.len() - 1)
    }

    fn next_place(&self, index: usize) -> usize {
        (index + 1) & (self.places.len() - 1)
    }

    fn grow(&mut self) {
        let count = FIRST_PLACES.max(2 * self.places.len());
        self.places.clear();
        self.places.resize(count, FREE);
        for number in 0..self.entries.len() {
            let hash = self.entries[number].hash;
            let mut index = self.first_place(hash);
            while self.places[index] != FREE {
                index = self.next_place(index);
            }
            self.places[index] = Place::new(hash, number);
        }
    }
}

impl Place {
    fn new(hash: u64, number: usize) -> Self {
        Self {
            tag: tag(hash),
            number: u32::try_from(number).expect("2^32 distinct terms do not fit into memory"),
        }
    }
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// The distinct terms of a unit (a title, the headings, a body or a passage), with the frequency of each.
#[derive(Debug, Default)]
pub(crate) struct CountedTerms {
    table: TermTable,
    frequencies: Vec<u32>,
}

impl CountedTerms {
    pub(crate) fn add(&mut self, term: &str) {
        let number = self.table.number(term);
        match self.frequencies.get_mut(number) {
            Some(frequency) => *frequency += 1,
            None => self.frequencies.push(1),
        }
    }

    /// Returns the terms of the unit, each as often as it occurs.
    #[cfg(test)]
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.frequencies
            .iter()
            .enumerate()
            .flat_map(move |(number, &count)| (0..count).map(move |_| self.table.term(number)))
    }

    /// Releases the memory that is needed only to add further terms.
    pub(crate) fn close(&mut self) {
        self.table.places = Vec::new();
    }

    /// Numbers the terms in the table of a segment, adding new ones, and returns each number with the term's frequency.
    pub(crate) fn number_in<'a>(
        &'a self,
        table: &'a mut TermTable,
    ) -> impl Iterator<Item = (usize, u32)> {
        (0..)
            .zip(&self.frequencies)
            .map(move |(number, &frequency)| {
                let hash = self.table.entries[number].hash;
                let number = table.number_of_hash(hash, self.table.term(number));
                (number, frequency)
            })
    }
}

/// The words and grams of one unit: a title, the headings, a body or a passage.
#[derive(Debug, Default)]
pub(crate) struct UnitTerms {
    pub words: CountedTerms,
    pub grams: CountedTerms,
}

impl UnitTerms {
    /// Releases the memory that is needed only to add further terms.
    pub(super) fn close(&mut self) {
        self.words.close();
        self.grams.close();
    }
}

/// Hashes a term. Somebody could construct terms with equal hashes, but articles come from the operators of the help
/// center, and the terms of tickets are only looked up and never added to a table.
fn hash(term: &[u8]) -> u64 {
    let (chunks, rest) = term.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mut hash = mix(
        term.len() as u64 ^ SEEDS[0],
        u64::from_le_bytes(last) ^ SEEDS[1],
    );
    for chunk in chunks {
        hash = mix(hash, u64::from_le_bytes(*chunk) ^ SEEDS[1]);
    }
    hash
}

/// Arbitrary constants for the hash: digits of pi.
const SEEDS: [u64; 2] = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344];

/// Combines both halves of the product of two numbers, as wyhash does (Wang Yi 2019).
#[expect(clippy::cast_possible_truncation)]
fn mix(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_counted_and_keep_their_numbers_while_the_table_grows() {
        let mut table = TermTable::default();
        for round in 0..2 {
            for number in 0..5_000 {
                let term = format!("term {number}");
                let known = (round > 0).then_some(number);
                assert_eq!(
                    table.find_all(&[HashedTerm::new(&term)]),
                    [known],
                    "round {round}"
                );
                assert_eq!(table.number(&term), number, "round {round}");
            }
        }
        let mut counted = CountedTerms::default();
        for term in ["term 7", "", "another", "term 7"] {
            counted.add(term);
        }
        counted.close();
        let numbered: Vec<(usize, u32)> = counted.number_in(&mut table).collect();
        assert_eq!(numbered, [(7, 2), (5_000, 1), (5_001, 1)]);
        assert_eq!(table.term(5_000), "");
        assert_eq!(table.term(5_001), "another");
    }
}
