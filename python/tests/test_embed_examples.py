"""The programs of examples/embed, with models and a service that the test fakes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "embed"

# A module with the model's class: a text has its length and the number of its words.
FAKE = """
import numpy as np

class {name}:
    def __init__(self, folder):
        assert folder == "/srv/model"

    @classmethod
    def from_pretrained(cls, folder):
        return cls(folder)

    def encode(self, texts, **options):
        return np.array([[len(text), len(text.split())] for text in texts], dtype=np.float32)
"""


def ask(example: str, arguments: list[str], lines: list[dict[str, Any]], **environment: str) -> list[Any]:
    """Return the answers of a program to lines."""
    finished = subprocess.run(
        [sys.executable, str(EXAMPLES / example), *arguments],
        input="".join(f"{json.dumps(line)}\n" for line in lines),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]


LINES = [{"kind": "article", "texts": ["a title", "pin"]}, {"kind": "ticket", "texts": ["help"]}]


@pytest.mark.parametrize(
    ("example", "module", "name"),
    [
        ("static_model.py", "model2vec", "StaticModel"),
        ("transformer.py", "sentence_transformers", "SentenceTransformer"),
    ],
)
def test_a_model_is_asked_for_each_line(tmp_path: Path, example: str, module: str, name: str) -> None:
    (tmp_path / f"{module}.py").write_text(FAKE.format(name=name))
    answers = ask(example, ["/srv/model"], LINES, PYTHONPATH=str(tmp_path))
    assert answers == [[[7.0, 2.0], [3.0, 1.0]], [[4.0, 1.0]]]


def test_a_transformer_gets_the_prefixes_of_its_family(tmp_path: Path) -> None:
    (tmp_path / "sentence_transformers.py").write_text(FAKE.format(name="SentenceTransformer"))
    prefixes = ["--prefixes", "passage: ", "query: "]
    answers = ask("transformer.py", ["/srv/model", *prefixes], LINES, PYTHONPATH=str(tmp_path))
    assert answers == [[[16.0, 3.0], [12.0, 2.0]], [[11.0, 2.0]]]


@pytest.fixture
def service() -> Iterator[str]:
    """Run a service that embeds a text by its length, and gives the rows in another order than that of the texts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            is_allowed = self.headers["Authorization"] == "Bearer secret" and body["model"] == "a-model"
            rows = [{"index": n, "embedding": [len(text), 1]} for n, text in enumerate(body["input"])]
            self.send_response(200 if is_allowed else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"data": rows[::-1]}).encode())

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/embeddings"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_on_the_web_is_asked_with_the_key_of_the_environment(service: str) -> None:
    lines = [*LINES, {"kind": "ticket", "texts": [""]}]
    answers = ask("web_service.py", [service, "a-model"], lines, EMBED_KEY="secret", no_proxy="*")
    assert answers == [[[7, 1], [3, 1]], [[4, 1]], [[1, 1]]]
    with pytest.raises(AssertionError, match="401"):
        ask("web_service.py", [service, "a-model"], LINES, EMBED_KEY="wrong", no_proxy="*")
