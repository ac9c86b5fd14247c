//! Stores the records of articles in compressed blocks; to read one record, one block is unpacked.
//!
//! The end of a block depends only on the articles in it, so that after a change of one article most blocks are the
//! same and can be copied.

use std::cell::RefCell;

use helpdex_text::Locale;
use zstd::bulk::Decompressor;

use crate::error::{Error, Result};
use crate::index::hashes::ContentHash;
use crate::index::varint;
use crate::storage::bytes::Bytes;
use crate::storage::class_file::{ClassFile, ClassFileBuilder, damaged};

/// The number of bytes from which a block may end; at `MOST_BYTES` it always ends. Of 10,000 articles of 1.8 kB, blocks
/// of 16 kB shrink to 0.40 of their size and take 25 µs to unpack, those of 4 kB to 0.46 and 12 µs, those of 64 kB to
/// 0.32 and 57 µs, with zstd at this level; lz4 takes 0.59 and 5 µs, deflate 0.39 and 66 µs. An answer unpacks up to
/// ten blocks, so that time counts for more than size.
const LEAST_BYTES: usize = 4 << 10;
/// The number of unpacked bytes at which a block always ends.
const MOST_BYTES: usize = 16 << 10;
/// The level at which zstd compresses blocks.
const LEVEL: i32 = 3;
/// The largest size that a block or record may state. An article has at most 2 MB and its record little more, so a file
/// with a larger one is damaged.
const LARGEST_BYTES: usize = 64 << 20;

thread_local! {
    /// The decompressor of this thread, kept because making one takes longer than unpacking a block.
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

fn wrong_size() -> Error {
    damaged("its articles have the wrong size")
}

/// Reads the number of articles in a block and the packed size of the block, in bytes.
fn next_pair(rest: &mut &[u8]) -> Result<(u64, u64)> {
    let count = varint::take(rest);
    count.zip(varint::take(rest)).ok_or_else(wrong_size)
}

/// Whether a block that has the least size may end behind this article: one in four, by its hash.
fn may_end_behind(hash: &ContentHash) -> bool {
    hash[0].is_multiple_of(4)
}

pub(crate) struct RecordBlocks {
    /// The size of each article's record, in bytes, unpacked.
    sizes: Vec<u32>,
    blocks: Vec<Block>,
    packed: Bytes,
}

struct Block {
    first_article: u32,
    /// The byte at which the block ends; it begins where the block before it ends.
    end_bytes: usize,
}

/// A block that has been unpacked, and its number.
#[derive(Default)]
struct Unpacked {
    block: Option<usize>,
    bytes: Vec<u8>,
}

impl RecordBlocks {
    pub(crate) fn open(
        file: &ClassFile,
        locale: &Locale,
        name: &str,
        article_count: usize,
    ) -> Result<Self> {
        let table = file.part(&format!("{locale}/{name}_blocks"))?;
        let packed = file.part(&format!("{locale}/{name}"))?;
        let mut rest = &*table;
        let mut sizes = Vec::with_capacity(article_count);
        let mut blocks = Vec::new();
        let mut end_bytes = 0_usize;
        while sizes.len() < article_count {
            let first_article = u32::try_from(sizes.len()).map_err(|_| wrong_size())?;
            let (count, packed_bytes) = next_pair(&mut rest)?;
            let mut block_bytes = 0;
            for _ in 0..count {
                let size = varint::take(&mut rest).and_then(|size| u32::try_from(size).ok());
                let size = size.ok_or_else(wrong_size)?;
                block_bytes += size as usize;
                if block_bytes > LARGEST_BYTES {
                    return Err(wrong_size());
                }
                sizes.push(size);
            }
            let packed_bytes = usize::try_from(packed_bytes).map_err(|_| wrong_size())?;
            end_bytes = end_bytes.checked_add(packed_bytes).ok_or_else(wrong_size)?;
            if count == 0 {
                return Err(wrong_size());
            }
            blocks.push(Block {
                first_article,
                end_bytes,
            });
        }
        if sizes.len() != article_count || end_bytes != packed.len() || !rest.is_empty() {
            return Err(wrong_size());
        }
        Ok(Self {
            sizes,
            blocks,
            packed,
        })
    }

    /// Returns the record of an article.
    pub(crate) fn read(&self, article: u32) -> Result<Vec<u8>> {
        let mut unpacked = Unpacked::default();
        let record = self.read_with(article, &mut unpacked)?;
        Ok(record.to_vec())
    }

    /// Returns the record of an article; unpacks its block if `unpacked` holds another one.
    fn read_with<'u>(&self, article: u32, unpacked: &'u mut Unpacked) -> Result<&'u [u8]> {
        let block = self.block_of(article);
        if unpacked.block != Some(block) {
            unpacked.block = None;
            unpacked.bytes = self.unpack(block)?;
            unpacked.block = Some(block);
        }
        let first = self.blocks[block].first_article;
        let start = self.size(first, article);
        Ok(&unpacked.bytes[start..start + self.sizes[article as usize] as usize])
    }

    fn block_of(&self, article: u32) -> usize {
        let behind = self.blocks.partition_point(|b| b.first_article <= article);
        behind.saturating_sub(1)
    }

    /// Returns the total size, in unpacked bytes, of the records of the articles from `first` up to but without `end`.
    fn size(&self, first: u32, end: u32) -> usize {
        let sizes = &self.sizes[first as usize..end as usize];
        sizes.iter().map(|size| *size as usize).sum()
    }

    /// Returns the number behind that of the last article in a block.
    fn end(&self, block: usize) -> u32 {
        match self.blocks.get(block + 1) {
            Some(next) => next.first_article,
            None => u32::try_from(self.sizes.len()).unwrap_or(u32::MAX),
        }
    }

    fn packed(&self, block: usize) -> &[u8] {
        let start = block.checked_sub(1).map_or(0, |b| self.blocks[b].end_bytes);
        &self.packed[start..self.blocks[block].end_bytes]
    }

    fn unpack(&self, block: usize) -> Result<Vec<u8>> {
        let size = self.size(self.blocks[block].first_article, self.end(block));
        let bytes = UNPACKER.with_borrow_mut(|unpacker| match unpacker {
            Some(unpacker) => unpacker.decompress(self.packed(block), size),
            none => none
                .insert(Decompressor::new()?)
                .decompress(self.packed(block), size),
        });
        bytes
            .ok()
            .filter(|bytes| bytes.len() == size)
            .ok_or_else(|| damaged("an article cannot be read"))
    }
}

/// Collects the records of articles, new ones and some that are copied from the previous segment.
pub(crate) struct RecordBlocksBuilder<'a> {
    before: Option<&'a RecordBlocks>,
    unpacked: Unpacked,
    /// The records of the block that is being collected.
    records: Vec<Record>,
    block_bytes: usize,
    table: Vec<u8>,
    packed: Vec<u8>,
}

enum Record {
    /// The record of an unchanged article, by its number in the previous segment.
    Kept(u32),
    New(Vec<u8>),
}

impl<'a> RecordBlocksBuilder<'a> {
    pub(crate) fn new(before: Option<&'a RecordBlocks>) -> Self {
        Self {
            before,
            unpacked: Unpacked::default(),
            records: Vec::new(),
            block_bytes: 0,
            table: Vec::new(),
            packed: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, record: Vec<u8>, hash: &ContentHash) -> Result<()> {
        let size = record.len();
        self.push(Record::New(record), size, hash)
    }

    /// Adds the record of an unchanged article; `article` is its number in the previous segment.
    pub(crate) fn copy(&mut self, article: u32, hash: &ContentHash) -> Result<()> {
        let size = self.size(&Record::Kept(article));
        self.push(Record::Kept(article), size, hash)
    }

    fn push(&mut self, record: Record, size: usize, hash: &ContentHash) -> Result<()> {
        self.records.push(record);
        self.block_bytes += size;
        let may_end = self.block_bytes >= LEAST_BYTES && may_end_behind(hash);
        if may_end || self.block_bytes >= MOST_BYTES {
            self.end_block()?;
        }
        Ok(())
    }

    fn size(&self, record: &Record) -> usize {
        match (record, self.before) {
            (Record::New(bytes), _) => bytes.len(),
            (Record::Kept(article), Some(before)) => before.size(*article, article + 1),
            (Record::Kept(_), None) => 0,
        }
    }

    fn end_block(&mut self) -> Result<()> {
        let packed_before = self.packed.len();
        let whole = self.whole_block().zip(self.before);
        if let Some((block, before)) = whole {
            self.packed.extend_from_slice(before.packed(block));
        } else {
            let mut bytes = Vec::with_capacity(self.block_bytes);
            for record in &self.records {
                match (record, self.before) {
                    (Record::New(new), _) => bytes.extend_from_slice(new),
                    (Record::Kept(article), Some(before)) => {
                        bytes.extend_from_slice(before.read_with(*article, &mut self.unpacked)?);
                    }
                    (Record::Kept(_), None) => {}
                }
            }
            let packed = zstd::bulk::compress(&bytes, LEVEL)
                .map_err(|e| Error::internal("articles cannot be compressed", e))?;
            self.packed.extend_from_slice(&packed);
        }
        varint::push(&mut self.table, self.records.len() as u64);
        let packed_bytes = self.packed.len() - packed_before;
        varint::push(&mut self.table, packed_bytes as u64);
        for record in &self.records {
            let size = self.size(record);
            varint::push(&mut self.table, size as u64);
        }
        self.records.clear();
        self.block_bytes = 0;
        Ok(())
    }

    /// Returns the block of the previous segment that has exactly these records, if there is one.
    fn whole_block(&self) -> Option<usize> {
        let before = self.before?;
        let Record::Kept(first) = self.records.first()? else {
            return None;
        };
        let block = before.block_of(*first);
        let articles = before.blocks[block].first_article..before.end(block);
        let is_whole =
            self.records.len() == articles.len()
                && self.records.iter().zip(articles).all(
                    |(record, article)| matches!(record, Record::Kept(kept) if *kept == article),
                );
        is_whole.then_some(block)
    }

    pub(crate) fn finish(
        mut self,
        locale: &Locale,
        name: &str,
        file: &mut ClassFileBuilder,
    ) -> Result<()> {
        if !self.records.is_empty() {
            self.end_block()?;
        }
        file.add(format!("{locale}/{name}_blocks"), &self.table);
        file.add(format!("{locale}/{name}"), &self.packed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audience::Visibility;
    use crate::storage::class_file::{ClassFileHeader, FORMAT_VERSION};
    use crate::storage::identity::Owner;

    fn hash(record: &[u8]) -> ContentHash {
        *blake3::hash(record).as_bytes()
    }

    /// Opens a class file with this table of blocks and these packed blocks, whose hashes are right.
    fn open(table: &[u8], packed: &[u8], article_count: usize) -> Result<RecordBlocks> {
        let mut file = ClassFileBuilder::new();
        file.add("en/sections_blocks".to_owned(), table);
        file.add("en/sections".to_owned(), packed);
        let bytes = file.finish(ClassFileHeader {
            format_version: FORMAT_VERSION,
            owner: Owner::example(),
            analyzer_fingerprint: String::new(),
            class: Visibility::Public,
            content_key: String::new(),
        })?;
        let locale = "en".parse()?;
        RecordBlocks::open(&ClassFile::open(bytes)?, &locale, "sections", article_count)
    }

    fn build(records: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
        let mut builder = RecordBlocksBuilder::new(None);
        for record in records {
            builder.add(record.clone(), &hash(record)).unwrap();
        }
        builder.end_block().unwrap();
        (builder.table, builder.packed)
    }

    #[test]
    fn records_come_back_and_a_change_leaves_most_blocks() {
        let record = |number: usize| {
            format!("record {number} ")
                .repeat(number % 300)
                .into_bytes()
        };
        let mut records: Vec<Vec<u8>> = (0..500).map(record).collect();
        let (table, packed) = build(&records);
        let before = open(&table, &packed, records.len()).unwrap();
        let sizes: Vec<usize> = (0..before.blocks.len())
            .map(|block| before.size(before.blocks[block].first_article, before.end(block)))
            .collect();
        let (_, ended) = sizes.split_last().unwrap();
        assert!(
            ended
                .iter()
                .all(|size| (LEAST_BYTES..MOST_BYTES + 4_000).contains(size))
        );
        for (article, record) in (0..).zip(&records) {
            assert_eq!(before.read(article).unwrap(), *record);
        }

        records[100] = b"changed".to_vec();
        let mut builder = RecordBlocksBuilder::new(Some(&before));
        for (article, record) in (0..).zip(&records) {
            if article == 100 {
                builder.add(record.clone(), &hash(record)).unwrap();
            } else {
                builder.copy(article, &hash(record)).unwrap();
            }
        }
        builder.end_block().unwrap();
        let (table, packed) = build(&records);
        assert!((&builder.table, &builder.packed) == (&table, &packed));
        let after = open(&table, &packed, records.len()).unwrap();
        let blocks = |of: &RecordBlocks| -> Vec<Vec<u8>> {
            let numbers = 0..of.blocks.len();
            numbers.map(|block| of.packed(block).to_vec()).collect()
        };
        let (before, after) = (blocks(&before), blocks(&after));
        let left = before.iter().filter(|block| after.contains(block)).count();
        assert!(left * 2 > before.len() && left < before.len(), "{left}");
    }

    #[test]
    fn damaged_blocks_are_errors() {
        let records: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n; 700]).collect();
        let (table, packed) = build(&records);
        assert!(open(&table, &packed, records.len()).is_ok());
        for count in [records.len() - 1, records.len() + 1, 0] {
            assert!(open(&table, &packed, count).is_err(), "{count} articles");
        }
        for at in 0..table.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut damaged = table.clone();
                damaged[at] = byte;
                if let Ok(blocks) = open(&damaged, &packed, records.len()) {
                    let articles = 0..40;
                    let all_read = articles.clone().all(|n| blocks.read(n).is_ok());
                    assert!(!all_read || damaged == table, "byte {at}");
                }
            }
        }
        for at in 0..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x55;
            let blocks = open(&table, &damaged, records.len()).unwrap();
            for article in 0..40 {
                // The size is right, or it is an error.
                let size = blocks.read(article).map_or(700, |record| record.len());
                assert_eq!(size, 700, "byte {at}");
            }
        }
        let mut huge = Vec::new();
        for number in [1, packed.len() as u64, u64::from(u32::MAX)] {
            varint::push(&mut huge, number);
        }
        assert!(open(&huge, &packed, 1).is_err());
    }
}
