//! Vectors that a host computed elsewhere.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::vectors::embedder::{EmbedError, Embedder, TextKind};
use crate::vectors::vector::{Vector, check_model, of_other_model};

/// Vectors of articles that a host computed elsewhere, such as those in a column of a table. The vector of a ticket
/// goes into [`Ticket::vector`](crate::Ticket::vector). Articles without vectors here have none.
///
/// ```
/// use helpdex::vectors::{Embedder, GivenVectors, Vector};
///
/// let mut given = GivenVectors::new("my-model", 3)?;
/// given.insert("refund", Vector::new("my-model", &[1.0, 0.0, 0.0])?)?;
/// assert_eq!(given.of_article("refund").unwrap().len(), 1);
/// assert!(given.of_article("invoice").unwrap().is_empty());
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GivenVectors {
    model: String,
    dimension: usize,
    articles: BTreeMap<String, Vec<Vector>>,
}

impl GivenVectors {
    /// Creates an empty collection for vectors of this model.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a name of 0 or more than 200 bytes, and a dimension of 0 or more
    /// than 8,192.
    pub fn new(model: &str, dimension: usize) -> Result<Self> {
        check_model(model, dimension)?;
        Ok(Self {
            model: model.to_owned(),
            dimension,
            articles: BTreeMap::new(),
        })
    }

    /// Adds vectors of an article after those that it has. The first is that of its title: see
    /// [`Embedder::of_article`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a vector of another model or dimension.
    pub fn insert(
        &mut self,
        article_id: &str,
        vectors: impl IntoIterator<Item = Vector>,
    ) -> Result<()> {
        let of_article = self.articles.entry(article_id.to_owned()).or_default();
        for vector in vectors {
            if vector.model() != self.model || vector.dimension() != self.dimension {
                return Err(
                    of_other_model(&vector, &self.model, self.dimension).about_article(article_id)
                );
            }
            of_article.push(vector);
        }
        Ok(())
    }

    /// Returns the vectors of each article, in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Vector])> {
        let articles = self.articles.iter();
        articles.map(|(id, vectors)| (&**id, &**vectors))
    }
}

impl Embedder for GivenVectors {
    fn name(&self) -> &str {
        &self.model
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    /// Returns zeros, because only articles have vectors here.
    fn embed(&self, texts: &[&str], _: TextKind) -> Result<Vec<f32>, EmbedError> {
        Ok(vec![0.0; texts.len() * self.dimension])
    }

    fn of_article(&self, article_id: &str) -> Option<Vec<Vector>> {
        let known = self.articles.get(article_id);
        Some(known.cloned().unwrap_or_default())
    }
}
