"""The service as programs of the host see it: the examples of its page, and requests made from its description."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HELPDEX, start

TICKET = {"subject": "Password", "text": "I forgot my password and the reset e-mail does not arrive.", "locale": "en"}


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


def example(language: str) -> str:
    """The example in a language on the page, as it is printed."""
    page = Path("docs/serve.md").read_text()
    blocks = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    return next(block for block in blocks if "agent_linked" in block)


CALLS = {
    "ruby": """
ticket = JSON.parse(ARGV[0])
created = Helpdex.ticket_created("visit of ruby", "ruby-1")
suggested = Helpdex.suggest(ticket, "ruby-1")
puts [created, suggested, Helpdex.linked(ticket, "ruby-1", ["en/change-password"])].to_json
""",
    "python": """
import sys
ticket = json.loads(sys.argv[1])
created = ticket_created("visit of python", "python-1")
suggested = suggest(ticket, "python-1")
print(json.dumps([created, suggested, linked(ticket, "python-1", ["en/change-password"])]))
""",
    "js": """
(async () => {
  const ticket = JSON.parse(process.argv[1]);
  const created = await ticketCreated("visit of js", "js-1");
  const suggested = await suggest(ticket, "js-1");
  console.log(JSON.stringify([created, suggested, await linked(ticket, "js-1", ["en/change-password"])]));
})();
""",
}

INTERPRETERS = {"ruby": ["ruby", "-e"], "python": [sys.executable, "-c"], "js": ["node", "--eval"]}


def run_example(language: str, address: str, key: str) -> list[dict[str, object] | None]:
    """What the three calls of an example return."""
    program = f"{example(language)}\n{CALLS[language]}"
    ran = subprocess.run(
        [*INTERPRETERS[language], program, json.dumps(TICKET)],
        capture_output=True, text=True, env={**os.environ, "HELPDEX_KEY": key, "HELPDEX_URL": address},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found: list[dict[str, object] | None] = json.loads(ran.stdout)
    return found


def post(address: str, key: str, path: str, body: object) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    request = urllib.request.Request(address + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        assert response.status == 200


@pytest.mark.parametrize("language", CALLS)
def test_an_example_reports_asks_and_teaches(service: tuple[str, str], language: str) -> None:
    address, key = service
    visit = f"visit of {language}"
    offered = {"interaction": "offered", "articles": ["en/reset-forgotten-password"], "session": visit, "surface": "form"}
    post(address, key, "/v1/events", {"events": [offered]})
    created, suggested, linked = run_example(language, address, key)
    assert created == {"added": 1, "verdicts": 0}
    assert suggested is not None
    assert suggested["suggestions"]
    assert suggested["links"]
    (seen,) = suggested["customer"]["articles"]  # type: ignore[index]
    assert (seen["article_id"], seen["is_opened"]) == ("en/reset-forgotten-password", False)
    assert linked == {"added": 1, "verdicts": 1}


@pytest.mark.parametrize("language", CALLS)
def test_an_example_goes_on_without_the_service(language: str) -> None:
    # Nothing listens on port 1 of this machine.
    assert run_example(language, "http://127.0.0.1:1", "key") == [None, None, None]


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
