//! Tests of static models that the test makes: whose vectors they give, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use helpdex::ErrorKind;
use helpdex::vectors::{Embedder, TextKind};
use helpdex_static_embed::StaticModel;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};
use tempfile::TempDir;

const TOKENS: [&str; 5] = ["[UNK]", "refund", "re", "##set", "pin"];

/// A tokenizer of word pieces, as BERT has it.
fn tokenizer() -> Value {
    let vocabulary: serde_json::Map<String, Value> = (0..)
        .zip(TOKENS)
        .map(|(id, token): (u32, _)| (token.to_owned(), id.into()))
        .collect();
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": {
            "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": null,
        "decoder": null,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocabulary
        }
    })
}

/// The vectors of [`TOKENS`]. That of the unknown token is never used.
const VECTORS: [f32; 10] = [90.0, 90.0, 1.0, 0.0, 0.0, 2.0, 2.0, 2.0, 0.0, -1.0];

fn bytes_of(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn write_vectors(folder: &Path, tensors: &[(&str, Dtype, Vec<usize>, Vec<u8>)]) {
    let views: HashMap<&str, TensorView<'_>> = tensors
        .iter()
        .map(|(name, dtype, shape, data)| {
            (*name, TensorView::new(*dtype, shape.clone(), data).unwrap())
        })
        .collect();
    let bytes = safetensors::serialize(views, None).unwrap();
    fs::write(folder.join("model.safetensors"), bytes).unwrap();
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("tokenizer.json"),
        tokenizer().to_string(),
    )
    .unwrap();
    write_vectors(
        folder.path(),
        &[("embeddings", Dtype::F32, vec![5, 2], bytes_of(&VECTORS))],
    );
    folder
}

fn embed(folder: &Path, text: &str) -> Vec<f32> {
    let model = StaticModel::open(folder, "m").unwrap();
    assert_eq!((model.name(), model.dimension()), ("m", 2));
    model.embed(&[text], TextKind::Ticket).unwrap()
}

#[test]
fn a_text_has_the_mean_of_its_tokens_and_unknown_ones_count_for_nothing() {
    let folder = folder();
    for (text, expected) in [
        ("Refund", [1.0, 0.0]),
        // (0, 2) + (2, 2) + (0, -1), divided by 3.
        ("RESET Pin", [2.0 / 3.0, 1.0]),
        ("a refund?", [1.0, 0.0]),
        ("", [0.0, 0.0]),
        ("unknown", [0.0, 0.0]),
    ] {
        assert_eq!(embed(folder.path(), text), expected, "{text}");
    }
    let model = StaticModel::open(folder.path(), "m").unwrap();
    let both = model.embed(&["pin", "refund"], TextKind::Article).unwrap();
    assert_eq!(both, [0.0, -1.0, 1.0, 0.0]);
}

#[test]
fn a_long_text_is_read_up_to_the_length_of_the_configuration() {
    let folder = folder();
    let long = format!("pin {}", "refund ".repeat(2_000));
    assert!(embed(folder.path(), &long)[0] > 0.9);
    // At most one token, and at most the median of the lengths of tokens in characters: 5 of 2, 3, 5, 5, 6.
    let config = folder.path().join("config.json");
    fs::write(&config, r#"{"max_length": 1, "normalize": true}"#).unwrap();
    assert_eq!(embed(folder.path(), &long), [0.0, -1.0]);
    fs::write(&config, r#"{"max_length": null}"#).unwrap();
    assert!(embed(folder.path(), &long)[0] > 0.99);
}

#[test]
fn a_reduced_vocabulary_has_rows_and_weights_of_tokens() {
    let folder = folder();
    let mapping: Vec<u8> = [0_i64, 1, 1, 0, 1]
        .iter()
        .flat_map(|row| row.to_le_bytes())
        .collect();
    write_vectors(
        folder.path(),
        &[
            ("embeddings", Dtype::I8, vec![2, 2], vec![1, 2, 3, 0xFC]),
            ("mapping", Dtype::I64, vec![5], mapping),
            (
                "weights",
                Dtype::F32,
                vec![5],
                bytes_of(&[1.0, 1.0, 2.0, 4.0, 0.5]),
            ),
        ],
    );
    assert_eq!(embed(folder.path(), "refund"), [3.0, -4.0]);
    // 2 (3, -4) + 4 (1, 2), divided by 2.
    assert_eq!(embed(folder.path(), "reset"), [5.0, 0.0]);
}

#[test]
fn what_is_no_static_model_is_refused_with_its_path() {
    let check = |folder: &TempDir, kind: ErrorKind, part: &str| {
        let error = StaticModel::open(folder.path(), "m").unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.path().is_some());
        assert!(error.to_string().contains(part), "{error}");
    };
    check(
        &TempDir::new().unwrap(),
        ErrorKind::Storage,
        "tokenizer.json",
    );
    let broken = folder();
    fs::write(broken.path().join("tokenizer.json"), "{}").unwrap();
    check(
        &broken,
        ErrorKind::InvalidInput,
        "tokenizer.json of the model",
    );
    let broken = folder();
    fs::write(broken.path().join("config.json"), "[").unwrap();
    check(&broken, ErrorKind::InvalidInput, "configuration");
    let broken = folder();
    fs::write(broken.path().join("model.safetensors"), "weights").unwrap();
    check(&broken, ErrorKind::InvalidInput, "form of safetensors");
    for (name, dtype, shape, part) in [
        ("other", Dtype::F32, vec![5, 2], "no table"),
        ("embeddings", Dtype::F32, vec![10], "two dimensions"),
        ("embeddings", Dtype::F32, vec![2, 5], "vectors of 2 tokens"),
        ("embeddings", Dtype::I32, vec![5, 2], "of the type I32"),
    ] {
        let broken = folder();
        write_vectors(broken.path(), &[(name, dtype, shape, bytes_of(&VECTORS))]);
        check(&broken, ErrorKind::InvalidInput, part);
    }
    for row in [2_i64, -1] {
        let broken = folder();
        let rows: Vec<u8> = [row; 5].iter().flat_map(|row| row.to_le_bytes()).collect();
        write_vectors(
            broken.path(),
            &[
                ("embeddings", Dtype::F32, vec![2, 5], bytes_of(&VECTORS)),
                ("mapping", Dtype::I64, vec![5], rows),
            ],
        );
        check(
            &broken,
            ErrorKind::InvalidInput,
            "static model cannot be used",
        );
    }
}
