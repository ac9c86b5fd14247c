"""A service, a site of another origin that shows forms with the widget, and Debian's chromium."""

import http.server
import json
import os
import re
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
HELPDEX = os.environ.get("HELPDEX", "target/debug/helpdex")
KEY = "site_of_the_browser_tests"

ARTICLES = [
    {"id": "reader", "title": "Your card reader does not turn on",
     "body": "Hold the power button of the card reader for ten seconds.\n\n## Empty battery\n\n"
             "Charge the reader for an hour.\n\n```\nreader --charge\n```"},
    {"id": "pairing", "title": "Pair your card reader with the phone",
     "body": "Open Bluetooth on the phone and choose the card reader. The reader turns on by itself."},
    {"id": "refund", "title": "Refund a payment", "body": "Open the payment and choose Refund."},
    {"id": "markup", "title": "Widgets <img src=x onerror='window.pwned=1'>",
     "body": "Assemble the gizmo with care &lt;script&gt;window.pwned=1&lt;/script&gt; and glue."},
]

FORM = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>Contact</title>
<script src="{service}/widget.js" defer></script></head><body><main><h1>Contact</h1>{forms}</main></body></html>"""

ONE = """<form action="/tickets" method="post"><p><label for="subject{n}">Subject</label>
<input id="subject{n}" name="subject"></p><p><label for="message{n}">Message</label>
<textarea id="message{n}" name="message" rows="4" cols="40"></textarea></p>
<helpdex-suggest id="widget{n}" for="message{n}" subject="subject{n}" key="{key}" {attributes}></helpdex-suggest>
<button id="send{n}">Send</button></form>"""


class Site:
    """A site with forms. It keeps what is sent to it."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.service = ""
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                self.answer(site.page(query))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                site.sent.append(dict(urllib.parse.parse_qsl(body, keep_blank_values=True)))
                self.answer("<!doctype html><title>Sent</title><p>Sent")

            def answer(self, page: str) -> None:
                data = page.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.send_header(
                    "Content-Security-Policy",
                    f"default-src 'none'; script-src {site.service}; connect-src {site.service}; "
                    "form-action 'self'; base-uri 'none'",
                )
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, query: dict[str, str]) -> str:
        count = int(query.get("forms", "1"))
        attributes = query.get("attributes", "")
        forms = "".join(ONE.format(n=n or "", key=KEY, attributes=attributes) for n in range(count))
        return FORM.format(
            lang=query.get("lang", "en"), dir=query.get("dir", "ltr"), service=self.service, forms=forms
        )

    def address(self, **query: str) -> str:
        return f"{self.origin}/?{urllib.parse.urlencode(query)}"


def helpdex(*arguments: str) -> None:
    subprocess.run([HELPDEX, *arguments], check=True, capture_output=True)


def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Starts a command that serves, and returns it with its address."""
    process = subprocess.Popen([HELPDEX, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.match(r"(?:Helpdex listens on|The demonstration is at) (http://[^\s/]+)", line):
            return process, found[1]
    raise AssertionError(f"{arguments} ended before it served")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("service")
    lines = [{"locale": "en", "visibility": "public", "format": "markdown",
              "url": f"https://help.example.com/{article['id']}", **article} for article in ARTICLES]
    (folder / "articles.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    helpdex("build", str(folder / "articles.jsonl"), "--into", str(folder / "kb"))
    site = Site()
    (folder / "helpdex.toml").write_text(
        f'listen = "127.0.0.1:0"\nknowledge_base = "kb"\n[limits]\nrequests_per_minute_of_address = 100000\n'
        f'[[site_keys]]\nid = "form"\nkey = "{KEY}"\norigins = ["{site.origin}"]\n'
    )
    process, site.service = start("serve", "--config", str(folder / "helpdex.toml"))
    yield site
    process.terminate()
    assert process.wait(timeout=20) == 0
    site.server.shutdown()


@pytest.fixture(scope="session")
def demonstration() -> Iterator[str]:
    process, address = start("demo", "corpus/articles")
    yield address
    process.terminate()
    assert process.wait(timeout=20) == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB")
    # What a policy blocks is an event of the document.
    context.add_init_script(
        "window.blocked = []; document.addEventListener('securitypolicyviolation',"
        " (event) => window.blocked.push(event.violatedDirective + ' ' + event.blockedURI));"
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    site.sent.clear()
    yield page
    assert errors == []


@pytest.fixture(scope="session")
def axe() -> str:
    return Path("widget/node_modules/axe-core/axe.min.js").read_text()
