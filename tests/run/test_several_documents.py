"""Files that hold several documents, through a whole run: outputs, ledger, index, copies, renames, verify, memory."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from pipeline.run.corrections import Wish, correct
from pipeline.run.ingest import Wishes, ingest
from pipeline.run.report.tally import Tally
from pipeline.settings import RunSettings, Settings
from pipeline.store.exports import export_corpus
from pipeline.store.ledger import FileStatus, Ledger
from pipeline.store.results import FolderResults
from pipeline.store.search import search
from pipeline.store.verify import verify
from tests.fonts import DEJAVU
from tests.structure.test_parts import LETTER, PLAN, REPORT, head, title

THREE = [*PLAN, "", *REPORT, "", *LETTER]


class Place:
    """An archive and its OUT."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.out = folder / "archive", folder / "out"
        self.archive.mkdir()

    def put(self, name: str, lines: list[str]) -> Path:
        path = self.archive / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        os.utime(path, ns=(10**18, 10**18))
        return path

    def run(self, **wishes: bool) -> Tally:
        return ingest(self.archive, self.out, Settings(run=RunSettings(jobs=1)), wishes=Wishes(**wishes))

    def rows(self) -> dict[str, FileStatus]:
        with Ledger(self.out / "ledger.sqlite", read_only=True) as ledger:
            return {row.path: row.status for row in ledger.rows()}

    def document(self, name: str) -> dict:
        return json.loads((self.out / "documents" / f"{name}.json").read_text("utf-8"))

    def sound(self) -> bool:
        return list(verify(FolderResults(self.out))) == []


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("several"))
    place.put("năm.txt", THREE)
    place.tally = place.run()
    return place


def test_each_document_has_its_own_outputs_row_and_index_entry(done: Place) -> None:
    assert list(done.rows()) == ["năm.txt", "năm.txt#2", "năm.txt#3"]
    assert done.tally.files == 1
    names = [done.document(path)["header"]["number"]["value"] for path in done.rows()]
    assert names == ["28/KH-UBND", "40/BC-UBND", "31/UBND-VX"]
    second = done.document("năm.txt#2")
    assert (second["source"]["path"], second["source"]["part"], second["source"]["parts"]) == ("năm.txt", 2, 3)
    assert second["doc_id"] == done.document("năm.txt")["doc_id"] + "#2"
    assert (done.out / "text/năm.txt#3.txt").read_text("utf-8").startswith("ỦY BAN NHÂN DÂN XÃ HÒA PHONG")
    assert search(done.out / "corpus.sqlite", '"40/BC-UBND"')[0].path == "năm.txt#2"
    assert done.sound()


def test_only_the_first_says_that_there_are_more(done: Place) -> None:
    assert [p["code"] for p in done.document("năm.txt")["problems"]] == ["several_documents"]
    assert done.document("năm.txt#2")["problems"] == []
    assert done.document("năm.txt")["status"] == "ok"


def test_exports_have_a_row_for_each(done: Place, tmp_path: Path) -> None:
    outcome = export_corpus(FolderResults(done.out), "plans", tmp_path / "plans.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "plans.jsonl").read_text("utf-8").splitlines()]
    assert outcome.written == 3
    assert {row["path"] for row in rows} == {"năm.txt", "năm.txt#2", "năm.txt#3"}


def test_a_person_corrects_one_of_them(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.put("a.txt", THREE)
    place.run()
    correct(place.out, [Wish("a.txt#2", "header.place", "Hòa Thịnh")], "Lan", "2026-01-01T00:00:00Z")
    assert place.document("a.txt#2")["header"]["place"]["value"] == "Hòa Thịnh"
    assert place.document("a.txt")["header"]["place"]["value"] == "Hòa Phong"
    place.run(force=True)
    assert place.document("a.txt#2")["header"]["place"]["value"] == "Hòa Thịnh"
    assert place.sound()


def test_a_file_that_holds_fewer_or_is_gone_leaves_nothing_behind(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.put("a.txt", THREE)
    place.run()
    os.utime(place.put("a.txt", PLAN))
    place.run()
    assert list(place.rows()) == ["a.txt"]
    assert not (place.out / "documents/a.txt#2.json").exists()
    assert search(place.out / "corpus.sqlite", '"40/BC-UBND"') == []
    place.put("a.txt", THREE)
    place.run()
    (place.archive / "a.txt").unlink()
    place.put("b.txt", PLAN[:9])
    tally = place.run(prune=True)
    assert tally.deleted == ["a.txt"]
    assert list(place.rows()) == ["b.txt"]
    assert place.sound()


def test_copies_and_renamed_files_keep_all_of_their_documents(tmp_path: Path) -> None:
    place = Place(tmp_path)
    path = place.put("a.txt", THREE)
    place.run()
    path.rename(place.archive / "c.txt")
    assert place.run().moved == 1
    assert list(place.rows()) == ["c.txt", "c.txt#2", "c.txt#3"]
    place.put("d.txt", THREE)
    place.run()
    assert place.rows()["d.txt#2"] is FileStatus.DUPLICATE
    assert place.document("d.txt#2")["source"]["path"] == "d.txt"
    assert place.sound()


def test_a_file_that_is_called_like_a_second_document_is_another(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.put("a.txt", THREE)
    place.put("a.txt#2", PLAN[:9])
    place.run()
    assert list(place.rows()) == ["a.txt", "a.txt#2", "a.txt#3", "a.txt%232"]
    assert place.run().skipped == 2
    assert place.sound()


def test_a_ledger_of_an_earlier_sohoa_is_read_and_goes_on(tmp_path: Path) -> None:
    import sqlite3

    place = Place(tmp_path)
    place.put("a.txt", PLAN)
    place.run()
    with sqlite3.connect(place.out / "ledger.sqlite") as ledger:
        ledger.execute("DROP INDEX files_by_part")
        ledger.execute("ALTER TABLE files DROP COLUMN part_of")
    assert list(place.rows()) == ["a.txt"]
    assert place.sound()
    assert place.run().skipped == 1


def papers(count: int) -> bytes:
    """A PDF with a text layer and so many papers, of a page each."""
    pdfmetrics.registerFont(TTFont("DejaVu", DEJAVU[0]))
    file = io.BytesIO()
    page = canvas.Canvas(file, invariant=True)
    for number in range(1, count + 1):
        page.setFont("DejaVu", 11)
        lines = [*head(f"{number}/KH-UBND"), *title(), "I. MỤC ĐÍCH", f"- Việc thứ {number}.", *PLAN[-6:]]
        for row, text in enumerate(lines):
            page.drawCentredString(297, 780 - 22 * row, text) if row < 7 else page.drawString(80, 780 - 22 * row, text)
        page.showPage()
    page.save()
    return file.getvalue()


@pytest.mark.slow
def test_of_a_pdf_of_300_papers_none_is_lost_and_memory_stays_flat(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.archive / "300.pdf").write_bytes(papers(300))
    tally = place.run()
    assert len(place.rows()) == 300
    numbers = {place.document(path)["header"]["number"]["value"] for path in place.rows()}
    assert numbers == {f"{number}/KH-UBND" for number in range(1, 301)}
    assert tally.worker_peak_bytes < 900_000_000  # 560 MB of models, measured with one paper
    assert place.sound()
