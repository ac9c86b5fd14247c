"""The service as programs of the host see it: the examples of its page, and requests made from its description."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HELPDEX, start

TICKET = ("Money", "What do I save if I switch from monthly to yearly? I only paid for this month four days ago.", "en")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a service on the sample help center, and its server key."""
    folder = tmp_path_factory.mktemp("service")
    subprocess.run([HELPDEX, "build", "corpus/articles", "--into", folder / "kb"], check=True, capture_output=True)
    made = subprocess.run([HELPDEX, "serve", "--new-key"], check=True, capture_output=True, text=True).stdout
    key, hash_of_key = re.findall(r": +(\S+)", made)
    (folder / "helpdex.toml").write_text(
        'listen = "127.0.0.1:0"\nknowledge_base = "kb"\n[limits]\nrequests_per_minute_of_key = 1000000\n'
        f'[[server_keys]]\nid = "tests"\nblake3 = "{hash_of_key}"\n'
    )
    process, address = start("serve", "--config", str(folder / "helpdex.toml"))
    yield address, key
    process.terminate()
    assert process.wait(timeout=20) == 0


def example(language: str, address: str) -> str:
    """The first example in a language on the page, asking this service."""
    page = Path("docs/serve.md").read_text()
    blocks = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    block = next(block for block in blocks if "suggestions(" in block)
    return block.replace("http://127.0.0.1:7070", address)


def test_the_example_in_python_asks(service: tuple[str, str]) -> None:
    address, key = service
    os.environ["HELPDEX_KEY"] = key
    names: dict[str, object] = {}
    exec(example("python", address), names)  # noqa: S102: it is our own page
    found = names["suggestions"](*TICKET)  # type: ignore[operator]
    assert found[0]["title"]


def test_the_example_in_javascript_asks(service: tuple[str, str]) -> None:
    address, key = service
    call = f"suggestions(...{list(TICKET)!r}).then((found) => console.log(found[0].title))"
    ran = subprocess.run(
        ["node", "--eval", f"{example('js', address)}\n{call}"],
        check=True, capture_output=True, text=True, env={**os.environ, "HELPDEX_KEY": key},
    )
    assert ran.stdout.strip()


def test_requests_made_from_the_description_find_no_fault(service: tuple[str, str]) -> None:
    address, key = service
    ran = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis", "run", f"{address}/openapi.json",
            "--header", f"Authorization: Bearer {key}", "--seed", "1", "--max-examples", "25",
            # JSON lines have no schema that it could fill in.
            "--exclude-path", "/v1/suggest/batch",
            # An article or a locale may be wrong in ways that no schema says.
            "--exclude-checks", "positive_data_acceptance",
        ],
        capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-5_000:]
