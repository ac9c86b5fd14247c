//! tantivy as a peer, used as its documentation shows: a `BooleanQuery` of the distinct stems in title (twice as heavy)
//! and body.
//!
//! The mode `topdocs` uses block-max WAND, `union` scores every match; with `-nostop` at the end of either, tantivy's
//! English stop words are left out of queries.

use std::collections::BTreeSet;
use std::path::Path;

use helpdex_peers::{Article, Peer, Query, Result, articles};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as TantivyQuery, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer,
    TokenStream as _,
};
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, SegmentReader, TantivyDocument, Term, doc,
};

const WRITER_BYTES: usize = 50_000_000;

struct Raw {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    analyzer: TextAnalyzer,
    is_union: bool,
}

#[derive(Clone, Copy)]
struct Fields {
    id: Field,
    title: Field,
    body: Field,
}

impl Fields {
    fn of(schema: &Schema) -> Result<Self> {
        Ok(Self {
            id: schema.get_field("id")?,
            title: schema.get_field("title")?,
            body: schema.get_field("body")?,
        })
    }

    fn document(self, article: &Article) -> TantivyDocument {
        doc!(self.id => article.id.as_str(), self.title => article.title.as_str(), self.body => article.body.as_str())
    }
}

fn schema() -> Schema {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let mut builder = Schema::builder();
    builder.add_text_field("id", STRING | STORED);
    builder.add_text_field("title", text.clone() | STORED);
    builder.add_text_field("body", text);
    builder.build()
}

impl Peer for Raw {
    fn build(_: &str, file: &Path, folder: &Path) -> Result<()> {
        let index = Index::create_in_dir(folder, schema())?;
        let fields = Fields::of(&index.schema())?;
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
        for article in articles(file)? {
            writer.add_document(fields.document(&article?))?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(())
    }

    fn open(mode: &str, folder: &Path) -> Result<Self> {
        let index = Index::open_in_dir(folder)?;
        let stems = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(40))
            .filter(LowerCaser);
        let analyzer = if mode.ends_with("-nostop") {
            let stop_words = StopWordFilter::new(Language::English).ok_or("no stop words")?;
            let stems = stems.filter(stop_words);
            stems.filter(Stemmer::new(Language::English)).build()
        } else {
            stems.filter(Stemmer::new(Language::English)).build()
        };
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            fields: Fields::of(&index.schema())?,
            reader,
            index,
            analyzer,
            is_union: mode.starts_with("union"),
        })
    }

    fn answer(&mut self, query: &Query) -> Result<Vec<String>> {
        let mut stems = BTreeSet::new();
        let mut tokens = self.analyzer.token_stream(&query.text);
        while let Some(token) = tokens.next() {
            stems.insert(token.text.clone());
        }
        drop(tokens);
        let mut clauses: Vec<(Occur, Box<dyn TantivyQuery>)> = Vec::new();
        for stem in stems {
            let clause = |field| {
                let term = Term::from_field_text(field, &stem);
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            };
            let title = BoostQuery::new(clause(self.fields.title), 2.0);
            clauses.push((Occur::Should, Box::new(title)));
            clauses.push((Occur::Should, clause(self.fields.body)));
        }
        let query = BooleanQuery::new(clauses);
        let searcher = self.reader.searcher();
        let top = TopDocs::with_limit(5);
        let best = if self.is_union {
            // A tweaked score may be anything, so that nothing can be skipped.
            let as_it_is = |_: &SegmentReader| |_, score| score;
            searcher.search(&query, &top.tweak_score(as_it_is))?
        } else {
            searcher.search(&query, &top.order_by_score())?
        };
        let mut ids = Vec::new();
        for (_, address) in best {
            let document: TantivyDocument = searcher.doc(address)?;
            let id = document.get_first(self.fields.id);
            ids.push(id.and_then(|id| id.as_str()).ok_or("no id")?.to_owned());
        }
        Ok(ids)
    }

    fn change(&mut self, article: Article) -> Result<()> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
        writer.delete_term(Term::from_field_text(self.fields.id, &article.id));
        writer.add_document(self.fields.document(&article))?;
        writer.commit()?;
        self.reader.reload()?;
        Ok(())
    }
}

fn main() -> Result<()> {
    helpdex_peers::run::<Raw>()
}
