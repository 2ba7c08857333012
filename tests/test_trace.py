"""`sohoa extract FILE --trace DIR` shows what a page went through: pictures, readings, edits."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import cv2
from PIL import Image

from tests.reading.samples import drawn

Command = Callable[..., "subprocess.CompletedProcess[str]"]

DUMP = "KE HOACH\nThi dua <script>alert(1)</script> nam 2024 cua xa & huyen\n\x1b[31mNang cao nhan thuc cua can bo\n"


class Elements(HTMLParser):
    """Counts what a page consists of, and checks that what opens is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "br", "image"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def elements_of(page: Path) -> Elements:
    parser = Elements()
    parser.feed(page.read_text("utf-8"))
    parser.close()
    assert parser.open == []
    return parser


def test_a_dumps_lines_and_edits_are_shown_and_its_text_is_no_markup(tmp_path: Path, sohoa: Command) -> None:
    (tmp_path / "dump.txt").write_text(DUMP, encoding="utf-8")
    done = sohoa("extract", tmp_path / "dump.txt", "--trace", tmp_path / "trace")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pages"][0]["lines"]  # stdout stays the document's
    found = elements_of(tmp_path / "trace" / "index.html")
    assert "script" not in found.counts
    assert all(link.startswith("#") for link in found.links)  # nothing is loaded from elsewhere
    assert found.counts["ins"] > 4
    lines = json.loads((tmp_path / "trace" / "page-001-lines.json").read_text("utf-8"))
    assert [(line["raw"], line["restoration"]) for line in lines[:1]] == [("KE HOACH", "KẾ HOẠCH")]
    assert [(edit["read"], edit["text"], edit["by"]) for edit in lines[0]["edits"]] == [
        ("KE", "KẾ", "restoration"),
        ("HOACH", "HOẠCH", "restoration"),
    ]


def test_a_scans_pictures_and_what_each_engine_made_of_them_are_kept(tmp_path: Path, sohoa: Command) -> None:
    texts = [(240, 300 + 70 * row, text, 34) for row, text in enumerate(["III. KHEN THƯỞNG", "1. Khen thưởng xã Vân."])]
    cv2.imwrite(str(tmp_path / "scan.png"), drawn(texts)[:900])
    done = sohoa("extract", tmp_path / "scan.png", "--trace", tmp_path / "trace")
    assert done.returncode == 0, done.stderr
    files = {path.name for path in (tmp_path / "trace").iterdir()}
    assert {"index.html", "page-001-page.png", "page-001-treated.png", "page-001-chosen.json"} <= files
    with Image.open(tmp_path / "trace" / "page-001-page.png") as picture:
        assert picture.size == (1654, 900)
    chosen = json.loads((tmp_path / "trace" / "page-001-chosen.json").read_text("utf-8"))
    words = [word for line in chosen for word in line]
    assert all(200 < word["bbox"][0] < word["bbox"][2] < 1000 for word in words)
    engine = "sohoa"
    first = json.loads((tmp_path / "trace" / f"page-001-{engine}.json").read_text("utf-8"))
    found = elements_of(tmp_path / "trace" / "index.html")
    assert found.counts["image"] == 2
    assert found.counts["rect"] == sum(map(len, first))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, sohoa: Command) -> None:
    (tmp_path / "dump.txt").write_text(DUMP, encoding="utf-8")
    (tmp_path / "trace").write_text("a file", encoding="utf-8")
    done = sohoa("extract", tmp_path / "dump.txt", "--trace", tmp_path / "trace")
    assert done.returncode == 5
    assert "Cannot write" in done.stderr
    assert "Traceback" not in done.stderr
