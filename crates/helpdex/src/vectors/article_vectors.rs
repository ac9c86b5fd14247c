//! The vectors of the articles of one locale in one visibility class, as the file of the class stores them.

use helpdex_text::Locale;

use crate::error::Result;
use crate::storage::class_file::{ClassFile, ClassFileBuilder, damaged};
use crate::vectors::vector::{Vector, as_f32, dot};

/// The first 128 bits of the hash of an embedded text, which identify it.
pub(crate) type TextHash = [u8; 16];

/// The hash of the vectors of an article, or of several articles.
pub(crate) type VectorsHash = [u8; blake3::OUT_LEN];

/// The vectors of the articles of one locale, in their order: none, one or several per article.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ArticleVectors {
    dimension: usize,
    /// One entry per article: the index after its last vector.
    ends: Vec<u32>,
    /// One entry per vector: the factor of its values; 0 for a text without a vector.
    scales: Vec<f32>,
    values: Vec<i8>,
    /// One entry per vector: the hash of its text; zeros for a vector that the host gave.
    texts: Vec<TextHash>,
    /// One entry per article: the hash of its vectors.
    hashes: Vec<VectorsHash>,
    /// The hash of the vectors of all articles; see [`combine`].
    all: VectorsHash,
}

/// The vector of an article that is nearest to a ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Nearest {
    /// The cosine of the two vectors, in [-1, 1] apart from rounding.
    pub cosine: f32,
    /// The index of the vector among those of the article.
    pub index: usize,
}

/// Adds the hash of the vectors of one article to that of several articles. The order does not matter.
pub(crate) fn combine(all: &mut VectorsHash, one: &VectorsHash) {
    for (byte, other) in all.iter_mut().zip(one) {
        *byte ^= other;
    }
}

/// Returns the hash of a text.
pub(crate) fn text_hash(text: &str) -> TextHash {
    let hash = *blake3::hash(text.as_bytes()).as_bytes();
    std::array::from_fn(|index| hash[index])
}

impl ArticleVectors {
    pub(crate) fn new(dimension: usize) -> Self {
        Self {
            dimension,
            ..Self::default()
        }
    }

    /// Adds a vector to the current article. A missing vector, or one of another dimension, counts as a text without
    /// one.
    pub(crate) fn push(&mut self, text: TextHash, vector: Option<&Vector>) {
        let vector = vector.filter(|vector| vector.dimension() == self.dimension);
        self.scales.push(vector.map_or(0.0, Vector::scale));
        match vector {
            Some(vector) => self.values.extend_from_slice(vector.values()),
            None => self.values.resize(self.values.len() + self.dimension, 0),
        }
        self.texts.push(text);
    }

    /// Adds a copy of a vector of another file, of the same model, to the current article.
    pub(crate) fn copy(&mut self, other: &Self, index: usize) {
        self.scales.push(other.scales[index]);
        self.values.extend_from_slice(other.values_of(index));
        self.texts.push(other.texts[index]);
    }

    /// Ends the current article.
    pub(crate) fn end_article(&mut self) {
        // A locale has fewer than 2^30 passages.
        self.ends
            .push(u32::try_from(self.scales.len()).unwrap_or(u32::MAX));
        let hash = self.hash_of(self.ends.len() - 1);
        combine(&mut self.all, &hash);
        self.hashes.push(hash);
    }

    pub(crate) fn add_to(&self, locale: &Locale, file: &mut ClassFileBuilder) {
        let ends: Vec<u8> = self.ends.iter().flat_map(|end| end.to_le_bytes()).collect();
        let scales = self.scales.iter().flat_map(|scale| scale.to_le_bytes());
        let values = self.values.iter().flat_map(|value| value.to_le_bytes());
        file.add(format!("{locale}/ends"), &ends);
        file.add(format!("{locale}/scales"), &scales.collect::<Vec<u8>>());
        file.add(format!("{locale}/values"), &values.collect::<Vec<u8>>());
        file.add(format!("{locale}/texts"), self.texts.as_flattened());
    }

    pub(crate) fn open(file: &ClassFile, locale: &Locale, dimension: usize) -> Result<Self> {
        let ends = file
            .part(&format!("{locale}/ends"))?
            .as_chunks()
            .0
            .iter()
            .map(|end| u32::from_le_bytes(*end))
            .collect();
        let scales = file.part(&format!("{locale}/scales"))?;
        let scales = scales
            .as_chunks()
            .0
            .iter()
            .map(|scale| f32::from_le_bytes(*scale))
            .collect();
        let values = file
            .part(&format!("{locale}/values"))?
            .iter()
            .map(|value| i8::from_le_bytes([*value]))
            .collect();
        let texts = file
            .part(&format!("{locale}/texts"))?
            .as_chunks()
            .0
            .to_vec();
        let mut open = Self {
            dimension,
            ends,
            scales,
            values,
            texts,
            hashes: Vec::new(),
            all: VectorsHash::default(),
        };
        let count = open.scales.len();
        let fits = open.ends.is_sorted()
            && open.ends.last().map_or(0, |end| *end as usize) == count
            && open.values.len() == count * dimension
            && open.texts.len() == count
            && open
                .scales
                .iter()
                .all(|scale| scale.is_finite() && *scale >= 0.0);
        if !fits {
            return Err(damaged("its vectors do not fit together"));
        }
        for article in 0..open.ends.len() {
            let hash = open.hash_of(article);
            combine(&mut open.all, &hash);
            open.hashes.push(hash);
        }
        Ok(open)
    }

    pub(crate) fn article_count(&self) -> usize {
        self.ends.len()
    }

    /// Returns the number of vectors.
    pub(crate) fn len(&self) -> usize {
        self.scales.len()
    }

    /// Returns the hash of each embedded text with the index of its vector, without vectors that the host gave.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&TextHash, usize)> {
        let texts = self.texts.iter().zip(0..);
        texts.filter(|(text, _)| **text != TextHash::default())
    }

    /// Returns the indexes of the vectors of an article.
    pub(crate) fn of_article(&self, article: u32) -> std::ops::Range<usize> {
        let article = article as usize;
        let start = article.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[article] as usize
    }

    /// Returns the hash of the vectors of an article.
    pub(crate) fn hash(&self, article: u32) -> &VectorsHash {
        &self.hashes[article as usize]
    }

    /// Returns the hash of the vectors of all articles.
    pub(crate) fn hash_of_all(&self) -> &VectorsHash {
        &self.all
    }

    /// Returns the first vector of an article, as its values and their scale; `None` for an article without any.
    pub(crate) fn first(&self, article: u32) -> Option<(&[i8], f32)> {
        let mut of_article = self.of_article(article);
        let index = of_article.find(|&index| self.scales[index] > 0.0)?;
        Some((self.values_of(index), self.scales[index]))
    }

    /// Returns the vector of an article that is nearest to the vector with these values and this scale; `None` for an
    /// article without any.
    pub(crate) fn nearest(&self, article: u32, values: &[i8], scale: f32) -> Option<Nearest> {
        let of_article = self.of_article(article);
        let start = of_article.start;
        let mut nearest: Option<Nearest> = None;
        for index in of_article.filter(|&index| self.scales[index] > 0.0) {
            let product = as_f32(dot(self.values_of(index), values));
            let cosine = product * self.scales[index] * scale;
            if nearest.is_none_or(|nearest| cosine > nearest.cosine) {
                let index = index - start;
                nearest = Some(Nearest { cosine, index });
            }
        }
        nearest
    }

    fn values_of(&self, index: usize) -> &[i8] {
        &self.values[index * self.dimension..(index + 1) * self.dimension]
    }

    fn hash_of(&self, article: usize) -> VectorsHash {
        let mut hasher = blake3::Hasher::new();
        for index in self.of_article(u32::try_from(article).unwrap_or(u32::MAX)) {
            hasher.update(&self.texts[index]);
            hasher.update(&self.scales[index].to_le_bytes());
            for value in self.values_of(index) {
                hasher.update(&value.to_le_bytes());
            }
        }
        *hasher.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_vector_of_an_article_is_found_and_zeros_are_none() {
        let vector = |values: &[f32]| Vector::new("m", values).unwrap();
        let mut vectors = ArticleVectors::new(2);
        vectors.push(text_hash("a"), vector(&[1.0, 0.0]).as_ref());
        vectors.push(text_hash("b"), vector(&[0.0, 1.0]).as_ref());
        vectors.end_article();
        vectors.push(text_hash("c"), None);
        vectors.end_article();
        vectors.end_article();
        let ticket = vector(&[0.1, 2.0]).unwrap();
        let nearest = |article| vectors.nearest(article, ticket.values(), ticket.scale());
        assert_eq!(nearest(0).unwrap().index, 1);
        assert!((nearest(0).unwrap().cosine - 1.0).abs() < 0.01);
        assert_eq!((nearest(1), nearest(2)), (None, None));
        assert_ne!(vectors.hash(0), vectors.hash(1));
    }
}
