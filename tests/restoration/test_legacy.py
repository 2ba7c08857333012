"""Legacy encodings: every letter comes back, legacy text is told, and clean Unicode text is never taken for it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.garble import Garble, garble_of_text
from pipeline.language.legacy_encodings import LegacyEncoding, decode_legacy, detect_legacy, encoding_of_fonts
from pipeline.restoration import load_restorer
from pipeline.settings import RestorationSettings
from pipeline.training.legacy_encoders import ENCODERS
from pipeline.vietnamese.folding import strip_marks

SHARED = Path(__file__).parents[2].parent / "shared"
SENTENCE = (
    "Ủy ban nhân dân xã phát động đợt thi đua trồng cây xanh, giữ gìn vệ sinh đường làng; "
    "các thôn đăng ký chỉ tiêu trước ngày 15 tháng 3 và báo cáo kết quả với Ban chỉ đạo"
)
_TEXT = (
    "kế hoạch thực hiện nhiệm vụ xã hội chủ nghĩa đường phố thủy lợi quản lý hòa bình mở rộng nỗ lực giữ gìn "
    "của được với trường chính quyền khẩn cấp ngõ xóm quỹ đất ở ý kỳ họp lẽ phải gỡ bỏ tỉ mỉ đẩy mạnh ắt hẳn"
)
WORDS = _TEXT.split()

LETTERS = sorted(
    {
        unicodedata.normalize("NFC", base + tone)
        for base in "aăâeêioôơuưy"
        for tone in ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    }
    | {"đ"}
)  # fmt: skip


@pytest.mark.parametrize("encoding", list(LegacyEncoding))
@given(
    st.lists(st.text(st.sampled_from([*LETTERS, *"bcdghklmnpqrstvx"]), min_size=2, max_size=6), min_size=1, max_size=8)
)
def test_every_small_letter_comes_back(encoding: LegacyEncoding, words: list[str]) -> None:
    # A 'd' before 'd' is đ in VIQR, a hyphen no letter: both cannot be told and are left out.
    text = " ".join("x" + word.replace("dd", "d").replace("dđ", "đ").replace("đd", "đ") for word in words) + " x."
    text = text.replace("ddd", "d")
    assert decode_legacy(ENCODERS[encoding](text), encoding) == text


@pytest.mark.parametrize("encoding", list(LegacyEncoding))
@given(st.lists(st.sampled_from(WORDS), min_size=3, max_size=12))
def test_headings_in_capitals_come_back(encoding: LegacyEncoding, words: list[str]) -> None:
    text = "HĐND " + " ".join(words).upper() + "."
    assert decode_legacy(ENCODERS[encoding](text), encoding) == text


@pytest.mark.parametrize("encoding", [LegacyEncoding.VNI, LegacyEncoding.VIQR, LegacyEncoding.WINDOWS_1258])
@given(st.lists(st.sampled_from([word.capitalize() for word in WORDS]), min_size=1, max_size=8))
def test_marked_initials_come_back(encoding: LegacyEncoding, words: list[str]) -> None:
    text = " ".join(words) + "."
    assert decode_legacy(ENCODERS[encoding](text), encoding) == text


@pytest.mark.parametrize("encoding", list(LegacyEncoding))
def test_legacy_text_is_told_and_read(encoding: LegacyEncoding) -> None:
    old = ENCODERS[encoding](SENTENCE)
    assert detect_legacy(old) is encoding
    assert garble_of_text(old).kind is Garble.LEGACY_ENCODING
    assert decode_legacy(old, encoding).lower() == SENTENCE.lower()


@pytest.mark.parametrize(
    ("old", "encoding", "text"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", LegacyEncoding.TCVN3, "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", LegacyEncoding.TCVN3, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("§éc lËp - Tù do - H¹nh phóc", LegacyEncoding.TCVN3, "Độc lập - Tự do - Hạnh phúc"),
        ("ph-¬ng ph¸p s¶n xuÊt n-íc s¹ch", LegacyEncoding.TCVN3, "phương pháp sản xuất nước sạch"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", LegacyEncoding.VNI, "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("ÑOÄC LAÄP - TÖÏ DO - HAÏNH PHUÙC", LegacyEncoding.VNI, "ĐỘC LẬP - TỰ DO - HẠNH PHÚC"),
        ("Co^.ng ho`a xa~ ho^.i chu? nghi~a Vie^.t Nam.", LegacyEncoding.VIQR, "Cộng hòa xã hội chủ nghĩa Việt Nam."),
        ("“Thi ddua” la` ye^u nu+o+'c", LegacyEncoding.VIQR, "“Thi đua” là yêu nước"),
        ("DDo^.c la^.p - Tu+. do - Ha.nh phu'c", LegacyEncoding.VIQR, "Độc lập - Tự do - Hạnh phúc"),
        (
            "Côòng hoÌa xaÞ hôòi chuÒ nghiÞa Viêòt Nam",
            LegacyEncoding.WINDOWS_1258,
            "Cộng hòa xã hội chủ nghĩa Việt Nam",
        ),
    ],
)
def test_formulas_as_old_files_hold_them(old: str, encoding: LegacyEncoding, text: str) -> None:
    assert detect_legacy(old) is encoding
    assert decode_legacy(old, encoding) == text


def test_fonts_tell_the_encoding_and_the_capitals() -> None:
    assert encoding_of_fonts(["ABCDEF+.VnTime"]) is LegacyEncoding.TCVN3
    assert encoding_of_fonts(["VNI-Times"]) is LegacyEncoding.VNI
    assert encoding_of_fonts(["TimesNewRomanPSMT"]) is None
    assert detect_legacy("kÕ ho¹ch") is LegacyEncoding.TCVN3
    assert detect_legacy("ho¹ch") is None
    assert detect_legacy("ho¹ch", [".VnTime"]) is LegacyEncoding.TCVN3
    assert decode_legacy("kÕ ho¹ch", LegacyEncoding.TCVN3, [".VnTimeH"]) == "KẾ HOẠCH"


def test_words_already_in_unicode_stay() -> None:
    assert decode_legacy("kÕ ho¹ch của huyện", LegacyEncoding.TCVN3) == "kế hoạch của huyện"


@pytest.mark.parametrize(
    "text",
    [
        "",
        SENTENCE,
        SENTENCE.upper(),
        strip_marks(SENTENCE),
        unicodedata.normalize("NFD", SENTENCE),
        "là và các có thì hình công tác đã đến",
        "Là già, cà, bàn: á, à, ã, é, ù.",
        "Le maître d'hôtel a été très gêné à côté du château.",
        "Ärger über große Öfen; Größe, Übung, schön und süß",
        "Señor Núñez está aquí; mañana será otro día.",
        "§ 12, © 2024, ® và ± 5 µm; «trích dẫn»",
        "Is it (a) yes? (b) no. Or e.g. i.e. a.m. x^2 + y^2, o+ and a( b?",
        "Héi déng thi dua, Sé Néi vu, déi véi tap thé",
        "cOng vu cua doi ngii can bo, céng chic trong thi hanh, gép phan nang cao hieu qua",
        "Thuc hién Ké hoach sé 12 cua Uy ban nhan dan xa, c6 tiéu chi cu thé",
    ],
)
def test_clean_and_misread_text_is_never_taken_for_legacy(text: str) -> None:
    assert detect_legacy(text) is None
    assert all(detect_legacy(word) is None for word in text.split())


@given(st.text(max_size=80))
def test_any_text_can_be_asked_and_decoded(text: str) -> None:
    detect_legacy(text)
    for encoding in LegacyEncoding:
        assert decode_legacy(text, encoding).count("\n") == text.count("\n")


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here: no real text to mistake")
def test_no_line_of_real_text_is_taken_for_legacy() -> None:
    from pipeline.training.split import read_part

    paths = [*sorted((SHARED / "seeds").glob("*.txt")), *sorted((SHARED / "scans" / "transcripts").glob("*.txt"))]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    lines += list(read_part(SHARED / "text" / "vbpl.txt.xz", "held_out"))
    lines += list(read_part(SHARED / "text" / "govnews_slice.txt.xz", "held_out"))
    taken = [line for line in lines if detect_legacy(line) is not None]
    assert taken == []


@pytest.mark.parametrize("encoding", list(LegacyEncoding))
def test_short_lines_of_a_legacy_document_are_converted_with_it(encoding: LegacyEncoding) -> None:
    lines = [
        "xã Hòa Thịnh phát động phong trào thi đua chào mừng ngày lễ lớn của quê hương, góp phần hoàn thành",
        "các chỉ tiêu kinh tế - xã hội, thực hiện tốt quy chế dân chủ ở cơ sở, xây dựng nếp sống văn minh.",
        "ý kiến:",
        "- Lưu: VT.",
        "Y Bhăm Kbuôr",
    ]
    restorer = load_restorer(RestorationSettings())
    restored = restorer.restore_lines([ENCODERS[encoding](line) for line in lines])
    assert [line.text for line in restored] == lines
    assert {line.garble for line in restored} == {Garble.LEGACY_ENCODING}


def test_lines_in_unicode_beside_legacy_ones_stay() -> None:
    legacy = ENCODERS[LegacyEncoding.TCVN3]("phát động phong trào thi đua chào mừng ngày lễ lớn của quê hương")
    lines = [legacy, "và có tên là:", "Ủy ban nhân dân xã ban hành kế hoạch này, giao các bộ phận thực hiện."]
    restored = [line.text for line in load_restorer(RestorationSettings()).restore_lines(lines)]
    assert restored[1:] == lines[1:]


def test_a_misread_page_is_not_taken_for_legacy_because_of_one_line() -> None:
    legacy = ENCODERS[LegacyEncoding.TCVN3]("phát động phong trào thi đua chào mừng ngày lễ lớn của quê hương")
    lines = [
        "Ké hoach phat dong phong trao thi dua nam 2024 trén dia ban x4",
        legacy,
        "Céac don vi, thon, t6 dan phé té chtrc thuc hién ké hoach nay",
        "Noi nhan:",
    ]
    restored = [line.text for line in load_restorer(RestorationSettings()).restore_lines(lines)]
    assert restored[0] == "Kế hoạch phát động phong trào thi đua năm 2024 trên địa bàn xã"
    assert restored[2].endswith("tổ chức thực hiện kế hoạch này")
    assert restored[3] == "Nơi nhận:"
