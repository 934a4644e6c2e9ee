"""Draw the pictures of README and of the site, from what skclf really does.

    python docs/pictures.py

It needs chromium and chromedriver, and a minute or two: a comparison fits nets.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import matplotlib.pyplot as plt
from selenium import webdriver
from selenium.common import NoSuchElementException

import skclf
from skclf.datasets import make_tweets
from skclf.evaluate import ComparisonDisplay

FOLDER = Path(__file__).parent / "_static"
PORT = 8765
MODELS = ["tfidf-logreg", "tfidf-svm", "nb", "cnn", "vote"]
TEXTS = [
    "Forest fire near the river, families left their homes #wildfire",
    "This new album is fire, what a lovely day!",
]
PAGE = """<!doctype html><meta charset="utf-8">
<body style="font: 16px/1.5 sans-serif; margin: 0; padding: 12px; width: 420px">{}"""


def main():
    tweets = make_tweets(2000, random_state=0)
    X, y = tweets.data["text"], tweets.target_names[tweets.target]
    model = skclf.make_text_classifier("tfidf-logreg").fit(X, y)
    draw_comparison(X, y)
    with TemporaryDirectory() as folder, browser() as driver:
        draw_explanation(driver, model, Path(folder, "explanation.html"))
        skclf.save(skclf.Monitor(model, X), Path(folder, "model.skclf"))
        draw_page(driver, Path(folder, "model.skclf"))


def draw_comparison(X, y):
    table = skclf.compare(MODELS, X, y, cv=3, random_state=0)
    print(table, table.verdict, sep="\n\n")
    figure, ax = plt.subplots(figsize=(5.2, 3.6), layout="constrained")
    models = table.drop(index="majority class")  # which is far below all of them
    ComparisonDisplay.from_results(models, ax=ax)
    figure.savefig(FOLDER / "comparison.png", dpi=110)


def draw_explanation(driver, model, file):
    found = skclf.explain(model, TEXTS)
    html = "".join(explanation._repr_html_() for explanation in found)
    file.write_text(PAGE.format(html), encoding="utf-8")
    resize(driver, 460)
    driver.get(file.as_uri())
    driver.find_element("css selector", "body").screenshot(
        str(FOLDER / "explanation.png")
    )


def draw_page(driver, model):
    command = [sys.executable, "-m", "skclf", "serve", str(model), "--port", str(PORT)]
    process = subprocess.Popen(command)
    try:
        wait_for(lambda: urlopen(f"http://localhost:{PORT}/health").close())
        resize(driver, 560)
        driver.get(f"http://localhost:{PORT}")
        driver.find_element("css selector", "#texts").send_keys("\n".join(TEXTS))
        driver.find_element("css selector", "#send").click()
        wait_for(lambda: driver.find_element("css selector", ".answer .words"))
        driver.save_screenshot(str(FOLDER / "page.png"))
    finally:
        process.terminate()
        process.wait()


def wait_for(ask):
    """Ask again until there is no error, for a minute."""
    end = time.monotonic() + 60
    while True:
        try:
            return ask()
        except (URLError, NoSuchElementException):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for switch in ("headless=new", "no-sandbox", "disable-dev-shm-usage"):
        options.add_argument(f"--{switch}")
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


def resize(driver, width):
    metrics = {"width": width, "height": 720, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


if __name__ == "__main__":
    main()
