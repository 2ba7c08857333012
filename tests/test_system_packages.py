"""The check that set-up installs what the tests open can fail itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import ImageFont

from pipeline.bench.reading_pages import load_face
from tests.conftest import REPOSITORY
from tests.fonts import DEJAVU, LIBERATION, SCHOLA, TERMES, TINOS
from tests.system_packages import Package, SystemPackages, closure, listed_for_tests, unlisted

FONTS = Path("/usr/share/fonts")
# It also looks for a file that is not there, which no machine lacks.
_TEST = """
from pathlib import Path
import pytest
from PIL import ImageFont

def test_page():
    ImageFont.truetype("{font}", 20)
    with pytest.raises(OSError):
        Path("/usr/lib/nowhere.zip").open()
"""
debian = pytest.mark.skipif(not Path("/var/lib/dpkg/status").exists(), reason="not a Debian system")


@pytest.fixture
def tinos() -> str:
    return str(next(FONTS.rglob("Tinos-Regular.ttf")))


def test_what_a_package_needs_comes_with_it_of_alternatives_the_first() -> None:
    installed = {
        "reader": Package(needs=(("fonts-first", "fonts-second"), ("not-there", "library"))),
        "fonts-first": Package(),
        "fonts-second": Package(),
        "library": Package(needs=(("reader",), ("virtual",))),
        "real": Package(provides=("virtual",)),
    }
    assert closure(["reader", "never-heard-of"], installed) == {"reader", "fonts-first", "library", "real"}


@debian
def test_a_font_that_set_up_does_not_install_is_named_with_its_package(tinos: str) -> None:
    assert unlisted([tinos, "/usr/bin/pdftoppm", "/bin/sh"], ["poppler-utils"]) == {tinos: "fonts-croscore"}
    assert unlisted([tinos, "/usr/bin/pdftoppm", "/bin/sh"], listed_for_tests()) == {}


@debian
def test_what_no_package_brings_is_named() -> None:
    assert unlisted(["/usr/share/fonts/brought-by-hand.ttf"], listed_for_tests()) == {
        "/usr/share/fonts/brought-by-hand.ttf": ""
    }


@pytest.mark.parametrize("family", [TERMES, SCHOLA, TINOS, DEJAVU, LIBERATION], ids=lambda family: family[0])
def test_the_fonts_that_tests_print_in_are_there_with_vietnamese_letters(family: tuple[str, ...]) -> None:
    assert all(load_face((name,), "regular", 20).getname() for name in family)


def test_fonts_data_programs_and_languages_are_heard(tinos: str, tmp_path: Path) -> None:
    heard = SystemPackages()
    ImageFont.truetype(tinos, 20)
    ImageFont.truetype(str(next(FONTS.rglob("DejaVuSans.ttf"))), 20)
    Path("/usr/bin/pdftoppm").read_bytes()
    (tmp_path / "line.pgm").write_bytes(b"P5 8 8 255 " + b"\xff" * 64)
    subprocess.run(["tesseract", "line.pgm", "-", "-l", "vie"], cwd=tmp_path, capture_output=True, check=True)
    subprocess.run([sys.executable, "-c", ""], check=True)
    names = {Path(path).name for path in heard.used}
    assert names == {"Tinos-Regular.ttf", "DejaVuSans.ttf", "pdftoppm", "tesseract", "vie.traineddata"}


@debian
def test_a_green_run_that_used_a_package_nobody_installs_fails(
    tmp_path: Path, tinos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    test = tmp_path / "test_page.py"
    test.write_text(_TEST.format(font=tinos))
    options = [str(test), "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-c", "/dev/null"]
    assert pytest.main(options, plugins=[SystemPackages(["poppler-utils"])]) == pytest.ExitCode.TESTS_FAILED
    assert "Tinos-Regular.ttf is of fonts-croscore" in capsys.readouterr().out
    assert pytest.main(options, plugins=[SystemPackages(listed_for_tests())]) == pytest.ExitCode.OK


@debian
def test_what_a_worker_of_a_parallel_run_used_is_heard_too(tmp_path: Path, tinos: str) -> None:
    (tmp_path / "test_page.py").write_text(_TEST.format(font=tinos))
    (tmp_path / "conftest.py").write_text(
        "from tests.system_packages import SystemPackages\n\n"
        "def pytest_configure(config):\n"
        "    config.pluginmanager.register(SystemPackages(['poppler-utils']))\n"
    )
    options = ["-n", "1", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-c", "/dev/null"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", str(tmp_path), *options],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 passed" in run.stdout and "Tinos-Regular.ttf is of fonts-croscore" in run.stdout
