"""Documents that are set in another way than the form asks: titles, title blocks, forms, annexes, citations."""

from __future__ import annotations

import pytest

from pipeline.structure.entities.citations import mentions
from pipeline.structure.words.letter_spacing import with_words
from tests.structure.samples import codes_of, find, header_of, outline, signers_of, structure_of, value

HEAD = (
    "ỦY BAN NHÂN DÂN                   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "HUYỆN TÂN LẬP                     Độc lập - Tự do - Hạnh phúc\n"
    "Số: 15/2010/QĐ-UBND               Tân Lập, ngày 14 tháng 5 năm 2010\n\n"
)
BODY = (
    "\nCăn cứ Kế hoạch số 12/KH-UBND ngày 3 tháng 4 năm 2010 của UBND tỉnh;\n"
    "I. MỤC ĐÍCH\nNâng cao chất lượng công tác.\n"
)
DECISION = (
    f"{HEAD}QUYẾT ĐỊNH\nBan hành Quy chế quản lý chợ trên địa bàn huyện\n\nỦY BAN NHÂN DÂN HUYỆN TÂN LẬP\n\n"
    "Căn cứ Luật Tổ chức HĐND và UBND ngày 26 tháng 11 năm 2003;\n\nQUYẾT ĐỊNH:\n\n"
    "Điều 1. Ban hành kèm theo Quyết định này Quy chế quản lý chợ.\n"
    "Điều 2. Chánh Văn phòng và các ông (bà) Trưởng phòng: Kinh tế, Tài chính chịu trách nhiệm thi hành./.\n"
)
RECIPIENTS = "\nNơi nhận:\n- Như Điều 2;\n- Lưu: VT.\n"
SIGNED = "\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nNguyễn Văn Bình\n"
SIGNER = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn Bình")
REGULATION = (
    "QUY CHẾ\nQuản lý chợ trên địa bàn huyện\n(Ban hành kèm theo Quyết định số 15/2010/QĐ-UBND ngày 14/5/2010)\n\n"
    "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi điều chỉnh\nQuy chế này quy định việc quản lý chợ.\n"
    "Chương II\nTỔ CHỨC THỰC HIỆN\nĐiều 2. Trách nhiệm thi hành\nPhòng Kinh tế hướng dẫn thực hiện.\n"
)
OWN_HEAD = (
    "\nỦY BAN NHÂN DÂN                   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "HUYỆN TÂN LẬP                     Độc lập - Tự do - Hạnh phúc\n\n"
)


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        ("K Ế   H O Ạ C H", "KẾ HOẠCH"),
        ("K Ế H O Ạ C H", "KẾ HOẠCH"),
        ("Q U Y Ế T  Đ Ị N H", "QUYẾT ĐỊNH"),
        ("T Ờ T R Ì N H", "TỜ TRÌNH"),
        ("C H Ỉ   T H Ị", "CHỈ THỊ"),
        ("B Á O C Á O", "BÁO CÁO"),
        ("T H Ô N G   B Á O :", "THÔNG BÁO"),
    ],
)
def test_a_title_whose_letters_stand_apart_is_a_title(printed: str, known: str) -> None:
    header = header_of(structure_of(f"{HEAD}{printed}\nThi đua năm 2010\n{BODY}"))
    assert (header["document_type"], header["subject"]) == (known, "Thi đua năm 2010")


@pytest.mark.parametrize("text", ["a b c", "A, B, C, D", "I V X", "1 2 3 4 5", "đội A B C D đến", "x y z t u v đều"])
def test_letters_that_make_no_words_stay_apart(text: str) -> None:
    assert with_words(text, text) == text


def test_a_heading_whose_letters_stand_apart_is_a_heading() -> None:
    structure = structure_of(f"{HEAD}KẾ HOẠCH\nThi đua\n{BODY}N Ộ I   D U N G\nCác thôn đăng ký thi đua.\n")
    assert "NỘI DUNG" in str(outline(structure.sections))


@pytest.mark.parametrize("kind", ["THÔNG BÁO", "KẾ HOẠCH", "TỜ TRÌNH", "QUYẾT ĐỊNH", "BÁO CÁO", "CHỈ THỊ"])
@pytest.mark.parametrize("about", ["V/v", "v/v:", "V/V", "Về việc"])
def test_v_v_opens_the_subject_under_any_type(kind: str, about: str) -> None:
    text = f"{HEAD}{kind}\n{about} thực hiện chế độ miễn, giảm học phí\ncho học sinh năm học 2010-2011\n{BODY}"
    structure = structure_of(text)
    subject = "thực hiện chế độ miễn, giảm học phí cho học sinh năm học 2010-2011"
    assert (header_of(structure)["subject"] or "").endswith(subject)
    assert structure.preamble[0].startswith("Căn cứ")


@pytest.mark.parametrize(
    "block",
    [
        "CỦA ỦY BAN NHÂN DÂN TỈNH TÂY KHÁNH SỐ 47/2024/KH-UBND\nNGÀY 14 THÁNG 5 NĂM 2024\nVỀ PHONG TRÀO THI ĐUA",
        "CỦA ỦY BAN NHÂN DÂN TỈNH TÂY KHÁNH\nSỐ: 47/2024/KH-UBND NGÀY 14 THÁNG 5 NĂM 2024 VỀ PHONG TRÀO THI ĐUA",
        "Số 47/2024/KH-UBND ngày 14/5/2024 của Ủy ban nhân dân tỉnh Tây Khánh\nVề phong trào thi đua",
        "SỐ 47/2024/KH–UBND NGÀY 14/05/2024\nCỦA ỦY BAN NHÂN DÂN TỈNH TÂY KHÁNH VỀ PHONG TRÀO THI ĐUA",
    ],
)
def test_a_title_block_of_a_database_stands_for_a_letterhead(block: str) -> None:
    structure = structure_of(f"KẾ HOẠCH\n{block}\n{BODY}")
    header = header_of(structure)
    assert (header["document_type"], header["number"], header["date"]) == ("KẾ HOẠCH", "47/2024/KH-UBND", "2024-05-14")
    assert (header["issuing_body"] or "").upper() == "ỦY BAN NHÂN DÂN TỈNH TÂY KHÁNH"
    assert (header["subject"] or "").upper() == "VỀ PHONG TRÀO THI ĐUA"
    assert codes_of(structure) == set()


def test_a_subject_that_only_speaks_of_a_body_is_no_title_block() -> None:
    header = header_of(structure_of(f"{HEAD}KẾ HOẠCH\nCủa Ban Chỉ đạo phong trào thi đua năm 2010\n{BODY}"))
    assert header["subject"] == "Của Ban Chỉ đạo phong trào thi đua năm 2010"
    assert header["issuing_body"] == "ỦY BAN NHÂN DÂN HUYỆN TÂN LẬP"


@pytest.mark.parametrize(
    ("title", "kind", "subject"),
    [
        ("ĐƠN ĐỀ NGHỊ XÉT TẶNG GIẤY KHEN", "ĐƠN ĐỀ NGHỊ", "XÉT TẶNG GIẤY KHEN"),
        ("ĐƠN XIN\nNghỉ phép năm 2024", "ĐƠN XIN", "Nghỉ phép năm 2024"),
        ("GIẤY ĐỀ NGHỊ\nThanh toán kinh phí hội thi", "GIẤY ĐỀ NGHỊ", "Thanh toán kinh phí hội thi"),
        ("BẢN CAM KẾT\nThực hiện nếp sống văn minh", "BẢN CAM KẾT", "Thực hiện nếp sống văn minh"),
        ("TỜ KHAI\nĐăng ký hộ kinh doanh", "TỜ KHAI", "Đăng ký hộ kinh doanh"),
    ],
)
def test_a_form_has_a_type_no_body_and_its_date_and_signer_at_the_end(title: str, kind: str, subject: str) -> None:
    structure = structure_of(
        f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n{title}\n\n"
        "Kính gửi: Hội đồng Thi đua, khen thưởng xã Vân Khánh\nTôi tên là: Đặng Quốc Hưởng, Trưởng thôn Đông.\n"
        "Đề nghị Hội đồng xem xét.\n\nVân Khánh, ngày 14 tháng 5 năm 2024\nNgười làm đơn\n\nĐặng Quốc Hưởng\n"
    )
    header = header_of(structure)
    assert (header["document_type"], header["subject"]) == (kind, subject)
    assert (header["issuing_body"], header["parent_body"], header["number"]) == (None, None, None)
    assert (header["place"], header["date"]) == ("Vân Khánh", "2024-05-14")
    assert signers_of(structure) == [(None, "Người làm đơn", "Đặng Quốc Hưởng")]


@pytest.mark.parametrize(
    ("article", "heading"),
    [
        ("Chánh Văn phòng, Trưởng các phòng: Nội vụ, Tư pháp; Chủ tịch các xã chịu trách nhiệm thi hành./.", None),
        ("Các ông (bà): Nguyễn Văn An, Trần Thị Bình và Chánh Văn phòng chịu trách nhiệm thi hành.", None),
        ("Thủ trưởng các đơn vị: Phòng Nội vụ, Phòng Tài chính có trách nhiệm thi hành Quyết định này.", None),
        ("Các phòng, ban: Chủ động xây dựng kế hoạch, có trách nhiệm tổ chức thực hiện.", "Các phòng, ban"),
        ("Phòng Nội vụ: Chịu trách nhiệm tổng hợp, có trách nhiệm thi hành.", "Phòng Nội vụ"),
        ("Trách nhiệm của các phòng: Phòng Nội vụ tham mưu triển khai.", "Trách nhiệm của các phòng"),
    ],
)
def test_a_colon_inside_a_sentence_makes_no_heading(article: str, heading: str | None) -> None:
    text = f"{HEAD}QUYẾT ĐỊNH\nVề thi đua\n\nĐiều 1. Ban hành Quy chế.\nĐiều 2. {article}\n{RECIPIENTS}{SIGNED}"
    assert find(structure_of(text).sections, "2").heading == heading


@pytest.mark.parametrize("end", [RECIPIENTS + SIGNED, SIGNED + RECIPIENTS])
@pytest.mark.parametrize("own_head", ["\n", OWN_HEAD])
@pytest.mark.parametrize("own_end", ["", SIGNED])
def test_a_regulation_with_letterhead_and_signature_of_its_own_is_one_annex(
    end: str, own_head: str, own_end: str
) -> None:
    structure = structure_of(DECISION + end + own_head + REGULATION + own_end)
    annex = structure.sections[-1]
    assert (annex.heading, [str(role) for role in annex.roles]) == (
        "QUY CHẾ Quản lý chợ trên địa bàn huyện",
        ["phu_luc"],
    )
    assert [child.number for child in annex.children] == ["Chương I", "Chương II"]
    assert annex.children[1].children[0].text == "Phòng Kinh tế hướng dẫn thực hiện."
    assert ("Nguyễn Văn Bình" in annex.text) is bool(own_end)
    assert signers_of(structure) == [SIGNER]
    assert [value(one) for one in structure.recipients] == ["Như Điều 2", "Lưu: VT"]
    assert codes_of(structure) == set()


@pytest.mark.parametrize(
    "annex",
    [
        "\nTHỦ TƯỚNG CHÍNH PHỦ          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n          Độc lập - Tự do - Hạnh phúc\n\n",
        "\nTHỦ TƯỚNG CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n",
        "\nPHỤ LỤC\n",
    ],
)
@pytest.mark.parametrize("end", [RECIPIENTS + SIGNED, SIGNED + RECIPIENTS])
def test_an_office_in_an_annex_signs_nothing(annex: str, end: str) -> None:
    listed = "DANH SÁCH\nTẬP THỂ ĐƯỢC TẶNG BẰNG KHEN CỦA\nTHỦ TƯỚNG CHÍNH PHỦ\n1. Thôn Đông;\n2. Thôn Tây.\n"
    structure = structure_of(DECISION + end + annex + listed)
    assert signers_of(structure) == [SIGNER]
    assert [str(role) for role in structure.sections[-1].roles] == ["phu_luc"]
    assert codes_of(structure) == set()


def test_a_chapters_title_may_take_two_lines() -> None:
    title = "TRÁCH NHIỆM CỦA CÁC PHÒNG, BAN\nTRONG VIỆC QUẢN LÝ CHỢ"
    chapter = f"Chương III\n{title}\nĐiều 3. Phòng Kinh tế\nHướng dẫn thực hiện.\n"
    structure = structure_of(DECISION + RECIPIENTS + SIGNED + "\n" + REGULATION + chapter)
    assert structure.sections[-1].children[-1].heading == "TRÁCH NHIỆM CỦA CÁC PHÒNG, BAN TRONG VIỆC QUẢN LÝ CHỢ"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Căn cứ Nghị định số 81/2002/NĐ-CP ngày 17/10/2002 của Chính phủ Quy định chi tiết thi hành một số điều;",
            ("Nghị định", "81/2002/NĐ-CP", "2002-10-17", "Chính phủ", "Quy định chi tiết thi hành một số điều"),
        ),
        (
            "Thông tư số 05/2008/TT-BTTTT ngày 12/11/2008 của Bộ Thông tin và Truyền thông hướng dẫn một số điều;",
            ("Thông tư", "05/2008/TT-BTTTT", "2008-11-12", "Bộ Thông tin và Truyền thông", "hướng dẫn một số điều"),
        ),
        (
            "Quyết định số 5/QĐ-UBND ngày 5/3/2024 của Chủ tịch UBND tỉnh Tây Khánh Thành lập Ban Chỉ đạo;",
            ("Quyết định", "5/QĐ-UBND", "2024-03-05", "Chủ tịch UBND tỉnh Tây Khánh", "Thành lập Ban Chỉ đạo"),
        ),
        (
            "Công văn 12/SNN-KH ngày 5/3/2024 của Sở Nông nghiệp và phát triển nông thôn về việc phòng dịch;",
            ("Công văn", "12/SNN-KH", "2024-03-05", "Sở Nông nghiệp và phát triển nông thôn", "phòng dịch"),
        ),
        (
            "Quyết định số 12/QĐ-SXD ngày 5/3/2024 của Sở xây dựng phê duyệt quy hoạch;",
            ("Quyết định", "12/QĐ-SXD", "2024-03-05", "Sở xây dựng", "phê duyệt quy hoạch"),
        ),
        (
            "Quyết định số 10/2007/QĐ_BKHCN ngày 11/5/2007 của Bộ Khoa học và Công nghệ;",
            ("Quyết định", "10/2007/QĐ-BKHCN", "2007-05-11", "Bộ Khoa học và Công nghệ", None),
        ),
        (
            "Căn cứ Luật tổ chức HĐND và UBND ngày 26 tháng 11 năm 2003;",
            ("Luật", None, "2003-11-26", None, "Luật tổ chức HĐND và UBND"),
        ),
        (
            "Căn cứ Luật Ban hành văn bản quy phạm pháp luật của HĐND, UBND ngày 03 tháng 12 năm 2004;",
            ("Luật", None, "2004-12-03", None, "Luật Ban hành văn bản quy phạm pháp luật của HĐND, UBND"),
        ),
        (
            "Căn cứ Luật Đất đai của Quốc hội ngày 29 tháng 11 năm 2013;",
            ("Luật", None, "2013-11-29", None, "Luật Đất đai"),
        ),
        ("theo Luật Đất đai 2013 và các văn bản", ("Luật", None, "2013", None, "Luật Đất đai")),
        ("Căn cứ Hiến pháp năm 2013;", ("Hiến pháp", None, "2013", None, "Hiến pháp")),
        (
            "Căn cứ Pháp lệnh ưu đãi người có công với cách mạng số 02/2020/UBTVQH14 ngày 09/12/2020;",
            (
                "Pháp lệnh",
                "02/2020/UBTVQH14",
                "2020-12-09",
                None,
                "Pháp lệnh ưu đãi người có công với cách mạng",
            ),
        ),
    ],
)
def test_an_act_is_cited_with_issuer_and_title(text: str, expected: tuple[str | None, ...]) -> None:
    (cited,) = [mention.citation for mention in mentions(text)]
    assert (cited.type, cited.number, cited.date, cited.issuer, cited.title) == expected
