"""The recogniser as users meet it: what it reads of lines hard to tell, and what is said when it is not whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import MissingToolError
from pipeline.reading import Reader
from pipeline.reading.engines.networks import Networks, recogniser_files
from pipeline.reading.engines.sohoa import SohoaEngine
from pipeline.resources import model_file
from pipeline.settings import ReadingSettings
from tests.reading.samples import drawn, page_of

# Each was once told by looks at the ink of single characters: numerals, stops, quotation marks, dashes, percent.
HARD = (
    "II. ĐỐI TƯỢNG, PHẠM VI ÁP DỤNG",
    "III. TỔ CHỨC THỰC HIỆN",
    "VIII. KINH PHÍ THỰC HIỆN",
    "Phát động phong trào thi đua “Chung tay giữ đường làng”.",
    "a) Đăng ký thi đua trước ngày 15/3; báo cáo hằng quý;",
    "- Tỷ lệ hồ sơ giải quyết đúng hạn đạt từ 75% trở lên.",
    "Bắt đầu lúc 7 giờ 30 phút, ngày 17 tháng 11 năm 2024.",
    "Số: 15/2024/QĐ-UBND",
)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    page = drawn([(220, 200 + 70 * row, text, 38) for row, text in enumerate(HARD)])
    (read,) = Reader(ReadingSettings()).read([page_of(page, dpi=200)])
    return [line.text for line in read.lines]


@pytest.mark.parametrize("text", HARD)
def test_numerals_stops_quotes_dashes_and_percent_are_read_as_printed(lines: list[str], text: str) -> None:
    assert text in lines


def test_the_network_is_the_one_that_its_description_names() -> None:
    about, model = recogniser_files()
    assert len(model) < 6_000_000
    assert len(set(about["alphabet"])) == len(about["alphabet"])
    assert SohoaEngine().version == about["version"]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the recogniser's files, from which they are loaded."""
    for name in ("recogniser.onnx", "recogniser.json"):
        shutil.copy(model_file(name), tmp_path / name)
    monkeypatch.setattr("pipeline.reading.engines.networks.model_file", lambda name: tmp_path / name)
    return tmp_path


def test_a_network_that_was_cut_off_is_named_with_the_command_that_mends_it(copied: Path) -> None:
    model = (copied / "recogniser.onnx").read_bytes()
    (copied / "recogniser.onnx").write_bytes(model[: len(model) // 2])
    with pytest.raises(MissingToolError, match="cut off or is of another version") as caught:
        Networks.load()
    assert "git checkout models" in str(caught.value.remedy)


def test_a_description_of_another_network_is_named_too(copied: Path) -> None:
    about = json.loads((copied / "recogniser.json").read_text("utf-8")) | {"sha256": "0" * 64}
    (copied / "recogniser.json").write_text(json.dumps(about), "utf-8")
    with pytest.raises(MissingToolError, match="another version"):
        Networks.load()


def test_a_page_of_specks_gives_no_words() -> None:
    rng = np.random.default_rng(5)
    page = np.full((1200, 900), 255, np.uint8)
    for row, column in rng.integers(20, [1180, 880], (400, 2)):
        page[row : row + 3, column : column + 3] = 0
    (read,) = Reader(ReadingSettings()).read([page_of(page, dpi=200)])
    assert [line.text for line in read.lines] == []
