#!/usr/bin/env python3
"""Prints word lists with their frequencies, for `cargo run --release -p helpdex-benches --bin word_frequencies`.

    python3 -m pip install msgpack==1.1.2
    python3 benches/word_frequencies.py | cargo run --release -p helpdex-benches --bin word_frequencies

A line is `language<TAB>word<TAB>occurrences among a billion words`. The lists come from two packages of PyPI, which pip
downloads: wordfreq, and PyThaiNLP for Thai, which wordfreq lacks. With a folder as argument the wheels are taken from there.
"""

import gzip
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgpack

WORDFREQ = "wordfreq==3.1.1"
PYTHAINLP = "pythainlp==5.4.0"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(sys.argv[1]) if len(sys.argv) > 1 else download(Path(folder))
        for language, word, per_billion in [*wordfreq(wheels), *thai(wheels)]:
            if not any(c in word for c in "\t\n"):
                print(f"{language}\t{word}\t{per_billion:.1f}")


def download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, WORDFREQ, PYTHAINLP], check=True)
    return folder


def wordfreq(wheels: Path) -> Iterator[tuple[str, str, float]]:
    """The small list of each language: words from once in a million on, in steps of a hundredth of a Zipf point."""
    (path,) = wheels.glob("wordfreq-*.whl")
    wheel = zipfile.ZipFile(path)
    for name in sorted(wheel.namelist()):
        stem = Path(name).name
        if not (stem.startswith("small_") and stem.endswith(".msgpack.gz")):
            continue
        language = stem.removeprefix("small_").removesuffix(".msgpack.gz")
        # Serbian, Croatian and Bosnian share a list, in Latin letters.
        language = "hr" if language == "sh" else language
        # After a header, list n has the words of a frequency of 10 ** (-n / 100).
        _, *by_centibel = msgpack.load(gzip.open(io.BytesIO(wheel.read(name))), raw=False)
        for centibel, words in enumerate(by_centibel):
            for word in words:
                yield language, word, 1e9 * 10 ** (-centibel / 100)


def thai(wheels: Path) -> Iterator[tuple[str, str, float]]:
    """The word counts of the Thai National Corpus."""
    (path,) = wheels.glob("pythainlp-*.whl")
    lines = zipfile.ZipFile(path).read("pythainlp/corpus/tnc_freq.txt").decode("utf-8").splitlines()
    counts = [(word, int(count)) for word, count in (line.split("\t") for line in lines)]
    total = sum(count for _, count in counts)
    for word, count in counts:
        yield "th", word, 1e9 * count / total


if __name__ == "__main__":
    main()
