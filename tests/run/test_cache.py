"""The cache of reading: what is found again and what is not, whatever happens to its files."""

from __future__ import annotations

import multiprocessing
import os
import time
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from pipeline.bench.reading_pages import make_sheet
from pipeline.digitise import Stages, read_source
from pipeline.errors import ProblemCode
from pipeline.reading import Reader
from pipeline.records import SourcePages, Watch
from pipeline.run.cache import ImageCache, ReadingCache, Shelf, bound_cache
from pipeline.run.fingerprints import image_fingerprint
from pipeline.settings import IntakeSettings, ReadingSettings, Settings
from pipeline.values import Box, Line, MarkKind, Page, PageMark, Step, TextSource, Word
from tests.reading.samples import PARAGRAPHS

LINE = Line("KẾ HOẠCH", "KẾ HOACH", Box(1, 2, 3, 4), 0.9, (Word("KẾ", Box(1, 2, 3, 4), 0.5),), cell=(0, 1, 2))
PAGE = Page(
    3,
    TextSource.OCR,
    (LINE,),
    10,
    20,
    (PageMark(MarkKind.SEAL, Box(0, 0, 1, 1)),),
    {"tilt": 0.5},
    (Step("ocr", "tesseract", "5", {"language": "vie", "tried": 1, "share": 0.5, "on": True}),),
)


class CountingEngine:
    """Reads nothing and counts how often it is asked."""

    name, version = "counting", "1"

    def __init__(self) -> None:
        self.asked = 0

    def read(self, grey: object, *, dpi: int, seconds: float) -> list[object]:
        self.asked += 1
        return []


class NoRestorer:
    def restore_pages(self, pages: list[Page]) -> list[Page]:
        return list(pages)


def cache_in(folder: Path, image_fingerprint: str = "engines 1", max_bytes: int = 10**9) -> ReadingCache:
    folder.parent.mkdir(parents=True, exist_ok=True)
    return ReadingCache(folder, "reading 1", image_fingerprint, max_bytes)


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def scan(path: Path, *, title: str = "", pages: int = 1, seed: int = 1) -> Path:
    """A PDF of grey pictures; the title changes its bytes and no picture."""
    picture = Image.fromarray(make_sheet(PARAGRAPHS, seed).image).convert("L")
    picture.save(path, "PDF", resolution=200, save_all=True, append_images=[picture] * (pages - 1))
    if title:
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            pdf.docinfo["/Title"] = title
            pdf.save(path)
    return path


def stages_with(engine: CountingEngine) -> Stages:
    settings = Settings(reading=ReadingSettings(engine="tesseract"))
    return Stages(settings, Reader(settings.reading, engine=engine), NoRestorer())  # type: ignore[arg-type]


def test_a_page_comes_back_as_it_went_in(tmp_path: Path) -> None:
    images = cache_in(tmp_path / "cache").images
    images.put("picture", PAGE)
    assert images.get("picture") == PAGE
    assert images.get("another picture") is None
    assert images.hits == 1


def test_other_engines_or_settings_find_nothing(tmp_path: Path) -> None:
    cache_in(tmp_path / "cache").images.put("picture", PAGE)
    assert cache_in(tmp_path / "cache", "engines 2").images.get("picture") is None


def test_the_fingerprint_of_pictures_hears_of_reading_settings_and_not_of_the_others() -> None:
    settings = Settings()
    other = settings.model_copy(update={"reading": ReadingSettings(language="vie+eng")})
    intake = settings.model_copy(update={"intake": IntakeSettings(max_pages=5)})
    assert image_fingerprint(other) != image_fingerprint(settings) == image_fingerprint(intake)


def test_the_same_picture_in_a_file_with_other_bytes_is_not_read_again(tmp_path: Path) -> None:
    engine = CountingEngine()
    stages, images = stages_with(engine), cache_in(tmp_path / "cache").images
    first = read_source(scan(tmp_path / "a.pdf"), stages, Watch(), kept=images)
    asked = engine.asked
    assert asked >= 1
    changed, other = scan(tmp_path / "a.pdf", title="Kế hoạch"), scan(tmp_path / "b.pdf", title="b", pages=3)
    assert read_source(changed, stages, Watch(), kept=images).pages == first.pages
    numbers = [page.number for page in read_source(other, stages, Watch(), kept=images).pages]
    assert numbers == [1, 2, 3]
    assert (engine.asked, images.hits) == (asked, 4)
    read_source(scan(tmp_path / "c.pdf", seed=2), stages, Watch(), kept=images)
    assert engine.asked > asked


def test_a_page_with_a_problem_is_read_anew_the_next_time(tmp_path: Path) -> None:
    class Failing(CountingEngine):
        def read(self, grey: object, *, dpi: int, seconds: float) -> list[object]:
            raise ValueError("a bug")

    images = cache_in(tmp_path / "cache").images
    failed = read_source(scan(tmp_path / "a.pdf"), stages_with(Failing()), Watch(), kept=images)
    assert [problem.code for problem in failed.pages[0].problems] == [ProblemCode.INTERNAL_ERROR]
    engine = CountingEngine()
    page = read_source(tmp_path / "a.pdf", stages_with(engine), Watch(), kept=images).pages[0]
    assert engine.asked
    # The engine of these tests reads nothing: that is said of the page, and of no bug.
    assert ProblemCode.INTERNAL_ERROR not in [problem.code for problem in page.problems]


@pytest.mark.parametrize("damage", [b"", b"no zlib", None, "cut", "flip"])
def test_a_damaged_entry_is_a_miss_and_is_written_anew(tmp_path: Path, damage: bytes | str | None) -> None:
    cache = cache_in(tmp_path / "cache")
    cache.images.put("picture", PAGE)
    cache.put("sha", ".pdf", SourcePages("application/pdf", 1, (PAGE,)))
    for entry in entries(cache.folder):
        data = bytearray(entry.read_bytes())
        if damage is None:
            entry.unlink()
            continue
        if damage == "flip":
            data[len(data) // 2] ^= 0x10
        entry.write_bytes(damage if isinstance(damage, bytes) else data[: len(data) // 2] if damage == "cut" else data)
    assert cache.images.get("picture") is None
    assert cache.get("sha", ".pdf") is None
    cache.images.put("picture", PAGE)
    assert cache.images.get("picture") == PAGE


def test_an_entry_of_another_shape_is_a_miss(tmp_path: Path) -> None:
    cache = cache_in(tmp_path / "cache")
    cache.images.put("picture", PAGE)
    (entry,) = entries(cache.folder)
    for content in (b'{"number": 1}', b"[]", b"\xff\xfe", b""):
        entry.write_bytes(zlib.compress(content))
        assert cache.images.get("picture") is None


def test_a_folder_that_cannot_be_written_costs_nothing_now(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = cache_in(tmp_path / "cache")
    cache.images.put("picture", PAGE)
    assert cache.images.get("picture") is None


def test_the_folder_is_kept_below_its_bound_while_it_is_written(tmp_path: Path) -> None:
    cache = cache_in(tmp_path / "cache", max_bytes=40_000)
    rng = np.random.default_rng(1)
    for number in range(300):
        shown = rng.bytes(300).hex()
        cache.images.put(str(number), Page(number, TextSource.OCR, (Line(shown, shown),)))
        size = sum(path.stat().st_size for path in entries(cache.folder))
        assert size <= 40_000 * (1 + 1 / 32)
    assert cache.images.get("299") is not None
    assert cache.images.get("0") is None


def test_what_was_used_last_goes_last(tmp_path: Path) -> None:
    cache = cache_in(tmp_path / "cache")
    for number in range(4):
        cache.images.put(str(number), PAGE)
    for age, path in enumerate(sorted(entries(cache.folder))):
        os.utime(path, (age, age))
    cache.images.get("2")
    one = entries(cache.folder)[0].stat().st_size
    assert bound_cache(cache.folder, one) == one
    assert [n for n in range(4) if cache.images.get(str(n))] == [2]


def _write_and_read(folder: str, seed: int) -> None:
    cache = ReadingCache(Path(folder), "reading 1", "engines 1", 30_000)
    rng = np.random.default_rng(seed)
    while True:
        number = int(rng.integers(0, 40))
        page = Page(number, TextSource.OCR, (Line("chữ " * 200, f"{number} " * 300),))
        found = cache.images.get(str(number))
        if found is not None and found != page:
            os._exit(3)
        cache.images.put(str(number), page)


def test_writers_killed_at_any_moment_leave_nothing_half_written(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write_and_read, args=(str(folder), seed)) for seed in range(3)]
    for worker in workers:
        worker.start()
    ends = time.monotonic() + 30
    while len(entries(folder)) < 10 and time.monotonic() < ends:
        time.sleep(0.05)
    time.sleep(0.5)
    codes = [worker.exitcode for worker in workers]
    for worker in workers:
        worker.kill()
        worker.join()
    assert codes == [None, None, None]  # none saw another's page, none crashed over another's removals
    images: ImageCache = cache_in(folder).images
    known = [page for number in range(40) if (page := images.get(str(number)))]
    whole = [path for path in entries(folder) if not path.name.startswith(".sohoa-tmp-")]
    assert len(known) == len(whole) > 0
    bound_cache(folder, 0)
    assert entries(folder) == []


def test_without_its_out_folder_nothing_is_written(tmp_path: Path) -> None:
    Shelf(tmp_path / "gone" / "cache", tmp_path / "gone" / "cache" / "pages", 1).put("ab", b"{}")
    assert not (tmp_path / "gone").exists()
