"""Builds helpdex and other search engines on one collection, asks them the same, and prints ratios; see README.md."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

from figures import Ratio, exponent, least_of_rounds, median_difference, overlap, percentile, ratio

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
TARGET = REPOSITORY / "target/peers"
VENV = TARGET / "venv/bin"
CARGO = TARGET / "cargo/release"
LENGTHS = (5, 100, 500)
REFERENCE = "tantivy union"
SEED = 1


@dataclass(frozen=True)
class Peer:
    """An engine, and how its worker is started."""

    name: str
    program: tuple[str, ...]
    # Exits with 0 where it is installed.
    check: tuple[str, ...]
    # The peer that builds the index; itself where it is None.
    index_of: str | None = None
    # A folder in the index that is not read to answer: helpdex keeps the articles there as they were given.
    beside_index: str | None = None
    has_threads: bool = False


def rust(name: str, program: str, mode: str, **more: str) -> Peer:
    return Peer(name, (str(CARGO / program), mode), ("test", "-x", str(CARGO / program)), **more)


def python(name: str, file: str, module: str, **more: object) -> Peer:
    python = str(VENV / "python")
    return Peer(name, (python, str(HERE / "python" / file)), (python, "-c", f"import {module}"), **more)


def javascript(name: str, package: str) -> Peer:
    program = ("node", "--max-old-space-size=12000", str(HERE / "js" / f"{package}.js"))
    return Peer(name, program, ("test", "-d", str(HERE / "js/node_modules" / package)))


JARS = "/usr/share/java/*"
JAVA = TARGET / "java"

PEERS = [
    rust("helpdex words", "helpdex_peer", "words", index_of="helpdex suggest"),
    rust("helpdex suggest", "helpdex_peer", "suggest", beside_index="work"),
    rust("helpdex learned", "helpdex_peer", "learned", beside_index="work"),
    python("helpdex python", "helpdex_peer.py", "helpdex", index_of="helpdex suggest", has_threads=True),
    rust("tantivy topdocs", "tantivy_raw", "topdocs", index_of="tantivy union"),
    rust("tantivy topdocs-nostop", "tantivy_raw", "topdocs-nostop", index_of="tantivy union"),
    rust("tantivy union", "tantivy_raw", "union"),
    rust("tantivy union-nostop", "tantivy_raw", "union-nostop", index_of="tantivy union"),
    python("tantivy-py", "tantivy_py.py", "tantivy", has_threads=True),
    python("bm25s numba", "bm25s_numba.py", "bm25s, numba, Stemmer", has_threads=True),
    python("rank_bm25", "rank_bm25_peer.py", "rank_bm25"),
    python("fts5", "fts5.py", "sqlite3"),
    # The distribution's package belongs to its own Python.
    Peer(
        "xapian",
        ("/usr/bin/python3", str(HERE / "python/xapian_peer.py")),
        ("/usr/bin/python3", "-c", "import xapian"),
    ),
    Peer(
        "lucene",
        ("java", "-Xmx4g", "-cp", f"{JARS}:{JAVA}", "LucenePeer"),
        ("javac", "-cp", JARS, "-d", str(JAVA), str(HERE / "java/LucenePeer.java")),
    ),
    javascript("minisearch", "minisearch"),
    javascript("lunr", "lunr"),
    javascript("flexsearch", "flexsearch"),
]


class Worker:
    """A process that answers queries."""

    def __init__(self, peer: Peer, folder: Path, index: Path) -> None:
        self.peer = peer
        command = [*peer.program, "serve", str(folder), str(index)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.opened = self._reply()

    def ask(self, *words: object) -> dict:
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self._reply()

    def _reply(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise ValueError("the worker ended")
        return json.loads(line)

    def memory_mb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) // 1024

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait()


@dataclass
class Result:
    """What was seen of one peer."""

    build: dict = field(default_factory=dict)
    open: dict = field(default_factory=dict)
    memory_mb: int | None = None
    update: dict = field(default_factory=dict)
    two_threads: Ratio | None = None
    # By the queries' length: a list a round, one entry a query.
    times: dict[int, list[list[float]]] = field(default_factory=dict)
    ids: dict[int, list[list[str]]] = field(default_factory=dict)


def main() -> None:
    options = arguments()
    prepare()
    peers = installed([peer for peer in PEERS if not options.peers or peer.name in options.peers])
    runs = [run(locale, articles, peers, options) for locale in options.locales for articles in options.articles]
    for before, after in pairwise(runs):
        if before["locale"] == after["locale"]:
            print_growth(before, after)
    if options.json:
        Path(options.json).write_text(json.dumps({"machine": machine(), "runs": runs}, indent=1))


def arguments() -> argparse.Namespace:
    names = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(description=__doc__)
    listed = lambda kind: lambda text: [kind(part) for part in text.split(",")]  # noqa: E731
    parser.add_argument("--peers", type=listed(str), help=f"all unless said, of: {', '.join(names)}")
    parser.add_argument("--articles", type=listed(int), default=[10_000], help="such as 10000,100000")
    parser.add_argument(
        "--locales", type=listed(str), default=["en"], help="en, tr, lt; peers but helpdex speak English"
    )
    parser.add_argument("--queries", type=int, default=100, help="of each length")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="the most that a peer has for one length in one round")
    parser.add_argument("--build-minutes", type=float, default=15, help="the most that a peer has for its index")
    parser.add_argument("--base", default="bm25s numba", help="the peer that the others are compared with")
    parser.add_argument("--reuse", action="store_true", help="take the indexes, and how they were built, from before")
    parser.add_argument("--json", help="a file for the same figures, and all times")
    options = parser.parse_args()
    unknown = set(options.peers or []) - set(names)
    if unknown:
        parser.error(f"unknown peers {sorted(unknown)}; there are {names}")
    return options


def prepare() -> None:
    """Builds our own workers, so that what is measured is what is there."""
    manifest = HERE / "rust/Cargo.toml"
    cargo = ["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", manifest]
    subprocess.run([*cargo, "--target-dir", CARGO.parent], check=True)
    if VENV.exists():
        # The pinned maturin of the environment builds it, in the workspace's target folder.
        path = f"{VENV}{os.pathsep}{os.environ['PATH']}"
        pip = [VENV / "python", "-m", "pip", "install", "--quiet", "--no-build-isolation", REPOSITORY / "python"]
        subprocess.run(pip, check=True, env={**os.environ, "PATH": path})


def installed(peers: list[Peer]) -> list[Peer]:
    there = []
    for peer in peers:
        try:
            subprocess.run(peer.check, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            there.append(peer)
        except (OSError, subprocess.CalledProcessError):
            print(f"left out: {peer.name} is not installed", flush=True)
    return there


def run(locale: str, articles: int, peers: list[Peer], options: argparse.Namespace) -> dict:
    """Measures the peers on one collection, and prints it."""
    folder = TARGET / f"{locale}-{articles}-{options.queries}"
    if not (options.reuse and (folder / "facts.json").exists()):
        shutil.rmtree(folder, ignore_errors=True)
        collection = [CARGO / "collection", locale, str(articles), str(options.queries), folder]
        subprocess.run(collection, check=True)
    facts = json.loads((folder / "facts.json").read_text())
    print_facts(locale, facts)
    if locale != "en":
        peers = [peer for peer in peers if peer.name.startswith("helpdex")]
    results = build(peers, folder, facts, options)
    query(peers, folder, results, options)
    update(peers, folder, results)
    seen = {name: summary(name, results, options) for name, result in results.items() if result.times}
    print_results(seen, options)
    return {"locale": locale, "facts": facts, "peers": seen}


def index_of(peer: Peer, folder: Path) -> Path:
    return folder / (peer.index_of or peer.name).replace(" ", "-")


def build(peers: list[Peer], folder: Path, facts: dict, options: argparse.Namespace) -> dict[str, Result]:
    """Builds each index once, and returns an empty result of each peer that has one."""
    results = {}
    builders = {peer.index_of or peer.name for peer in peers}
    for peer in [peer for peer in PEERS if peer.name in builders]:
        index = index_of(peer, folder)
        said = index.with_suffix(".json")
        if not (options.reuse and said.exists()):
            shutil.rmtree(index, ignore_errors=True)
            index.mkdir()
            command = [*peer.program, "build", folder, index]
            try:
                done = subprocess.run(
                    command, check=True, stdout=subprocess.PIPE, text=True, timeout=60 * options.build_minutes
                )
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                print(f"left out: {peer.name} did not build: {error}", flush=True)
                continue
            seen = json.loads(done.stdout)
            seen["mb_s"] = facts["text_bytes"] / 1e6 / seen["cpu_s"]
            beside = size_bytes(index / peer.beside_index) if peer.beside_index else 0
            seen["disk_share"] = (size_bytes(index) - beside) / facts["text_bytes"]
            seen["beside_share"] = beside / facts["text_bytes"]
            said.write_text(json.dumps(seen))
        results[peer.name] = Result(build=json.loads(said.read_text()))
        print(f"built: {peer.name}, {results[peer.name].build['cpu_s']:.1f} s", flush=True)
    for peer in peers:
        if peer.index_of in results:
            results.setdefault(peer.name, Result())
    return results


def size_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def query(peers: list[Peer], folder: Path, results: dict[str, Result], options: argparse.Namespace) -> None:
    """Asks all peers the same, a round after the other, in a new order each."""
    workers = []
    for peer in peers:
        if peer.name in results:
            try:
                workers.append(Worker(peer, folder, index_of(peer, folder)))
            except ValueError as error:
                print(f"left out: {peer.name} did not open: {error}", flush=True)
    shuffle = random.Random(SEED)
    for worker in workers:
        results[worker.peer.name].open = worker.opened
    for number in range(options.rounds):
        for place, words in enumerate(LENGTHS):
            shuffle.shuffle(workers)
            for worker in workers:
                said = worker.ask("RUN", place * options.queries, options.queries, options.seconds)
                result = results[worker.peer.name]
                result.times.setdefault(words, []).append(said["cpu_us"])
                if len(said["ids"]) > len(result.ids.get(words, [])):
                    result.ids[words] = said["ids"]
        print(f"round {number + 1} of {options.rounds}", flush=True)
    for worker in workers:
        results[worker.peer.name].memory_mb = worker.memory_mb()
    for worker in workers:
        if worker.peer.has_threads:
            results[worker.peer.name].two_threads = two_threads(worker, options)
        worker.stop()


def two_threads(worker: Worker, options: argparse.Namespace) -> Ratio:
    """How many times as many tickets of 100 words two threads answer as one, by the clock on the wall."""
    ratios = []
    for _ in range(options.rounds):
        one, two = (worker.ask("THREADS", options.queries, options.queries, n)["wall_s"] for n in (1, 2))
        ratios.append(one / two)
    return Ratio(median(ratios), min(ratios), max(ratios))


def update(peers: list[Peer], folder: Path, results: dict[str, Result]) -> None:
    """Changes one article in a copy of each index, until it is found."""
    for peer in peers:
        if peer.index_of or not results.get(peer.name, Result()).times:
            continue
        copy = folder / "update"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(index_of(peer, folder), copy)
        done = subprocess.run([*peer.program, "update", folder, copy], stdout=subprocess.PIPE, text=True)
        shutil.rmtree(copy)
        results[peer.name].update = json.loads(done.stdout) if done.returncode == 0 else {"failed": True}


def summary(name: str, results: dict[str, Result], options: argparse.Namespace) -> dict:
    """The figures of one peer."""
    result = results[name]
    seen = {key: getattr(result, key) for key in ("build", "open", "memory_mb", "update", "two_threads", "times")}
    seen["queries"] = {}
    # It may be built, for the peers that share its index, and not asked.
    reference = results.get(REFERENCE, Result()).ids
    for words, rounds in result.times.items():
        least = least_of_rounds(rounds)
        p50, p95, p99 = (percentile(least, share) for share in (0.5, 0.95, 0.99))
        figures = {"n": len(least), "p50": p50, "p95": p95, "p99": p99}
        if words in reference:
            figures["overlap"] = overlap(result.ids[words], reference[words])
        others = {other: seen.times[words] for other, seen in results.items() if seen.times}
        figures["ratios"] = {other: ratio(rounds, times) for other, times in others.items()}
        seen["queries"][words] = figures
    if name == "helpdex python" and results.get("helpdex suggest", Result()).times:
        rust = results["helpdex suggest"].times
        pairs = {words: [least_of_rounds(times[words]) for times in (result.times, rust)] for words in LENGTHS}
        seen["binding_us"] = {words: median_difference(*pair) for words, pair in pairs.items()}
    return seen


def print_facts(locale: str, facts: dict) -> None:
    megabytes = facts["text_bytes"] / 1e6
    size = f"{facts['articles']:,} articles, {megabytes:.1f} MB, {facts['distinct_terms']:,} distinct terms"
    print(f"\n# {locale}, {size}\n")
    rows = [
        [kind[key] for key in ("words", "terms", "content_terms", "postings", "content_postings")]
        for kind in facts["queries"]
    ]
    print_table(["words of a query", "distinct terms", "no function words", "postings", "no function words"], rows)


def print_results(seen: dict[str, dict], options: argparse.Namespace) -> None:
    ours = [name for name in seen if name.startswith("helpdex")]
    for words in LENGTHS:
        print(f"\n{words} words: microseconds of thread CPU time, least of {options.rounds} rounds a query\n")
        rows = []
        for name in sorted(seen, key=lambda name: seen[name]["queries"][words]["p50"]):
            figures = seen[name]["queries"][words]
            of_base = figures["ratios"].get(options.base)
            row = [name, figures["n"], *(round(figures[key]) for key in ("p50", "p95", "p99"))]
            row += [short(figures["p99"] / figures["p50"]), short(figures.get("overlap"))]
            row.append(of_base and f"{short(of_base.median)} ({short(of_base.least)}..{short(of_base.most)})")
            row += [short(seen[our]["queries"][words]["ratios"][name].median) for our in ours]
            rows.append(row)
        columns = ["peer", "n", "p50", "p95", "p99", "p99/p50", "overlap@5", f"of {options.base}"]
        print_table([*columns, *(f"{our} of it" for our in ours)], rows)
    print("\nbuild, open, memory, update\n")
    rows = []
    for name, result in seen.items():
        made, opened, changed = result["build"], result["open"], result["update"]
        row = [name, *(short(made.get(key)) for key in ("cpu_s", "mb_s", "disk_share", "beside_share", "peak_mb"))]
        row += [short(opened["wall_ms"]), short(opened["cpu_ms"]), result["memory_mb"]]
        row += [changed.get("unsupported") or short(changed.get("wall_ms")), short(changed.get("cpu_ms"))]
        threads = result["two_threads"]
        row.append(threads and f"{short(threads.median)} ({short(threads.least)}..{short(threads.most)})")
        rows.append(row)
    columns = ["peer", "build CPU s", "MB/s", "disk/text", "beside/text", "peak MB", "open ms", "open CPU ms"]
    print_table([*columns, "RSS MB", "update ms", "update CPU ms", "two threads of one"], rows)
    for words, microseconds in seen.get("helpdex python", {}).get("binding_us", {}).items():
        print(f"the Python binding adds {microseconds:.1f} µs to a ticket of {words} words")


def print_growth(before: dict, after: dict) -> None:
    """How the median grows with the articles, and with the distinct terms of a ticket."""
    print(f"\n{before['locale']}: exponents of growth\n")
    rows = []
    sizes = after["facts"]["articles"], before["facts"]["articles"]
    terms = {kind["words"]: kind["terms"] for kind in after["facts"]["queries"]}
    for name in [name for name in after["peers"] if name in before["peers"]]:
        new, old = after["peers"][name]["queries"], before["peers"][name]["queries"]
        row = [name, *(short(exponent(new[words]["p50"], old[words]["p50"], *sizes)) for words in LENGTHS)]
        row.append(short(exponent(new[500]["p50"], new[100]["p50"], terms[500], terms[100])))
        rows.append(row)
    print_table(["peer", *(f"articles, {words} words" for words in LENGTHS), "terms, 100 to 500 words"], rows)


def short(value: float | None) -> str | None:
    """Three digits, and thousands where there are more."""
    if value is None:
        return None
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def print_table(header: list[str], rows: list[list[object]]) -> None:
    print(f"| {' | '.join(header)} |\n|{'---|' * len(header)}")
    for row in rows:
        cells = ("-" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row)
        print(f"| {' | '.join(cells)} |")
    sys.stdout.flush()


def machine() -> dict:
    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    return {"cpu": names[0] if names else "unknown", "cores": os.cpu_count(), "load": os.getloadavg()}


if __name__ == "__main__":
    main()
