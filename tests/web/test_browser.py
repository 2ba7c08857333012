"""The pages in a real browser: found, opened, pointed at, corrected, undone, by keyboard, on a telephone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.corpora import make_corpus, running

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
expect.set_options(timeout=30_000)  # milliseconds: what a machine that does much else at once may need
pytestmark = pytest.mark.skipif(_CHROMIUM is None, reason="there is no chromium on this machine")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over a corpus of its own."""
    with running(make_corpus(tmp_path_factory.mktemp("browser"))) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page of a new visitor; whatever the console complains of fails the test."""
    context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def test_a_plan_is_searched_narrowed_opened_and_downloaded(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("khen")
    page.keyboard.press("Enter")
    expect(page.locator(".total")).to_contain_text("5")
    page.locator(".facets").get_by_role("link", name="Sở", exact=True).click()
    expect(page.locator(".found")).to_have_count(2)
    assert "level=so" in page.url  # a search is a plain address
    page.locator(".found h2 a", has_text="Nụ cười").click()
    expect(page.locator("h1")).to_have_text("Nụ cười áo trắng")
    expect(page.locator(".lines mark").first).to_have_text("khen", ignore_case=True)
    with page.expect_download() as started:
        page.get_by_role("link", name="JSON").click()
    assert started.value.suggested_filename == "kh-12.png.json"


def test_a_line_that_is_pointed_at_lights_up_and_shows_what_was_read(page: Page) -> None:
    page.goto("/doc/2024/kh-28.png")
    assert page.locator(".sheet img").evaluate("image => image.complete && image.naturalWidth > 500")
    line = page.locator(".lines li").nth(5)
    line.hover()
    light = page.locator("#light")
    assert [light.get_attribute(name) for name in ("x", "y", "width", "height")] == ["100", "500", "800", "40"]
    expect(line.locator(".raw")).to_be_visible()
    expect(line.locator("ins")).to_have_attribute("title", "máy đọc: e.")
    page.locator("rect.line").nth(0).click(force=True)  # a box without ink is none to Playwright's eye
    expect(page.locator(".lines li").nth(0)).to_be_focused()


def test_a_field_leads_to_its_box_is_corrected_and_undone(page: Page) -> None:
    page.goto("/doc/2025/kh-12.png")
    row = page.locator("[id='header.number']")
    row.get_by_role("link", name="Số, ký hiệu").click()
    expect(page.locator("rect.lit").first).to_have_attribute("y", "180")
    row.locator("input[name=value]").fill("120/KH-SYT")
    row.get_by_role("button", name="Lưu").click()
    expect(row.locator(".meta")).to_contain_text("máy ghi: 12/KH-SYT")
    expect(row.locator("input[name=value]")).to_have_value("120/KH-SYT")
    page.locator("#history").get_by_role("button", name="Hoàn tác").first.click()
    expect(row.locator("input[name=value]")).to_have_value("12/KH-SYT")


def test_citations_lead_both_ways(page: Page) -> None:
    page.goto("/doc/2024/kh-36.png")
    page.locator("#citations").get_by_role("link", name="28/KH-UBND").click()
    expect(page.locator("h1")).to_have_text("Trồng cây đầu năm")
    page.locator("#citations").get_by_role("link", name="36/KH-UBND").click()
    expect(page.locator("h1")).to_have_text("Đường làng sạch")


def test_the_queue_is_settled_by_keyboard_alone(page: Page) -> None:
    page.goto("/queue")
    value = page.locator("#value")
    expect(value).to_be_focused()
    expect(value).to_have_value("Đường làng sạch")
    assert page.locator(".crop img").evaluate("image => image.complete && image.naturalWidth > 500")
    page.keyboard.type("Đường làng xanh")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_be_visible()
    page.keyboard.press("Alt+u")
    expect(value).to_have_value("Đường làng sạch")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_be_visible()


def test_language_and_theme_are_one_click_away_and_stay(page: Page) -> None:
    page.goto("/?q=khen")
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#q")).to_have_value("khen")
    page.locator("#theme-dark").click()
    page.goto("/health")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("h1")).to_have_text("Overview")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_for_everybody_and_fit_a_telephone(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    wide = []
    for address in ("/?q=khen", "/doc/2024/kh-28.png", "/queue", "/corrections", "/health"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address)
        found = Axe().run(page).response["violations"]
        grave = {one["id"]: [node["html"] for node in one["nodes"]][:3] for one in found if one["impact"] != "minor"}
        assert (address, grave) == (address, {})
        page.set_viewport_size({"width": 420, "height": 800})
        wide += [address] if page.evaluate("document.documentElement.scrollWidth") > 420 else []
    assert wide == []
