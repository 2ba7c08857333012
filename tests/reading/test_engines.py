"""Tesseract behind a deadline: programs that hang, crash or print nonsense leave nothing behind."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from PIL import Image, ImageDraw

from pipeline.bench.reading_pages import load_face
from pipeline.errors import MissingToolError
from pipeline.reading.engines import EngineFailureError, EngineTimeoutError
from pipeline.reading.engines.line_pictures import deepened
from pipeline.reading.engines.sohoa import SohoaEngine
from pipeline.reading.engines.tesseract import TesseractEngine, word_rows
from pipeline.run import fingerprints
from pipeline.run.report import health
from pipeline.vietnamese.trained_data import spoken
from tests.fonts import TERMES, TINOS
from tests.reading.samples import sheet

PAGE = np.full((200, 300), 255, np.uint8)
HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Puts a shell script in Tesseract's place; temporary files go to a folder of the test's own."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def install(script: str) -> Path:
        program = tmp_path / "tesseract"
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return scratch

    return install


def _children():
    return psutil.Process().children(recursive=True)


def test_a_hanging_tesseract_and_its_children_are_stopped_in_time(stand_in):
    scratch = stand_in("trap '' TERM\nsleep 60 &\nwait\nsleep 60\n")
    before = {child.pid for child in _children()}
    started = time.monotonic()
    with pytest.raises(EngineTimeoutError):
        TesseractEngine().read(PAGE, dpi=200, seconds=0.5)
    assert time.monotonic() - started < 50
    time.sleep(0.2)
    assert {child.pid for child in _children()} <= before
    assert list(scratch.iterdir()) == []


def test_a_crashing_tesseract_is_a_failure_not_a_crash(stand_in):
    scratch = stand_in("echo 'Error opening data file' >&2\nexit 1\n")
    with pytest.raises(EngineFailureError, match="Error opening data file"):
        TesseractEngine().read(PAGE, dpi=200, seconds=5)
    assert list(scratch.iterdir()) == []


def test_a_tesseract_killed_by_a_signal_is_a_failure(stand_in):
    stand_in("kill -SEGV $$\n")
    with pytest.raises(EngineFailureError):
        TesseractEngine().read(PAGE, dpi=200, seconds=5)


@pytest.mark.parametrize(
    "script",
    [
        'printf "\\377\\376\\200" > "$2.tsv"',  # no UTF-8
        "true",  # no output file
    ],
)
def test_unusable_output_is_a_failure(stand_in, script):
    scratch = stand_in(script + "\n")
    with pytest.raises(EngineFailureError):
        TesseractEngine().read(PAGE, dpi=200, seconds=5)
    assert list(scratch.iterdir()) == []


def test_rows_that_make_no_sense_are_left_out():
    rows = [
        HEADER,
        "5\t1\t1\t1\t1\t1\t10\t10\t50\t20\t91.5\tngày",
        "5\t1\t1\t1\t1\t2\tx\t10\t50\t20\t91.5\tbad",
        "5\t1\t1\t1\t1\t3\t10\t10\t50\t20\t-1\tnegative",
        "5\t1\t1\t1\t1\t4\t10\t10\t50\t20\t95\t ",
        "5\t1\t1",
    ]
    assert [row.word.text for row in word_rows("\n".join(rows))] == ["ngày"]


def test_a_box_without_area_is_no_word(stand_in):
    row = "5\\t1\\t1\\t1\\t1\\t1\\t10\\t10\\t0\\t20\\t90\\tma\\n"
    stand_in(f'printf "{HEADER}\\n{row}" > "$2.tsv"\n')
    assert TesseractEngine().read(PAGE, dpi=200, seconds=5) == []


def test_a_missing_tesseract_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match="tesseract-ocr"):
        _ = TesseractEngine().version


def test_a_missing_language_is_named():
    with pytest.raises(MissingToolError, match="klingon"):
        _ = TesseractEngine("klingon").version


def test_the_recogniser_reads_words_with_boxes_on_their_ink():
    grey = cv2.cvtColor(sheet().image, cv2.COLOR_RGB2GRAY)
    lines = SohoaEngine().read(grey, dpi=200, seconds=60)
    words = [word for one in lines for word in one.words]
    assert len(words) > 60
    for word in words:
        ink = grey[word.box.top : word.box.bottom, word.box.left : word.box.right]
        assert ink.size
        assert ink.min() < 128
    assert "NAM" in " ".join(one.text for one in lines)


def test_a_line_across_a_landscape_page_is_read_without_squeezing_its_letters():
    text = (
        "Mỗi thôn thành lập ít nhất một tổ tự quản, mỗi tổ có từ 5 đến 7 thành viên, sinh hoạt định kỳ vào ngày "
        "chủ nhật tuần cuối của tháng, đạt trên 85% hộ gia đình ký cam kết, hết quý III"
    )
    page = np.full((700, 2700), 255, np.uint8)
    page[:, :] = np.asarray(_set(text, 2700, 700))
    (read,) = SohoaEngine().read(cv2.GaussianBlur(page, (0, 0), 0.6), dpi=200, seconds=60)
    assert len(order_free(text, read.text)) <= 1
    assert [word.box.left for word in read.words] == sorted(word.box.left for word in read.words)
    assert len(read.places) == len(read.words)


def _set(text, width, height):
    page = Image.new("L", (width, height), 255)
    ImageDraw.Draw(page).text((120, 300), text, font=load_face(TERMES, "regular", 34), fill=0)
    return page


def order_free(truth, read):
    """The words of the truth that were not read."""
    return Counter(truth.split()) - Counter(read.split())


def test_pages_pasted_below_each_other_are_read_as_several_pages_would_be():
    one = cv2.cvtColor(sheet().image, cv2.COLOR_RGB2GRAY)
    alone = [line.text for line in SohoaEngine().read(one, dpi=200, seconds=60)]
    strip = SohoaEngine().read(np.vstack([one] * 4), dpi=200, seconds=60)
    missed = order_free(" ".join(alone * 4), " ".join(line.text for line in strip))
    assert missed.total() <= 0.08 * 4 * sum(len(text.split()) for text in alone)
    assert len(strip) == 4 * len(alone)


def test_faded_print_is_read_like_black_print():
    black = cv2.cvtColor(sheet().image, cv2.COLOR_RGB2GRAY)[:900]
    faded = (255 - (255 - black.astype(np.float32)) * 0.25).astype(np.uint8)
    engine = SohoaEngine()
    read = [
        [word.text for one in engine.read(grey, dpi=200, seconds=60) for word in one.words] for grey in (black, faded)
    ]
    same = sum((Counter(read[0]) & Counter(read[1])).values())
    assert len(read[0]) > 100
    assert same > 0.85 * max(map(len, read))  # some marks differ


def test_print_as_black_as_usual_is_read_as_it_is():
    lines = [np.zeros((96, 200), np.float32) for _ in range(3)]
    for line, depth in zip(lines, (0.95, 0.9, 0.3), strict=True):
        line[40:56, 20:180:4] = depth
    assert all(np.array_equal(one, other) for one, other in zip(lines, deepened(lines), strict=True))


@pytest.mark.parametrize("number", ["20/11", "11/11/2011", "Quý 11"])
def test_room_beside_a_narrow_one_is_no_space(number):
    face = load_face(TINOS, "regular", 33)
    image = Image.new("L", (700, 160), 255)
    ImageDraw.Draw(image).text((200, 60), number, font=face, fill=0)
    assert [line.text for line in SohoaEngine().read(np.asarray(image), dpi=200, seconds=60)] == [number]


def test_what_a_hanging_tesseract_left_running_on_its_own_is_stopped_too(stand_in):
    mark = f"98{os.getpid()}"
    stand_in(f"(setsid sleep {mark} >/dev/null 2>&1 &)\n(sleep {mark} >/dev/null 2>&1 &)\ntrap '' TERM\nsleep {mark}\n")
    with pytest.raises(EngineTimeoutError):
        TesseractEngine().read(PAGE, dpi=200, seconds=1)
    time.sleep(0.2)
    assert [one for one in psutil.process_iter() if _sleeps(one, mark)] == []


def _sleeps(process, mark):
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.cmdline()[-1:] == [mark]
    except psutil.Error:
        return False


LANGUAGES = (
    'case "$1" in --list-langs) printf "List (2):\\neng\\n{}\\n"; exit;; --version) echo "tesseract 5.9"; exit;; esac\n'
)


@pytest.mark.parametrize("data", ["Vietnamese", "script/Vietnamese"])
def test_vietnamese_by_script_serves_where_vie_is_not_installed(stand_in, tmp_path, data):
    said = tmp_path / "said"
    stand_in(LANGUAGES.format(data) + f'echo "$@" > {said}\nprintf "{HEADER}\\n" > "$2.tsv"\n')
    engine = TesseractEngine()
    assert engine.version == f"5.9 {data}"
    assert engine.read(PAGE, dpi=200, seconds=10) == []
    assert f"-l {data} " in said.read_text()


def test_vie_comes_before_vietnamese_by_script():
    assert spoken(["eng", "Vietnamese", "vie"])["vie"] == "vie"
    assert "vie" not in spoken(["eng", "osd"])


def test_an_answer_that_is_no_text_is_no_crash(stand_in):
    stand_in("printf 'tesseract \\377\\376 5\\nvie\\n'\n")
    assert TesseractEngine().version
    assert fingerprints.tesseract_version()
    assert next(finding for finding in health.examine() if finding.name == "tesseract").ready
