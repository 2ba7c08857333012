"""The reading benchmark: what counts as worse than the baseline, and what its report shows."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from pipeline.bench.reading_bench import TOLERANCE, figures_of, regressions
from pipeline.bench.reading_report import worst_lines
from pipeline.bench.reading_tally import Report, Tally, told
from pipeline.bench.restoration_plot import bars
from pipeline.values import Box, Line, Page, TextSource, Word


def _report(pages: int, condition: str = "clean") -> Report:
    tally = Tally(pages=pages)
    tally.add("một hai ba bốn", "một hai ba năm")
    return Report(scans={"ours": {"a": tally}}, conditions={"ours": {condition: tally}})


def test_rendered_pages_are_compared_only_with_as_many_of_them():
    now = figures_of(_report(pages=1))
    better = {name: value - 2 * TOLERANCE for name, value in now.items()}
    stored = {**better, "rendered pages a condition": 3.0}
    assert [name for name, _, _ in regressions(now, stored)] == ["scans missed words", "scans CER"]
    stored["rendered pages a condition"] = 1.0
    assert [name for name, _, _ in regressions(now, stored)] == [
        "scans missed words",
        "scans CER",
        "clean missed words",
    ]


def test_within_the_tolerance_nothing_is_worse():
    now = figures_of(_report(pages=3))
    assert regressions(now, {name: value - TOLERANCE / 2 for name, value in now.items()}) == []


def test_the_plot_says_what_it_shows_and_names_every_engine():
    engines = [f"engine <{n}>" for n in range(6)]
    plot = ElementTree.fromstring(bars({"clean": dict.fromkeys(engines, 0.1)}, "Words missed"))
    texts = [element.text for element in plot.iter() if element.text]
    assert "Words missed" in texts
    assert set(engines) <= set(texts)
    width = float(plot.attrib["width"])
    assert all(float(element.attrib["x"]) < width - 100 for element in plot.iter() if element.text in engines)


def test_the_worst_lines_are_shown_as_pictures_beside_truth_and_output():
    pixels = np.full((100, 300), 255, np.uint8)
    lines = (
        Line("KẾ HOẠCH", "", Box(10, 10, 90, 30)),
        Line("Kính gửi <Sờ> Y tế", "", Box(10, 40, 200, 60)),
        Line("", "", Box(0, 0, 1, 1)),
    )
    shown = worst_lines("a", pixels, Page(2, TextSource.OCR, lines), "KẾ HOẠCH\nKính gửi Sở Y tế\n")
    assert shown.count("<img") == 1
    assert "data:image/png;base64,iVBOR" in shown
    assert "Kính gửi Sở Y tế" in shown
    assert "&lt;Sờ&gt;" in shown


def test_a_word_is_right_as_often_as_the_truth_has_it_and_the_surest_first():
    words = tuple(Word(text, None, sure) for text, sure in [("hai", 0.4), ("một", 0.9), ("hai", 0.8), ("bốn", 0.7)])
    page = Page(1, TextSource.OCR, lines=(Line("hai một hai bốn", "hai một hai bốn", words=words),))
    assert told("một hai ba", [page]) == [(0.9, True), (0.8, True), (0.7, False), (0.4, False)]
