"""Words, lines and pages carry what was put right in them, whole, cut and joined."""

from __future__ import annotations

from pipeline.edits import By, Edit, differences, undone
from pipeline.values import Line, LineId, Page, TextSource, Word, edits_of_words


def test_a_word_that_was_put_right_twice_tells_what_it_was_read_as_first() -> None:
    word = Word("CHŨ").put_right("CHỦ", By.SIGNER).put_right("CHỦ:", By.PUNCTUATION)
    assert word.edit == Edit(0, 4, "CHŨ", "CHỦ:", None, "signer+punctuation")
    assert word.put_right("CHŨ", By.SIGNER).edit is None  # taken back


def test_edits_of_words_lead_back_to_the_words_as_read() -> None:
    words = [Word("1,").put_right("1.", By.PUNCTUATION), Word("Mục"), Word("đích:").put_right("đích;", By.PUNCTUATION)]
    assert undone("1. Mục đích;", edits_of_words(words)) == "1, Mục đích:"


def line(raw: str, text: str) -> Line:
    return Line(text, raw, edits=differences(raw, text, By.RESTORATION, 0.9), sure=(0.9,) * len(text.split()))


def test_parts_and_joins_of_lines_keep_their_edits_chances_and_origin() -> None:
    first, second = (
        Page(1, TextSource.TEXT_FILE, (line("uy ban xa", "ủy ban xã"), line("Phong Noi vu", "Phòng Nội vụ")))
        .identified()
        .lines
    )
    joined = first.with_text_of([first, second])
    assert joined.text == "ủy ban xã Phòng Nội vụ"
    assert undone(joined.text, joined.edits) == "uy ban xa Phong Noi vu"
    part = joined.part(7, 15)
    assert part.text == "xã Phòng"
    assert undone(part.text, part.edits) == "xa Phong"
    assert part.sure == (0.9, 0.9)
    assert [part.place_on_page(at) for at in (0, 2, 3)] == [(LineId(1, 1), 7), None, (LineId(1, 2), 0)]


def test_a_line_is_as_sure_as_engine_and_restoration_together() -> None:
    assert Line("một hai", "", confidence=0.8).sureness == 0.8
    assert Line("mộ hai ba", "", sure=(1.0, 0.5, 1.0)).sureness == (2 + 1.5 + 2) / 7
    assert Line("mộ hai ba", "", confidence=0.5, sure=(1.0, 0.5, 1.0)).sureness == 0.5 * (2 + 1.5 + 2) / 7
    assert Line("", "").sureness is None
