"""The page in a real browser: typed in, uploaded to, used by keyboard, at 360 px."""

import os
import shutil
import time

import pandas as pd
import pytest
from servers import served

import skclf
from skclf import make_text_classifier, report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="needs chromium and chromium-driver"
    ),
]

TEXTS = ["the house is on fire", "a day on the beach"] * 20
LABELS = ["bad", "good"] * 20
MARKUP = "<img src=x onerror=document.title='hacked'> 😀 house"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def downloads(folder):
    (folder / "downloads").mkdir()
    return folder / "downloads"


@pytest.fixture(scope="module")
def browser(folder, downloads):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in ("headless=new", "no-sandbox", "disable-dev-shm-usage"):
        options.add_argument(f"--{switch}")
    options.add_argument(f"--user-data-dir={folder / 'profile'}")
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(downloads)}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(DRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def address(folder):
    model = make_text_classifier("tfidf-logreg").fit(TEXTS, LABELS)
    card = report(model, TEXTS[:30], LABELS[:30], X_test=TEXTS[30:], y_test=LABELS[30:])
    skclf.save(model, folder / "model.skclf", metrics={"f1": 0.8}, report=card)
    with served(folder / "model.skclf", folder) as (_, address, _):
        yield address


@pytest.fixture(autouse=True)
def window(browser):
    resize(browser, 1000)
    yield
    log = [entry["message"] for entry in browser.get_log("browser")]
    # The card is shown without scripts, and asks for none; what the server refuses,
    # the browser logs.
    assert [line for line in log if "status of 4" not in line] == []


def resize(browser, width, scheme="light"):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False},
    )
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def find(browser, selector):
    return browser.find_element("css selector", selector)


def wait_for(browser, selector, text=""):
    """The element, once it is shown and has this text."""
    from selenium.common import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    def shown(browser):
        element = find(browser, selector)
        return element if element.is_displayed() and text in element.text else None

    ignored = [NoSuchElementException, StaleElementReferenceException]
    return WebDriverWait(browser, 60, ignored_exceptions=ignored).until(shown)


def open_page(browser, address):
    browser.get(address)
    return wait_for(browser, "#texts")


def test_texts_are_typed_and_answered(browser, address):
    page = open_page(browser, address)
    browser.execute_script("arguments[0].value = arguments[1]", page, MARKUP)
    page.send_keys("\nthe beach\n\nxyzzy")
    find(browser, "#send").click()
    wait_for(browser, "#status", "3 answers")
    answers = browser.find_elements("css selector", ".answer")
    assert [a.find_element("css selector", "h3").text for a in answers] == [
        "bad",
        "good",
        answers[2].find_element("css selector", "h3").text,
    ]
    assert MARKUP in answers[0].text
    assert browser.title == "skclf"
    assert not browser.find_elements("css selector", "#answers img")
    marked = {
        span.text: span.value_of_css_property("background-color")
        for span in answers[0].find_elements("css selector", ".words span")
    }
    assert marked["house"].startswith("rgba(33, 102, 172, 0.65")
    assert marked["😀"] == "rgba(33, 102, 172, 0)" or marked["😀"].endswith(", 0)")
    assert "%" in answers[1].text
    assert not answers[1].find_elements("css selector", ".flag")
    assert answers[2].find_element("css selector", ".flag").text == (
        "Out of depth: only unknown words"
    )


def test_more_texts_than_are_explained(browser, address):
    page = open_page(browser, address)
    texts = "\n".join(["the house"] * 21)
    browser.execute_script("arguments[0].value = arguments[1]", page, texts)
    find(browser, "#send").click()
    wait_for(browser, "#status", "at most 20 texts")
    assert len(browser.find_elements("css selector", ".answer")) == 21
    assert not browser.find_elements("css selector", ".words span")


def test_what_is_refused_is_said(browser, address):
    page = open_page(browser, address)
    find(browser, "#send").click()
    assert wait_for(browser, "#problem", "Type a text first.")
    browser.execute_script("arguments[0].value = 'a'.repeat(20001)", page)
    find(browser, "#send").click()
    assert wait_for(browser, "#problem", "at most 20,000 characters, got 20,001")


def test_a_file_is_uploaded_and_saved(browser, address, folder, downloads):
    open_page(browser, address)
    source = folder / "mine.csv"
    source.write_text('id,text\n007,a beach\n008,"fire, ""now"""\n')
    find(browser, "#file").send_keys(str(source))
    find(browser, "#proba").click()
    find(browser, "#upload").click()
    wait_for(browser, "#file-status", "2 rows labelled")
    find(browser, "#file-status a").click()
    target = downloads / "mine.labelled.csv"
    for _ in range(100):
        if target.exists():
            break
        time.sleep(0.1)
    table = pd.read_csv(target, dtype={"id": str})
    assert table["id"].tolist() == ["007", "008"]
    assert table["prediction"].tolist() == ["good", "bad"]
    assert table.columns.tolist()[3:] == ["probability_bad", "probability_good"]


def test_a_file_that_is_refused(browser, address, folder):
    open_page(browser, address)
    source = folder / "other.csv"
    source.write_text("id,tweet\n1,a beach\n")
    find(browser, "#file").send_keys(str(source))
    find(browser, "#upload").click()
    assert wait_for(browser, "#file-problem", "has no column 'text'")
    column = find(browser, "#file-text")
    column.clear()
    column.send_keys("tweet")
    find(browser, "#upload").click()
    assert wait_for(browser, "#file-status", "1 rows labelled")


def test_the_card_is_shown_in_a_frame_without_scripts(browser, address):
    open_page(browser, address)
    find(browser, "#card-button").click()
    frame = wait_for(browser, "#card iframe")
    assert frame.get_attribute("sandbox") == ""
    browser.switch_to.frame(frame)
    heading = wait_for(browser, "h1")
    assert "LogisticRegression" in heading.text
    size = heading.value_of_css_property("font-size")
    browser.switch_to.default_content()
    assert size == "27.2px"  # its style is not refused


def test_keyboard_only(browser, address):
    from selenium.webdriver import ActionChains, Keys

    open_page(browser, address)

    def press(*keys):
        ActionChains(browser).send_keys(*keys).perform()

    def focused():
        return browser.switch_to.active_element

    press(Keys.TAB)
    assert focused().text == "To the form"
    press(Keys.ENTER)
    seen = []
    for _ in range(10):
        press(Keys.TAB)
        seen.append(focused().get_attribute("id"))
        if seen[-1] == "texts":
            press("the house")
        if seen[-1] == "send":
            outline = focused().value_of_css_property("outline-style")
            assert outline == "solid"  # one sees where one is
    order = ["texts", "send", "file", "file-text", "sep", "proba", "upload"]
    assert [one for one in seen if one in order] == order
    assert "card-button" in seen
    find(browser, "#texts").send_keys("", Keys.CONTROL + Keys.ENTER)
    wait_for(browser, "#status", "1 answer.")
    press(Keys.TAB, Keys.TAB)
    summary = focused()
    assert summary.text == "What each word says for bad"
    press(Keys.ENTER)
    assert wait_for(browser, ".answer table", "house")
    for control in browser.find_elements("css selector", "input, textarea, select"):
        # A screen reader tells what it is.
        assert control.accessible_name or not control.is_displayed()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window(browser, address, scheme):
    resize(browser, 360, scheme)
    page = open_page(browser, address)
    page.send_keys("the house " + "w" * 200)
    find(browser, "#send").click()
    wait_for(browser, "#status", "1 answer")
    widths = browser.execute_script(
        "const page = document.documentElement;"
        "return [innerWidth, page.clientWidth, page.scrollWidth]"
    )
    assert widths[0] == 360
    assert widths[2] == widths[1]  # nothing sticks out
    for button in browser.find_elements("css selector", "button"):
        assert button.size["height"] >= 44 or not button.is_displayed()
    ground = find(browser, "body").value_of_css_property("background-color")
    assert (ground == "rgba(255, 255, 255, 1)") == (scheme == "light")
    assert lowest_contrast(browser) >= 4.5
    if folder := os.environ.get("SKCLF_PICTURES"):
        browser.save_screenshot(f"{folder}/page-{scheme}.png")


def lowest_contrast(browser):
    """Of all texts on the page, by the formula of WCAG 2."""
    return browser.execute_script("""
const rgba = c => c.match(/[\\d.]+/g).map(Number);
const light = c => { const [r, g, b] = c.map(x => { x /= 255;
  return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b; };
function ground(e) {
  if (!e) return [255, 255, 255];
  const [r, g, b, a = 1] = rgba(getComputedStyle(e).backgroundColor);
  if (a === 1) return [r, g, b];
  const below = ground(e.parentElement);
  return [r, g, b].map((x, i) => a * x + (1 - a) * below[i]);
}
let lowest = 21;
for (const e of document.querySelectorAll("body *")) {
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  if (!own || !e.checkVisibility() || e.closest("script, style, .skip")) continue;
  const pair = [light(rgba(getComputedStyle(e).color).slice(0, 3)), light(ground(e))];
  const [low, high] = pair.sort((a, b) => a - b);
  lowest = Math.min(lowest, (high + .05) / (low + .05));
}
return lowest;
""")


def test_a_token_is_asked_for(browser, folder, address):
    options = {"token": "secret-secret"}
    with served(folder / "model.skclf", folder, **options) as (_, guarded, _):
        browser.get(guarded)
        entry = wait_for(browser, "#token")
        entry.send_keys("wrong")
        find(browser, "#token-form button").click()
        wait_for(browser, "#about", "The token is wrong.")
        entry.clear()
        entry.send_keys("secret-secret")
        find(browser, "#token-form button").click()
        wait_for(browser, "#texts").send_keys("the house")
        find(browser, "#send").click()
        assert wait_for(browser, ".answer", "bad")
        find(browser, "#card-button").click()
        assert wait_for(browser, "#card iframe")


def test_a_model_of_text_and_table(browser, folder):
    table = pd.DataFrame({"text": TEXTS, "likes": [1.5, None] * 20})
    model = make_text_classifier("tfidf-logreg", text="text", table=["likes"])
    skclf.save(model.fit(table, LABELS), folder / "table.skclf")
    with served(folder / "table.skclf", folder) as (_, address, _):
        browser.get(address)
        wait_for(browser, "#column-0").send_keys("the house")
        find(browser, "#column-1").send_keys("many")
        find(browser, "#send").click()
        wait_for(browser, "#problem", "Expected a number in the column 'likes'")
        find(browser, "#column-1").clear()
        find(browser, "#column-1").send_keys("1.5")
        find(browser, "#send").click()
        answer = wait_for(browser, ".answer", "bad")
        answer.find_element("css selector", "summary").click()
        assert "likes" in answer.find_element("css selector", "table").text
        assert not find(browser, "#file-text").is_displayed()
