"""Each word of a line has a place, whatever was put right in the line since it was read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.values import Box, Line, Word
from pipeline.word_places import word_places


def line(text: str, *words: tuple[str, int, int], sure: tuple[float, ...] = ()) -> Line:
    read = tuple(Word(word, Box(left, 10, right, 30), 0.8) for word, left, right in words)
    return Line(text, text, Box(0, 10, 300, 30), words=read, sure=sure)


def sides(found: Line) -> list[tuple[int, int]]:
    return [(place.box.left, place.box.right) for place in word_places(found)]


def test_words_as_they_were_read_keep_their_own_boxes() -> None:
    assert sides(line("Kế hoạch", ("Kế", 10, 30), ("hoạch", 40, 90))) == [(10, 30), (40, 90)]


def test_a_word_put_right_stands_where_the_wrong_one_was_read() -> None:
    assert sides(line("Khen thưởng xã", ("Khcn", 0, 40), ("thuong", 50, 110), ("x4", 120, 140))) == [
        (0, 40), (50, 110), (120, 140),
    ]  # fmt: skip


def test_a_word_that_was_parted_is_shared_out_and_two_that_were_joined_are_one() -> None:
    assert sides(line("cá nhân", ("cánhân", 0, 60))) == [(0, 20), (20, 60)]
    assert sides(line("KẾ HOẠCH", ("K", 0, 10), ("Ế", 15, 25), ("HOẠCH", 40, 90))) == [(0, 25), (40, 90)]


def test_a_word_is_as_sure_as_the_engine_and_the_restoration_together() -> None:
    (place,) = word_places(line("xã", ("xa", 0, 20), sure=(0.5,)))
    assert place.confidence == 0.4


def test_a_line_without_boxes_of_words_has_no_places() -> None:
    assert word_places(Line("Kế hoạch", "Kế hoạch")) == ()
    assert word_places(Line("Kế hoạch", "Kế hoạch", words=(Word("Kế"), Word("hoạch")))) == ()


_TEXTS = st.text(st.sampled_from("aă bc đ."), max_size=12)


@given(st.lists(_TEXTS.map(lambda text: text.replace(" ", "")).filter(bool), min_size=1, max_size=5), _TEXTS)
def test_every_word_of_any_text_has_one_place_inside_the_line(read: list[str], text: str) -> None:
    words = [(word, at * 50, at * 50 + 40) for at, word in enumerate(read)]
    places = word_places(line(text, *words))
    assert len(places) == len(text.split())
    assert all(0 <= place.box.left < place.box.right <= 50 * len(read) for place in places)
