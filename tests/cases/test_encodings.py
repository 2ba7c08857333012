"""Text whose encoding went wrong on its way: undone for all of it before anything reads it, or said to be lost."""

from __future__ import annotations

import html
import itertools
import unicodedata
from html.entities import codepoint2name
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.legacy_encodings import LegacyEncoding
from pipeline.language.source_text import as_written as undone
from pipeline.training.legacy_encoders import ENCODERS
from pipeline.vietnamese.unicode import clean
from tests.cases.facts import document_of, problems_of, text_of
from tests.cases.plans import differences, lines


def as_written(text: list[str]) -> list[str]:
    """Lines with what an encoding did to them undone."""
    return undone("\n".join(text)).text.split("\n")


TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
LETTERS = sorted(
    {unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưy" for tone in TONES} | {"đ"}
)  # fmt: skip
ALPHABET = [*LETTERS, *map(str.upper, LETTERS)]
# Words of the language with every marked letter, in small letters and capitals.
WORDS = (
    "à á ả ã ạ bằng bắc ẳng bẵng bặc ăn bầu bấc bẩn bẫy bậc ân đi bè bé bẻ bẽ bẹ bề bế bể bễ bệ bê bì bí bỉ bĩ bị "
    "bò bó bỏ bõ bọ bồ bố bổ bỗ bộ bô bờ bớ bở bỡ bợ bơ bù bú bủ bũ bụ bừ bức bử bữa bực ưa ỳ ý ỷ kỹ kỵ"
)
SENTENCES = [*lines(), WORDS, WORDS.upper(), "Thị xã “Đồng Đăng” – kỳ họp thứ 8… ngày 30/4"]


def misread(text: str, encoding: str) -> str:
    """UTF-8 taken for an eight-bit encoding, bytes without a sign as control characters."""
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1258", "mac_roman", "cp437", "cp850"])
def test_misread_utf8_is_made_whole(encoding: str, times: int) -> None:
    spoilt = SENTENCES
    for _ in range(times):
        spoilt = [misread(line, encoding) for line in spoilt]
    assert as_written(spoilt) == SENTENCES


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1258"])
@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from([*ALPHABET, *"bcdghklmnpqrstvxBCDGHKLMNPQRSTVX"]), min_size=1, max_size=7)))
def test_every_letter_of_misread_utf8_comes_back(encoding: str, words: list[str]) -> None:
    text = [*lines(), " ".join(words)]
    assert as_written([misread(line, encoding) for line in text]) == text


@pytest.mark.parametrize("lost", ["\x81\x8d\x8f\x90\x9d", "\xa0", "\xad", "\x81\x8d\x8f\x90\x9d\xa0\xad"])
@pytest.mark.parametrize("squeezed", [False, True])
def test_letters_that_lost_a_byte_are_completed_or_said_to_be_lost(lost: str, squeezed: bool) -> None:
    spoilt = [misread(line, "cp1252") for line in lines()]
    for sign in lost:
        spoilt = [line.replace(sign, " " if sign == "\xa0" else "") for line in spoilt]
    if squeezed:
        spoilt = [" ".join(line.split()) for line in spoilt]
    found = as_written(spoilt)
    wrong = [
        (came, went)
        for line, true in zip(found, lines(), strict=True)
        for came, went in itertools.zip_longest(line.split(), true.split())
        if came != went
    ]
    assert all("\ufffd" in (came or "") for came, _ in wrong)
    assert len(wrong) <= 4  # of some 260 words


@pytest.mark.parametrize(
    "text",
    [
        "THỊ XÃ” VÀ “XÔ”, ĐẠI HỌC “Â”",
        "Ông A» ở tổ “Ă”, Đội Ä",
        "Café “La Maison” ở phố cổ; 30 °C, § 12, «trích»",
        "XÃ» Ã” Â° Ã£",
    ],
)
def test_sound_text_is_never_taken_for_misread(text: str) -> None:
    assert as_written([*lines(), text]) == [*lines(), text]
    assert as_written([text]) == [text]


def test_of_a_sound_text_only_the_pasted_lines_are_undone() -> None:
    mixed = [*lines()[:8], *(misread(line, "cp1252") for line in lines()[8:14]), *lines()[14:]]
    assert as_written(mixed) == lines()


def decimal(text: str) -> str:
    return "".join(char if char.isascii() else f"&#{ord(char)};" for char in text)


def named(text: str) -> str:
    return "".join(
        f"&{codepoint2name[ord(char)]};"
        if ord(char) in codepoint2name
        else char
        if char.isascii()
        else f"&#x{ord(char):X};"
        for char in text
    )


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("escaped", [decimal, named])
def test_html_entities_are_letters(escaped, times: int) -> None:
    spoilt = list(map(escaped, SENTENCES))
    for _ in range(times - 1):
        spoilt = [html.escape(line, quote=False) for line in spoilt]
    assert as_written(spoilt) == SENTENCES


def test_what_only_looks_like_an_entity_stays() -> None:
    text = ["R&D; Q&A", "a & b; c&d", "?x=1&copyright=2", "&khong;"]
    assert as_written(text) == text


@pytest.mark.parametrize("encoding", list(LegacyEncoding))
def test_a_whole_plan_in_a_legacy_encoding(encoding: LegacyEncoding, tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    old = ENCODERS[encoding]("\n".join(lines()))
    path.write_text(old, "utf-8" if encoding is LegacyEncoding.VIQR else "cp1252")
    assert differences(path) == {}


def test_windows_1258_as_python_writes_it(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "\n".join(lines()))
    text = decomposed
    for shape in ("a\u0302", "a\u0306", "e\u0302", "o\u0302", "o\u031b", "u\u031b"):
        whole = unicodedata.normalize("NFC", shape)
        text = text.replace(shape, whole).replace(shape.upper(), whole.upper())
    # a dot below comes before a circumflex in decomposed text
    for letter in ALPHABET:
        parts = unicodedata.normalize("NFD", letter)
        if len(parts) == 3 and parts[1] == "\u0323":
            whole = unicodedata.normalize("NFC", parts[0] + parts[2])
            text = text.replace(parts, whole + parts[1])
    (tmp_path / "plan.txt").write_bytes(text.encode("cp1258"))
    assert differences(tmp_path / "plan.txt") == {}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_marks_in_any_order_once_or_twice_make_the_letter(form: str) -> None:
    for letter in ALPHABET:
        base, *marks = unicodedata.normalize("NFD", letter)
        for order in itertools.permutations(marks):
            written = unicodedata.normalize(form, base + "".join(order))
            assert clean(f"x{written}n") == f"x{letter}n"
            assert clean(base + "".join(order) + "".join(order)) == letter


@pytest.mark.parametrize("mark", ["´", "ˊ", "\u0384"])
def test_marks_that_stand_after_their_letters_are_set_on_them(mark: str) -> None:
    assert as_written([f"Kê{mark} hoạch", f"cô{mark} gắng, xyza{mark}"]) == ["Kế hoạch", f"cố gắng, xyza{mark}"]
    assert as_written(["Kê ́ hoạch thực hiê ̣n"]) == ["Kế hoạch thực hiện"]


@pytest.mark.parametrize("sign", ["?", "\ufffd"])
def test_letters_that_are_gone_are_said_and_no_words_are_made_of_them(sign: str, tmp_path: Path) -> None:
    spoilt = [line.encode("cp1252", "replace").decode("cp1252").replace("?", sign) for line in lines()]
    (tmp_path / "plan.txt").write_text("\n".join(spoilt), "utf-8")
    document = document_of(tmp_path / "plan.txt")
    assert any(code == "damaged_file" and "words letters are lost" in told for code, told in problems_of(document))
    # The letterhead's columns come apart, as in text that is whole.
    assert sorted(text_of(document).split()) == sorted(" ".join(spoilt).split())
    assert text_of(document).split("\n")[3].startswith(f"C{sign}NG HÒA XÃ H{sign}I")
    assert document.header.number is not None and document.header.number.value == "63/KH-UBND"
    assert document.status == "partial"


def test_a_question_without_its_blank_is_no_lost_letter() -> None:
    assert undone("\n".join([*lines(), "Có đúng không?Đề nghị trả lời. http://a.vn/?q=b"])).lost == 0
