"""Text and Markdown dumps: pages, hints, encodings."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake import open_source
from pipeline.intake.decoding import decode, looks_like_text
from pipeline.intake.text.dump_pages import is_markdown, page_lines, split_pages
from pipeline.settings import IntakeSettings
from pipeline.values import Line, PageInput, Region, TextSource

SETTINGS = IntakeSettings()


def pages(path: Path, settings: IntakeSettings = SETTINGS) -> list[PageInput]:
    with open_source(path, settings) as source:
        return list(source.pages())


def lines(text: str) -> list[Line]:
    (page,) = split_pages(text)
    return list(page_lines(page, markdown=is_markdown(text)))


def texts(text: str) -> list[str]:
    return [line.text for line in lines(text)]


def test_form_feeds_are_pages_and_a_last_one_opens_none(tmp_path):
    (tmp_path / "a.txt").write_text("một\n\fhai\n\f\fbốn\n\f")
    found = pages(tmp_path / "a.txt")
    assert [[line.text for line in page.lines] for page in found] == [["một"], ["hai"], [], ["bốn"]]
    assert [page.number for page in found] == [1, 2, 3, 4]
    assert {page.source for page in found} == {TextSource.TEXT_FILE}


def test_blank_lines_become_gaps_and_leading_blanks_indent():
    found = lines("một\n\n\n   hai\nba\t\n")
    assert [(line.text, line.raw, line.gap_before, line.indent) for line in found] == [
        ("một", "một", 0, 0),
        ("hai", "   hai", 2, 3),
        ("ba", "ba\t", 0, 0),
    ]
    assert all(line.bold is None and line.box is None for line in found)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(end):
    assert texts(end.join(["một", "hai", "", "ba"])) == ["một", "hai", "ba"]


def test_markdown_is_taken_off_and_its_meaning_kept():
    found = lines(
        "## **KẾ HOẠCH**\n\n### Tổ chức *phong trào*\n\n**1. Hình thức:** Giấy khen\n"
        "a) *Thủ tục*\n- Đến ngày **30/11** thì xong\n* gạch sao\n1\\. số\n"
    )
    assert [(line.text, line.bold) for line in found] == [
        ("KẾ HOẠCH", True),
        ("Tổ chức phong trào", True),
        ("1. Hình thức: Giấy khen", True),
        ("a) Thủ tục", False),
        ("- Đến ngày 30/11 thì xong", False),
        ("- gạch sao", False),
        ("1. số", False),
    ]
    assert found[0].raw == "## **KẾ HOẠCH**"


def test_a_bold_run_goes_on_over_a_line_end():
    found = lines("**TM. ỦY BAN NHÂN DÂN  \nCHỦ TỊCH**\n\nNguyễn Văn Mẫu\n")
    assert [(line.text, line.bold) for line in found] == [
        ("TM. ỦY BAN NHÂN DÂN", True),
        ("CHỦ TỊCH", True),
        ("Nguyễn Văn Mẫu", False),
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("* Ghi chú: 3 * 4 = 12", "* Ghi chú: 3 * 4 = 12"),
        ("# số 5", "# số 5"),
        ("tệp ke_hoach_2024.doc", "tệp ke_hoach_2024.doc"),
        ("C:\\kh\\*.doc", "C:\\kh\\*.doc"),
    ],
)
def test_signs_in_plain_text_are_no_markup(text, plain):
    assert texts("Một dòng\n" + text)[-1] == plain or is_markdown("Một dòng\n" + text)
    if not text.startswith("# "):
        assert texts("Một dòng\n" + text) == ["Một dòng", plain]


def test_in_markdown_only_paired_signs_are_markup():
    found = texts("## A\n\n2 * 3 * 4 và 5 ** 6\n\nke_hoach_2024 và __đậm__\n\n**chưa đóng\n\nhết\n")
    assert found == ["A", "2 * 3 * 4 và 5 ** 6", "ke_hoach_2024 và đậm", "chưa đóng", "hết"]


def test_empty_boxes_go_and_a_box_that_begins_a_line_is_a_bullet():
    assert texts("- Giấy □ khen\n□ Tập thể\n□\n") == ["- Giấy khen", "- Tập thể"]


def test_rules_are_no_lines():
    assert texts("KẾ HOẠCH\n-------------\n\n* * *\nMột\n____\n") == ["KẾ HOẠCH", "Một"]


def test_a_markdown_table_is_cells():
    found = lines("## A\n\n| STT | Việc |\n|---|:--:|\n| 1 | Họp **tổ** |\n| 2 | |\n\nhết\n")
    assert [(line.text, line.cell) for line in found] == [
        ("A", None),
        ("STT", (0, 0, 0)),
        ("Việc", (0, 0, 1)),
        ("1", (0, 1, 0)),
        ("Họp tổ", (0, 1, 1)),
        ("2", (0, 2, 0)),
        ("hết", None),
    ]
    assert found[1].region is Region.TABLE


def test_a_letterhead_table_is_the_letterhead():
    found = lines(
        "| UBND XÃ MẪU | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc |\n|---|---|\n"
        "| Số: 5/KH-UBND | Mẫu, ngày 2 tháng 3 năm 2024 |\n\n**KẾ HOẠCH**\n"
    )
    assert [(line.text, line.region) for line in found] == [
        ("UBND XÃ MẪU", Region.LETTERHEAD_LEFT),
        ("Số: 5/KH-UBND", Region.LETTERHEAD_LEFT),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Region.LETTERHEAD_RIGHT),
        ("Độc lập - Tự do - Hạnh phúc", Region.LETTERHEAD_RIGHT),
        ("Mẫu, ngày 2 tháng 3 năm 2024", Region.LETTERHEAD_RIGHT),
        ("KẾ HOẠCH", Region.BODY),
    ]


def test_columns_set_with_blanks_are_told_apart():
    found = lines(
        "UBND HUYỆN MẪU             CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "  XÃ THỬ                       Độc lập - Tự do - Hạnh phúc\n"
        "Số: 5/KH-UBND                Thử, ngày 2 tháng 3 năm 2024\n"
        "\n                     KẾ HOẠCH\nMột nội dung\n\n"
        "Nơi nhận:                        TM. ỦY BAN NHÂN DÂN\n"
        "- Như trên;                           CHỦ TỊCH\n"
        "- Lưu: VT.\n\n                                  Nguyễn Văn Mẫu\n"
    )
    by_region = {region: [line.text for line in found if line.region is region] for region in Region}
    assert by_region[Region.LETTERHEAD_LEFT] == ["UBND HUYỆN MẪU", "XÃ THỬ", "Số: 5/KH-UBND"]
    assert by_region[Region.LETTERHEAD_RIGHT] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Thử, ngày 2 tháng 3 năm 2024",
    ]
    assert by_region[Region.BODY] == ["KẾ HOẠCH", "Một nội dung"]
    assert by_region[Region.CLOSING_LEFT] == ["Nơi nhận:", "- Như trên;", "- Lưu: VT."]
    assert by_region[Region.CLOSING_RIGHT] == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn Mẫu"]


SENTENCE = "KẾ HOẠCH số 5: thực hiện nhiệm vụ được giao, đề nghị các đơn vị ưu tiên."


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_unicode_in_every_form(tmp_path, mark, encoding):
    (tmp_path / "a.txt").write_bytes(mark + f"{SENTENCE}\nhai\n".encode(encoding))
    assert [line.text for line in pages(tmp_path / "a.txt")[0].lines] == [SENTENCE, "hai"]


# "Cộng hòa xã hội chủ nghĩa" in TCVN3 and in VNI, byte for byte as their fonts have it.
TCVN3 = b"C\xe9ng h\xdfa x\xb7 h\xe9i ch\xf1 ngh\xdca"
VNI = b"Co\xe4ng ho\xf8a xa\xf5 ho\xe4i chu\xfb ngh\xf3a"


@pytest.mark.parametrize("raw", [TCVN3, VNI])
def test_old_vietnamese_encodings_arrive_as_their_author_saw_them(tmp_path, raw):
    (tmp_path / "a.txt").write_bytes(raw + b"\r\n" + raw)
    (page,) = pages(tmp_path / "a.txt")
    assert [line.text for line in page.lines] == ["Cộng hòa xã hội chủ nghĩa"] * 2


def test_a_flaw_in_utf8_stays_a_flaw(tmp_path):
    data = SENTENCE.encode() * 20
    (tmp_path / "a.txt").write_bytes(data + "ế".encode()[:2])
    with open_source(tmp_path / "a.txt", SETTINGS) as source:
        assert [problem.code for problem in source.problems] == ["damaged_file"]
        (page,) = source.pages()
    assert page.lines[0].text.startswith(SENTENCE)
    assert page.lines[0].text.endswith("\ufffd")


def test_too_long_a_text_is_cut_at_a_line_and_says_so(tmp_path):
    (tmp_path / "a.txt").write_text("dòng một\ndòng hai\ndòng ba\n" * 100)
    with open_source(tmp_path / "a.txt", SETTINGS.model_copy(update={"max_text_bytes": 100})) as source:
        assert [problem.code for problem in source.problems] == ["too_many_bytes"]
        (page,) = source.pages()
    assert {line.text for line in page.lines} == {"dòng một", "dòng hai", "dòng ba"}


def test_one_line_of_megabytes_comes_in_pieces(tmp_path):
    (tmp_path / "a.txt").write_text("chữ " * 500_000)
    (page,) = pages(tmp_path / "a.txt")
    assert max(len(line.text) for line in page.lines) <= 100_000
    assert sum(line.text.count("chữ") for line in page.lines) == 500_000


def test_control_characters_and_direction_marks_are_left_out_of_the_text_and_kept_raw():
    (line,) = lines("K\x00ế\u202e hoạch\u200b\x07 \ufeffnăm")
    assert line.text == "Kế hoạch năm"
    assert "\u202e" in line.raw


@given(st.binary(max_size=300))
def test_any_bytes_can_be_decoded(data):
    decoded = decode(data)
    assert decoded.undecodable <= len(decoded.text) <= len(data)
    assert decoded.text.encode("utf-8").decode() == decoded.text
    assert looks_like_text(data) in {True, False}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300), st.booleans())
def test_any_text_makes_pages_and_loses_no_word(text, markdown):
    for page in split_pages(text):
        for line in page_lines(page, markdown=markdown):
            assert line.text == line.text.strip() != ""
            assert line.gap_before >= 0


WORDS = st.lists(st.sampled_from(["kế", "hoạch", "**đậm**", "*nghiêng*", "năm", "2024", "(a)", "-", "ông"]), min_size=1)


@given(st.lists(WORDS, min_size=1, max_size=8))
def test_markup_takes_no_word_away(rows):
    text = "## đầu\n\n" + "\n".join(" ".join(row) for row in rows)
    kept = " ".join(line.text for line in lines(text)).replace("*", "").split()
    wanted = ["đầu", *(word.replace("*", "") for row in rows for word in row)]
    assert [word for word in kept if word != "-"] == [word for word in wanted if word != "-"]


@pytest.mark.shared
@pytest.mark.parametrize("number", range(5))
def test_the_dumps_that_the_product_is_for(number):
    folder = Path(__file__).parents[3] / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("../shared/seeds is not here")
    (path,) = folder.glob(f"00{number}_*.txt")
    (page,) = pages(path)
    for line in page.lines:
        assert not line.text.startswith("#")
        assert "**" not in line.text
        assert "□" not in line.text
    plain = path.read_text(encoding="utf-8").replace("□", " ").replace("*", "").replace("#", "")
    assert " ".join(line.text for line in page.lines).split() == plain.split()
    if number < 2:
        assert sum(bool(line.bold) for line in page.lines) > 10
