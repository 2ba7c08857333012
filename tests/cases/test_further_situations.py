"""What strangers do to the same plan, thought out ahead: typed, saved, copied and set otherwise, it says the same."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from tests.cases.facts import document_of, facts_of, marks_of
from tests.cases.plans import (
    BODY,
    CENTRED,
    CLOSING,
    HEAD_LEFT,
    HEAD_RIGHT,
    RECIPIENTS,
    TITLE,
    WordPlan,
    cells,
    differences,
    lines,
    right,
    word_paragraph,
    write_docx,
)

PLAN = "\n".join(lines())
NBSP = "\u00a0"
DATE = HEAD_RIGHT[2]
ABOUT = TITLE[1]
END = "\n".join(CLOSING)
LIST = "\n".join(RECIPIENTS)
WORD = WordPlan()
LEFT, RIGHT = "\n".join(HEAD_LEFT), "\n".join(HEAD_RIGHT)
REST = "\n".join(lines()[3:])


def capitals_as(script: str, latin: str) -> str:
    """The plan with those capitals of words in capitals that another script has as well."""
    letters = str.maketrans(latin, script)
    return re.sub(r"[A-Z]{2,}", lambda word: word[0].translate(letters), PLAN)


def items(sign: str) -> str:
    return re.sub(r"(?m)^(\d)\. ", sign, PLAN)


def numerals(sign: str) -> str:
    return re.sub(r"(?m)^([IV]+)\. ", sign, PLAN)


def listed_by(sign: str) -> str:
    return re.sub(r"(?m)^- ", f"{sign} ", PLAN)


TYPED: dict[str, str | bytes] = {
    # numbers
    "blanks that do not break around the slash": PLAN.replace("63/KH", f"63{NBSP}/{NBSP}KH"),
    "no blank behind the label": PLAN.replace("Số: 63", "Số:63"),
    "a label in capitals": PLAN.replace("Số:", "SỐ:"),
    "a fullwidth number": PLAN.replace("63/KH-UBND", "６３／KH－UBND"),
    "a number between leaders": PLAN.replace("Số: 63/", "Số:...63.../"),
    "a number between rules": PLAN.replace("Số: 63/", "Số: __63__/"),
    # how it was saved
    "decomposed": unicodedata.normalize("NFD", PLAN),
    "UTF-16": PLAN.encode("utf-16"),
    "UTF-16 without a mark": PLAN.encode("utf-16-le"),
    "old Mac line ends": PLAN.replace("\n", "\r"),
    "Unicode line separators": PLAN.replace("\n", "\u2028"),
    "escapes of a programming language": PLAN.encode("ascii", "backslashreplace"),
    "escapes of JSON": json.dumps(PLAN).strip('"').replace("\\n", "\n").replace('\\"', '"'),
    "numeric entities": PLAN.encode("ascii", "xmlcharrefreplace"),
    "blanks of no width in words": re.sub(r"(?<=[a-zà-ỹ])(?=[a-zà-ỹ]{3})", "\u200b", PLAN),
    "blanks that do not break": PLAN.replace(" ", NBSP),
    "Cyrillic capitals": capitals_as("АВСЕНКМОРТХ", "ABCEHKMOPTX"),
    "Greek capitals": capitals_as("ΑΒΕΗΙΚΜΝΟΡΤΥΧΖ", "ABEHIKMNOPTYXZ"),
    "numerals as one sign": PLAN.replace("III. ", "Ⅲ. ").replace("II. ", "Ⅱ. ").replace("\nI. ", "\nⅠ. "),
    "fullwidth items": re.sub(r"(?m)^(\d)\. ", lambda one: chr(0xFF10 + int(one[1])) + "．", PLAN),
    # letterhead
    "a motto in capitals": PLAN.replace("Độc lập - Tự do - Hạnh phúc", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC"),
    "a motto with stops": PLAN.replace("Độc lập - Tự do - Hạnh phúc", "Độc lập. Tự do. Hạnh phúc"),
    "a date with slashes": PLAN.replace("ngày 21 tháng 8 năm 2024", "ngày 21/8/2024"),
    "a date with dots": PLAN.replace("ngày 21 tháng 8 năm 2024", "ngày 21.8.2024"),
    "a date without blanks": PLAN.replace(DATE, "Hoa Trúc,ngày21tháng8năm2024"),
    "a date in italics": PLAN.replace(DATE, f"_{DATE}_"),
    "columns by tabs": re.sub(r" {3,}", "\t", PLAN),
    "columns two blanks apart": re.sub(r" {3,}", "  ", PLAN),
    "one column after the other": f"{LEFT}\n{RIGHT}\n{REST}",
    "the right column first": f"{RIGHT}\n{LEFT}\n{REST}",
    "a draft": f"DỰ THẢO\n{PLAN}",
    "a second draft": f"Dự thảo lần 2\n{PLAN}",
    # title
    "a title in small letters": PLAN.replace("KẾ HOẠCH\nPhát", "Kế hoạch\nPhát"),
    "a title with a colon": PLAN.replace("KẾ HOẠCH\nPhát", "KẾ HOẠCH:\nPhát"),
    "a title of spaced letters": PLAN.replace(
        "KẾ HOẠCH\nPhát", f"K{NBSP}Ế{NBSP * 3}H{NBSP}O{NBSP}Ạ{NBSP}C{NBSP}H\nPhát"
    ),
    "a subject in brackets": PLAN.replace(ABOUT, f"({ABOUT})"),
    "a rule under the subject": PLAN.replace(ABOUT, f"{ABOUT}\n_______________"),
    # body
    "double spaced": PLAN.replace("\n", "\n\n"),
    "numerals before a slash": numerals(r"\1/ "),
    "numerals before a dash": numerals(r"\1- "),
    "items before a bracket": items(r"\1) "),
    "items without a blank": items(r"\1."),
    "lists by crosses": listed_by("+"),
    "page numbers in words": PLAN.replace("II. NỘI", "Trang 2/3\nII. NỘI"),
    "page numbers in English": PLAN.replace("II. NỘI", "Page 2 of 3\nII. NỘI"),
    "page numbers between dashes": PLAN.replace("II. NỘI", "- 2 -\nII. NỘI"),
    "a database's line": PLAN.replace("II. NỘI", "LawSoft * Tel: 08-3930 3279 * www.ThuVienPhapLuat.vn\nII. NỘI"),
    "a database's foot": f"{PLAN}\n\nLuatVietnam.vn - Cơ sở dữ liệu văn bản pháp luật\n",
    "copied from a database": f"Nguồn: https://thuvienphapluat.vn/van-ban/ke-hoach-63\n{PLAN}",
    # closing
    "an end in words": f"{PLAN}\n\n-----HẾT-----\n",
    "recipients in one line": PLAN.replace(LIST, "Nơi nhận: " + " ".join(one.lstrip("- ") for one in RECIPIENTS[1:])),
    "recipients behind the signer": PLAN.replace(f"{LIST}\n\n{END}", f"{END}\n\n{LIST}"),
    "recipients without dashes": PLAN.replace(LIST, "\n".join(one.lstrip("- ") for one in RECIPIENTS)),
    "a note that it is signed": PLAN.replace("CHỦ TỊCH\n\n", "CHỦ TỊCH\n(Đã ký, đóng dấu)\n"),
}
SAID_OTHERWISE = {
    "lists by crosses": {"outline", "recipients"},  # the signs are kept as they stand
}


@pytest.mark.parametrize("situation", TYPED)
def test_the_plan_says_the_same(situation: str, tmp_path: Path) -> None:
    written = TYPED[situation]
    path = tmp_path / "a.txt"
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    document = document_of(path)
    facts = facts_of(document)
    changed = SAID_OTHERWISE.get(situation, set())
    assert {name: value for name, value in facts.items() if name not in changed and value != right()[name]} == {}
    assert document.problems == []


def test_posts_and_degrees_are_read_as_they_are_typed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PLAN.replace(END, "TM. ỦY BAN NHÂN DÂN\nChủ tịch\n\nKỹ sư Lương Quỳnh Hương"), "utf-8")
    assert differences(path) == {"position": "Chủ tịch", "name": "Kỹ sư Lương Quỳnh Hương"}


def test_numbers_with_a_nought_are_items_and_counts_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(items(r"0\1. "), "utf-8")
    assert list(differences(path)) == ["outline"]
    outline = differences(path)["outline"]
    assert isinstance(outline, list)
    assert [number for _, number, _, _ in outline] == [
        number if "." not in place else f"0{number}" for place, number, _, _ in right()["outline"]
    ]
    path.write_text(PLAN.replace(BODY[6], f"{BODY[6]}\n01 tập thể\n02 cá nhân"), "utf-8")
    assert all(number != "01" for _, number, _, _ in differences(path)["outline"])  # type: ignore[attr-defined]


def test_what_a_program_added_is_kept_as_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"DỰ THẢO\n{PLAN}\n\n-----HẾT-----\nLuatVietnam.vn\n", "utf-8")
    assert {"DỰ THẢO", "-----HẾT-----", "LuatVietnam.vn"} <= {text for _, text in marks_of(document_of(path))}


@pytest.mark.parametrize(
    "sentence",
    [
        "Các xóm tải mẫu đơn từ cổng thông tin của huyện.",
        "Ban Văn hóa dán thông báo hết hạn đăng ký ở nhà văn hóa xóm.",
        "Trang thiết bị tưới cây do các xóm tự mua.",
        "Người dân tra cứu tại thuvienphapluat.vn khi cần.",
        "Loài cây Dalbergia có ký hiệu α và β trong sổ.",
    ],
)
def test_sentences_of_authors_stay(sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PLAN.replace("2. Các trường", f"{sentence}\n2. Các trường"), "utf-8")
    assert sentence in str(differences(path)["outline"])


# ------------------------------------------------------------------ Word


def in_rows(left: tuple[str, ...], beside: tuple[str, ...]) -> str:
    rows = zip(left, beside, strict=True)
    made = (f"<w:tr><w:tc>{WORD.line(one)}</w:tc><w:tc>{WORD.line(other)}</w:tc></w:tr>" for one, other in rows)
    return f"<w:tbl>{''.join(made)}</w:tbl>"


def broken(texts: tuple[str, ...]) -> list[str]:
    """The lines as one paragraph with line breaks."""
    return ["<w:p><w:r>" + "<w:br/>".join(f"<w:t>{text}</w:t>" for text in texts) + "</w:r></w:p>"]


BELOW = WORD.title + WORD.body + WORD.closing
SET_IN_WORD = {
    "a letterhead in rows": in_rows(HEAD_LEFT, HEAD_RIGHT) + BELOW,
    "a letterhead by line breaks": cells(broken(HEAD_LEFT), broken(HEAD_RIGHT)) + BELOW,
    "a letterhead by tabs": "".join(
        f"<w:p><w:r><w:t>{one}</w:t><w:tab/><w:t>{other}</w:t></w:r></w:p>"
        for one, other in zip(HEAD_LEFT, HEAD_RIGHT, strict=True)
    )
    + BELOW,
    "a letterhead in a table in a frame": f"<w:tbl><w:tr><w:tc>{WORD.head}</w:tc></w:tr></w:tbl>{BELOW}",
    "all in one frame": f"<w:tbl><w:tr><w:tc>{WORD.head}{BELOW}</w:tc></w:tr></w:tbl>",
    "all in one control": f"<w:sdt><w:sdtContent>{WORD.head}{BELOW}</w:sdtContent></w:sdt>",
    "a title in capitals by its style": WORD.head
    + word_paragraph("Kế hoạch", CENTRED, "<w:b/><w:caps/>")
    + word_paragraph(ABOUT, CENTRED, "<w:b/>")
    + WORD.body
    + WORD.closing,
    "a closing by line breaks": WORD.head + WORD.title + WORD.body + cells(broken(RECIPIENTS), broken(CLOSING)),
    "a run for each letter": "".join(
        "<w:p>" + "".join(f'<w:r><w:t xml:space="preserve">{char}</w:t></w:r>' for char in line) + "</w:p>"
        for line in lines()
    ),
}


@pytest.mark.parametrize("situation", SET_IN_WORD)
def test_the_plan_says_the_same_in_word(situation: str, tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", SET_IN_WORD[situation])
    document = document_of(path)
    assert facts_of(document) == right()
    assert document.problems == []
