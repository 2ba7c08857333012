"""Plans made from templates, each with what it is about: a corpus in which the right answers to a query are known.

A plan is a topic, a body with its place, and a year. All of them speak of rewards, funding and reports in words much
alike, as plans do; four plans of one office differ in little more than their topic.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.schema import Document, Header, Section, Signer, Source, Status
from pipeline.store.entries import IndexEntry, index_entry
from pipeline.structure.derived import derive

# topic: subject, goals, tasks, what is rewarded
_TOPICS = {
    "trong_cay": ("Tổ chức Tết trồng cây đời đời nhớ ơn Bác Hồ", "phủ xanh đất trống, đồi trọc", "trồng cây phân tán ven đường và kênh mương", "trồng và chăm sóc cây xanh"),
    "doc_sach": ("Phát động phong trào đọc sách và xây dựng tủ sách dòng họ", "hình thành thói quen đọc", "quyên góp sách, mở thư viện lưu động", "đọc và giới thiệu sách hay"),
    "hien_mau": ("Vận động hiến máu tình nguyện", "bảo đảm đủ máu cứu người bệnh", "tuyên truyền, đăng ký và tổ chức điểm hiến máu", "hiến máu nhiều lần"),
    "an_toan_giao_thong": ("Bảo đảm trật tự an toàn giao thông", "giảm tai nạn trên đường", "tuần tra, xử lý vi phạm nồng độ cồn", "giữ gìn trật tự an toàn giao thông"),
    "phong_chong_duoi_nuoc": ("Phòng, chống đuối nước trẻ em", "không để trẻ em tử vong do đuối nước", "dạy bơi, cắm biển cảnh báo ao hồ", "dạy bơi cho trẻ em"),
    "chuyen_doi_so": ("Đẩy mạnh chuyển đổi số và dịch vụ công trực tuyến", "hồ sơ được giải quyết qua mạng", "thành lập tổ công nghệ số cộng đồng", "ứng dụng công nghệ thông tin"),
    "nong_thon_moi": ("Chung sức xây dựng nông thôn mới nâng cao", "đạt chuẩn các tiêu chí", "chỉnh trang ngõ xóm, hiến đất mở đường", "xây dựng nông thôn mới"),
    "tiem_chung": ("Triển khai tiêm chủng mở rộng và tiêm bù vắc xin sởi", "trẻ dưới năm tuổi được tiêm đủ mũi", "rà soát đối tượng, tổ chức điểm tiêm", "công tác tiêm chủng"),
    "phong_chay": ("Phòng cháy, chữa cháy và cứu nạn, cứu hộ mùa hanh khô", "không để xảy ra cháy lớn", "kiểm tra chung cư, chợ, kho hàng", "phòng cháy, chữa cháy"),
    "ve_sinh_moi_truong": ("Ra quân tổng vệ sinh môi trường, thu gom rác thải nhựa", "giữ gìn môi trường sáng, xanh, sạch, đẹp", "phân loại rác tại nguồn, khơi thông cống rãnh", "bảo vệ môi trường"),
    "khuyen_hoc": ("Xây dựng xã hội học tập và quỹ khuyến học", "không có học sinh bỏ học", "trao học bổng, tặng xe đạp cho học sinh nghèo", "khuyến học, khuyến tài"),
    "den_on_dap_nghia": ("Kỷ niệm ngày Thương binh - Liệt sĩ, đền ơn đáp nghĩa", "chăm lo gia đình chính sách", "thắp nến tri ân, sửa nhà tình nghĩa", "đền ơn đáp nghĩa"),
}  # fmt: skip
# key: body, parent, place, symbol
_BODIES = {
    "phu_khe": ("UBND XÃ PHÚ KHÊ", "UBND HUYỆN SƠN HẠ", "Phú Khê", "UBND"),
    "tan_hoa": ("UBND XÃ TÂN HÒA", "UBND HUYỆN SƠN HẠ", "Tân Hòa", "UBND"),
    "binh_loc": ("UBND XÃ BÌNH LỘC", "UBND HUYỆN SƠN HẠ", "Bình Lộc", "UBND"),
    "an_phuoc": ("UBND PHƯỜNG AN PHƯỚC", "UBND THÀNH PHỐ HẢI LƯU", "An Phước", "UBND"),
    "long_thanh": ("UBND THỊ TRẤN LONG THÀNH", "UBND HUYỆN ĐỒNG XUÂN", "Long Thành", "UBND"),
    "son_ha": ("UBND HUYỆN SƠN HẠ", "UBND TỈNH KIÊN GIANG", "Sơn Hạ", "UBND"),
    "so_y_te": ("SỞ Y TẾ", "UBND TỈNH KIÊN GIANG", "Kiên Giang", "SYT"),
    "so_giao_duc": ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "UBND TỈNH KIÊN GIANG", "Kiên Giang", "SGDĐT"),
    "so_van_hoa": ("SỞ VĂN HÓA VÀ THỂ THAO", "UBND TỈNH KIÊN GIANG", "Kiên Giang", "SVHTT"),
    "thcs_tan_hoa": ("TRƯỜNG THCS TÂN HÒA", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "Tân Hòa", "THCSTH"),
    "doan_xa": ("ĐOÀN XÃ PHÚ KHÊ", "HUYỆN ĐOÀN SƠN HẠ", "Phú Khê", "ĐTN"),
    "hoi_phu_nu": ("HỘI LIÊN HIỆP PHỤ NỮ XÃ BÌNH LỘC", "HỘI LIÊN HIỆP PHỤ NỮ HUYỆN SƠN HẠ", "Bình Lộc", "HPN"),
}  # fmt: skip
_YEARS = range(2021, 2026)
_SIGNERS = ("Nguyễn Thế Toàn", "Lương Văn Thuấn", "Trần Thị Hồng Gấm", "Đỗ Quang Huy", "Lê Minh Châu", "Phạm Thu Hà")
_EACH = 3  # years in which a body issues a plan on a topic


@dataclass(frozen=True, slots=True)
class Made:
    """A plan with what it is about."""

    document: Document
    about: dict[str, str]


def made_plans(seed: int = 20) -> list[Made]:
    """432 plans: each body on each topic, in three of the years; the same for the same seed."""
    chance = random.Random(seed)
    serials: dict[tuple[str, int], int] = {}
    plans = []
    for topic in _TOPICS:
        for body in _BODIES:
            for year in chance.sample(_YEARS, _EACH):
                serials[body, year] = serials.get((body, year), 0) + chance.randint(1, 9)
                plans.append(_plan(topic, body, year, serials[body, year], chance))
    return plans


def _plan(topic: str, body: str, year: int, serial: int, chance: random.Random) -> Made:
    subject, goals, tasks, rewarded = _TOPICS[topic]
    name, parent, place, symbol = _BODIES[body]
    month, day = chance.randint(1, 12), chance.randint(1, 28)
    number, date = f"{serial}/KH-{symbol}", f"{year}-{month:02}-{day:02}"
    path = f"{year}/{body}/kh-{serial}.pdf"
    header = {
        "parent_body": parent, "issuing_body": name, "number": number, "place": place, "date": date,
        "document_type": "KẾ HOẠCH", "subject": f"{subject} năm {year}",
    }  # fmt: skip
    signer = chance.choice(_SIGNERS)
    document = Document(
        doc_id=f"sha256:{path}",
        source=Source(path=path, sha256=path, bytes=1),
        status=Status.OK,
        header=Header.model_validate({key: {"value": value} for key, value in header.items()}),
        preamble=[f"Căn cứ chỉ đạo của {parent} về {subject.lower()}, {name} xây dựng kế hoạch như sau:"],
        sections=_sections(subject, goals, tasks, rewarded, chance),
        signers=[Signer.model_validate({"name": {"value": signer}})],
    )
    about = {"topic": topic, "body": body, "year": str(year), "number": number, "date": date, "signer": signer}
    return Made(document.model_copy(update={"derived": derive(document)}), {**about, "path": path})


def _sections(subject: str, goals: str, tasks: str, rewarded: str, chance: random.Random) -> list[Section]:
    collectives, individuals, percent = chance.randint(1, 9), chance.randint(2, 30), chance.randint(70, 100)
    texts = [
        ("MỤC ĐÍCH, YÊU CẦU", ["muc_dich", "yeu_cau"], f"Nâng cao nhận thức, {goals}. Tổ chức thiết thực, tiết kiệm."),
        ("NỘI DUNG", ["noi_dung"], f"{subject}: {tasks}. Phấn đấu đạt {percent}% trở lên."),
        ("KINH PHÍ", ["kinh_phi"], "Từ nguồn ngân sách được giao và nguồn xã hội hóa hợp pháp khác."),
        (
            "KHEN THƯỞNG",
            ["khen_thuong"],
            f"Tặng Giấy khen cho {collectives:02} tập thể, {individuals:02} cá nhân có thành tích trong {rewarded}.",
        ),
        (
            "TỔ CHỨC THỰC HIỆN",
            ["to_chuc_thuc_hien"],
            "Các ban, ngành, đoàn thể báo cáo kết quả trước ngày 15 tháng 12.",
        ),
    ]
    numbers = ("I", "II", "III", "IV", "V")
    return [
        Section(id=str(at), number=number, heading=heading, roles=roles, text=text, page=1 + at // 3)
        for at, (number, (heading, roles, text)) in enumerate(zip(numbers, texts, strict=True), start=1)
    ]


def many_entries(rows: int, seed: int = 7) -> Iterator[IndexEntry]:
    """Entries with `rows` parts in all: the plans again and again under other names, numbers and words."""
    chance, count, copy = random.Random(seed), 0, 0
    plans = [(made, index_entry(made.document)) for made in made_plans()]
    while count < rows:
        for made, entry in plans:
            serial = chance.randint(1, 9999)
            number = f"{serial}/{made.about['number'].partition('/')[2]}"
            parts = tuple(
                replace(part, text=f"{part.text} Đợt {serial} thôn {chance.randint(1, 400)}.") for part in entry.parts
            )
            yield replace(entry, path=f"{copy}/{entry.path}", number=number, parts=parts, facts=None)
            count += len(parts)
            if count >= rows:
                return
        copy += 1
