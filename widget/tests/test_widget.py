"""The widget in a browser, on a site of another origin with a strict policy."""

import gzip
import json
from pathlib import Path

import pytest
from conftest import Site
from playwright.sync_api import Page, Route, expect

TICKET = "Hello, my card reader does not turn on."


def write(page: Page, text: str = TICKET, field: str = "#message") -> None:
    page.locator(field).press_sequentially(text, delay=1)


def widget(page: Page, number: str = ""):
    return page.locator(f"#widget{number}")


def titles(page: Page, number: str = ""):
    return widget(page, number).locator(".title")


def test_the_script_is_small() -> None:
    script = Path("widget/dist/helpdex-suggest.js").read_bytes()
    assert len(gzip.compress(script, 9)) < 12_000


def test_suggestions_appear_while_one_types_and_an_article_opens_in_place(page: Page, site: Site) -> None:
    page.goto(site.address())
    expect(widget(page).locator(".panel")).to_be_hidden()
    write(page)
    expect(titles(page).first).to_have_text("Your card reader does not turn on")
    expect(widget(page).locator("mark").first).to_be_visible()
    expect(widget(page).locator("[role=status]")).to_contain_text("Suggested articles:")
    titles(page).first.click()
    article = widget(page).locator(".article")
    expect(article.locator("h2")).to_be_focused()
    expect(article.locator("h3")).to_have_text("Empty battery")
    expect(article.locator("pre")).to_have_text("reader --charge")
    article.get_by_role("button", name="Yes", exact=True).click()
    expect(article).to_contain_text("You do not need to send your message.")
    assert page.locator("input[name=helpdex_answered]").input_value() == "yes"
    assert page.locator("input[name=helpdex_opened]").input_value() == "reader"
    assert page.evaluate("window.blocked") == []


def test_what_was_seen_is_sent_with_the_form(page: Page, site: Site) -> None:
    page.goto(site.address())
    write(page)
    expect(titles(page).first).to_be_visible()
    page.locator("#send").click()
    expect(page).to_have_title("Sent")
    sent = site.sent[0]
    assert sent["message"] == TICKET
    assert "reader" in sent["helpdex_seen"].split()
    assert len(sent["helpdex_suggestion_id"]) == 32
    assert sent["helpdex_answered"] == ""


def test_what_a_reader_does_is_reported(page: Page, site: Site) -> None:
    reported: list[dict[str, object]] = []
    page.on(
        "request",
        lambda request: request.url.endswith("/v1/events")
        and request.method == "POST"
        and reported.extend(json.loads(request.post_data or "{}")["events"]),
    )
    page.goto(site.address())
    write(page)
    with page.expect_response("**/v1/events") as response:
        titles(page).first.click()
    assert response.value.status == 200
    widget(page).get_by_role("button", name="No", exact=True).click()
    page.locator("#send").click()
    expect(page).to_have_title("Sent")
    kinds = [event["interaction"] for event in reported]
    assert kinds[0] == "offered"
    assert kinds[-3:] == ["clicked", "not_helpful", "ticket_created"]
    assert reported[-3]["rank"] == 1
    assert {event["session"] for event in reported} == {site.sent[0]["helpdex_session"]}


def test_a_submission_is_held_once_and_only_where_the_site_asks(page: Page, site: Site) -> None:
    page.goto(site.address(attributes="hold"))
    write(page)
    expect(titles(page).first).to_be_visible()
    page.locator("#send").click()
    expect(widget(page).locator(".notice")).to_be_focused()
    assert site.sent == []
    widget(page).get_by_role("button", name="Send anyway").click()
    expect(page).to_have_title("Sent")
    assert len(site.sent) == 1


def test_whoever_has_looked_is_not_held(page: Page, site: Site) -> None:
    page.goto(site.address(attributes="hold"))
    write(page)
    titles(page).first.click()
    expect(widget(page).locator(".article h2")).to_be_visible()
    page.locator("#send").click()
    expect(page).to_have_title("Sent")


@pytest.mark.parametrize("failure", ["abort", "500", "garbage"])
def test_a_form_works_when_the_service_does_not(page: Page, site: Site, failure: str) -> None:
    def fail(route: Route) -> None:
        if failure == "abort":
            route.abort()
        else:
            route.fulfill(status=500 if failure == "500" else 200, body="no JSON",
                          headers={"Access-Control-Allow-Origin": site.origin})

    page.route("**/v1/**", fail)
    page.goto(site.address(attributes="hold"))
    with page.expect_request("**/v1/draft"):
        write(page)
    page.locator("#send").click()
    expect(page).to_have_title("Sent")
    assert site.sent[0]["message"] == TICKET


def test_a_page_without_the_script_is_a_plain_form(page: Page, site: Site) -> None:
    page.route("**/widget.js", lambda route: route.abort())
    page.goto(site.address())
    write(page)
    page.locator("#send").click()
    expect(page).to_have_title("Sent")


def test_a_late_answer_to_an_older_text_is_not_shown(page: Page, site: Site) -> None:
    waiting: list[Route] = []

    def delay(route: Route) -> None:
        text = json.loads(route.request.post_data or "{}")["ticket"]["text"]
        if "refund" in text:
            route.continue_()
        else:
            waiting.append(route)

    page.goto(site.address())
    page.route("**/v1/draft", delay)
    with page.expect_request("**/v1/draft"):
        write(page)
    page.locator("#message").fill("I want to refund a payment")
    expect(titles(page).first).to_have_text("Refund a payment")
    for route in waiting:
        try:
            route.continue_()
        except Exception:  # noqa: BLE001, S110: the widget has given it up, as it should
            pass
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(titles(page).first).to_have_text("Refund a payment")


def test_an_article_is_opened_and_closed_by_the_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(site.address())
    page.locator("#message").focus()
    page.keyboard.type(TICKET)
    expect(titles(page).first).to_be_visible()
    page.keyboard.press("Tab")
    expect(titles(page).first).to_be_focused()
    page.keyboard.press("Enter")
    article = widget(page).locator(".article")
    expect(article.locator("h2")).to_be_focused()
    page.keyboard.press("Tab")
    expect(article.locator(".body")).to_be_focused()
    page.keyboard.press("Tab")
    expect(article.get_by_role("button", name="Yes", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(article).to_be_hidden()
    expect(titles(page).first).to_be_focused()


def test_a_list_that_is_read_stands_still(page: Page, site: Site) -> None:
    page.clock.install()
    page.goto(site.address())
    write(page)
    page.clock.run_for(1_000)
    expect(titles(page).first).to_be_visible()
    titles(page).first.focus()
    page.evaluate(
        "() => { const field = document.querySelector('#message'); field.value = 'I want to refund a payment';"
        " field.dispatchEvent(new Event('input')); }"
    )
    page.clock.run_for(1_000)
    expect(titles(page).first).to_have_text("Your card reader does not turn on")


def test_two_widgets_on_a_page_do_not_meet(page: Page, site: Site) -> None:
    page.goto(site.address(forms="2"))
    write(page)
    write(page, "I want to refund a payment", "#message1")
    expect(titles(page).first).to_have_text("Your card reader does not turn on")
    expect(titles(page, "1").first).to_have_text("Refund a payment")
    page.locator("#send1").click()
    expect(page).to_have_title("Sent")
    assert "reader" not in site.sent[0]["helpdex_seen"].split()


def test_texts_are_in_the_language_and_direction_of_the_page(page: Page, site: Site) -> None:
    page.goto(site.address(lang="ar", dir="rtl"))
    write(page)
    panel = widget(page).locator(".panel")
    expect(panel).to_have_attribute("dir", "rtl")
    expect(panel.locator("h2")).to_have_text("مقالات قد تجيب عن سؤالك")
    assert titles(page).first.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert panel.locator(".passage").first.evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_markup_in_articles_and_messages_is_text(page: Page, site: Site) -> None:
    page.goto(site.address())
    write(page, "assemble the gizmo with care <img src=x onerror=window.pwned=1>")
    expect(titles(page).first).to_have_text("Widgets <img src=x onerror='window.pwned=1'>")
    titles(page).first.click()
    expect(widget(page).locator(".article h2")).to_be_visible()
    assert widget(page).locator("img, script").count() == 0
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("window.blocked") == []


def test_articles_open_in_a_tab_where_the_site_asks(page: Page, site: Site) -> None:
    page.goto(site.address(attributes='open="tab"'))
    write(page)
    link = titles(page).first
    expect(link).to_have_attribute("href", "https://help.example.com/reader")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(page: Page, site: Site, axe: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(site.address(attributes="hold"))
    write(page)
    expect(titles(page).first).to_be_visible()
    assert widget(page).locator(".panel").evaluate("e => getComputedStyle(e).animationName") == "none"
    page.evaluate(axe)
    check_axe(page)
    page.locator("#send").click()
    expect(widget(page).locator(".notice")).to_be_visible()
    check_axe(page)
    titles(page).first.click()
    expect(widget(page).locator(".article h2")).to_be_visible()
    check_axe(page)


def check_axe(page: Page) -> None:
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = page.evaluate("(options) => axe.run(document, options)", options)
    shown = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
    assert shown == []
