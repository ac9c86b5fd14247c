"""The page of the demonstration, as a newcomer uses it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "th", "tr"])
def test_a_newcomer_writes_and_answers(
    browser: Browser, demonstration: str, axe: str, language: str, size: str
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(demonstration)
    page.locator("#language").select_option(language)
    page.locator("#example").click()
    title = page.locator("helpdex-suggest .title").first
    expect(title).to_be_visible()
    expect(title).to_have_attribute("lang", language)
    expect(page.locator("#rows tr").first).to_be_visible()
    take_picture(page, f"{language}-{size}-written")
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    page.locator("#send").click()
    expect(page.locator("helpdex-suggest .notice")).to_be_visible()
    page.locator("#send").click()
    expect(page.locator("#suggestions li").first).to_be_visible()
    expect(page.locator("#links-text")).to_be_visible()
    take_picture(page, f"{language}-{size}-sent")
    # Nothing is wider than the window.
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert errors == []
    context.close()


def take_picture(page, name: str) -> None:
    """Writes a picture into the folder of HELPDEX_PICTURES, for people to look at."""
    folder = os.environ.get("HELPDEX_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
