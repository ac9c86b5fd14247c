"""Makes tiny static models with `model2vec` and compares their vectors with those of `helpdex-static-embed`.

    pip install model2vec==0.10.0
    python compare.py PROGRAM

PROGRAM is the built `helpdex-static-embed`. The models are random, have 4 to 8 values, and nothing is downloaded.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from model2vec import StaticModel
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

TEXTS = [
    "I want my money back",
    "Reset your PIN, please! RESET",
    "Wie ändere ich mein Passwort?",
    "",
    "¿¿¿ ☂",
    "money " * 600,
    "unwanted resetting",
]
WORDS = ["i", "want", "my", "money", "back", "reset", "your", "pin", "please", "wie", "mein", "pass", "un"]


def word_piece():
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, "##wort", "##ed", "##ting", ",", "!", "?"]
    tokenizer = Tokenizer(models.WordPiece({piece: n for n, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def unigram():
    pieces = [("<unk>", 0.0), *(("▁" + word, -float(n + 1)) for n, word in enumerate(WORDS))]
    pieces += [(letter, -20.0 - n) for n, letter in enumerate("abcdefghijklmnopqrstuvwxyz▁")]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def words():
    vocabulary = {word: n for n, word in enumerate(["[UNK]", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def made():
    """Yields each model with its name."""
    random = np.random.default_rng(21)
    for tokenizer in (word_piece(), unigram(), words()):
        count = tokenizer.get_vocab_size()
        name = type(tokenizer.model).__name__
        rows = random.normal(size=(count, 8)).astype(np.float32)
        yield f"{name}, f32", StaticModel(rows, tokenizer)
        yield f"{name}, f16, at most 5 tokens", StaticModel(rows.astype(np.float16), tokenizer, max_length=5)
        yield f"{name}, i8, no limit", StaticModel((rows * 40).astype(np.int8), tokenizer, max_length=None)
        weights, mapping = random.uniform(size=count), random.integers(0, 6, size=count)
        yield (
            f"{name}, a reduced vocabulary",
            StaticModel(rows[:6], tokenizer, weights=weights, token_mapping=mapping, normalize=True),
        )


def directions(rows):
    rows = np.asarray(rows, dtype=np.float64)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def main(program):
    line = json.dumps({"kind": "ticket", "texts": TEXTS}) + "\n"
    for name, model in made():
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(Path(folder))
            answer = subprocess.run([program, folder], input=line, capture_output=True, text=True, check=True)
            expected = StaticModel.from_pretrained(folder).encode(TEXTS)
        difference = np.abs(directions(json.loads(answer.stdout)) - directions(expected)).max()
        print(f"{name}: largest difference {difference:.1e}")
        # The program sums numbers of 32 bits, where numpy rounds to 16 bits or keeps weights of 64.
        assert difference < (2e-3 if "f16" in name else 1e-5), name


if __name__ == "__main__":
    main(sys.argv[1])
