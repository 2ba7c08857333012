"""Lines of the kinds that running text has too few of: letterheads, numbers, dates, headings, lists, signs, cells."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.training.recogniser.alphabet import spelled
from pipeline.training.recogniser.text import Paragraphs


@dataclass(frozen=True)
class Piece:
    """A stretch of a line, `blanks` printed after it; what is `by_pen` is digits, now and then a letter or a stroke."""

    text: str
    by_pen: bool = False
    blanks: int = 0


Line = tuple[Piece, ...]

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_HEADINGS = (
    "MỤC ĐÍCH, YÊU CẦU", "NỘI DUNG", "TỔ CHỨC THỰC HIỆN", "KINH PHÍ THỰC HIỆN", "NHIỆM VỤ, GIẢI PHÁP", "Mục đích", "Yêu cầu",
    "Thời gian, địa điểm", "Đối tượng", "MỤC TIÊU", "Thành phần", "Phân công nhiệm vụ", "CÔNG TÁC KIỂM TRA", "Chế độ báo cáo",
    "Tiến độ thực hiện", "QUAN ĐIỂM CHỈ ĐẠO", "Chỉ tiêu", "ĐÁNH GIÁ CHUNG", "Công tác tuyên truyền", "KẾT QUẢ ĐẠT ĐƯỢC",
    "TỒN TẠI, HẠN CHẾ", "Cơ cấu giải thưởng", "Hồ sơ đăng ký", "CĂN CỨ PHÁP LÝ", "Hình thức tổ chức",
)  # fmt: skip
_KINDS = (
    "KH", "KH", "KH", "QĐ", "QĐ", "TB", "CT", "CV", "BC", "TTr", "HD", "NQ", "NĐ", "TT", "GM", "TTLT", "CTr", "ĐA", "BB", "QC", "CĐ", "PA",
)  # fmt: skip
_OFFICES = (
    "UBND", "UBND", "UBND", "SYT", "STC", "SNV", "BCĐ", "ĐHTĐ", "SGDĐT", "SGD&ĐT", "HĐND", "TTg", "CP", "BYT", "STP", "SXD", "VP", "BKHĐT", "SNN",
    "BTC", "ĐTN", "ĐU", "TU", "HU", "PV01", "BCA", "ĐHCN", "CNTT&TT-GV", "BCĐ138", "VPCP", "BGDĐT", "STTTT", "SLĐTBXH", "TCCB", "NVY", "TANDTC",
    "ĐHQG", "CAT", "MTTQ", "LĐLĐ", "HPN", "TĐTN", "SVHTTDL", "BQL", "TCT", "KTNN", "UBQP", "PGDĐT", "THCS", "ĐHKTCN",
)  # fmt: skip
_PLACES = (
    "Hà Nội", "Kiên Giang", "Quảng Ngãi", "Quảng Bình", "Cần Thơ", "Đà Nẵng", "Phú Thọ", "Hải Phòng", "Hòa Phong", "Lâm Đồng", "An Giang", "Huế",
    "Thanh Hóa", "Đắk Lắk", "Nghệ An", "Tây Ninh", "Bắc Kạn", "Sơn La", "Vĩnh Long", "Bà Rịa", "Đồng Tháp", "Gia Lai", "TP. Hồ Chí Minh", "Yên Bái",
    "Hưng Yên", "Cà Mau", "Mỹ Tho", "Kon Tum", "Hòa Bình", "Thừa Thiên Huế", "Bạc Liêu", "Quy Nhơn", "Ninh Thuận", "Lạng Sơn", "Bình Dương", "Phú Yên",
)  # fmt: skip
_FIXED = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc",
    "ĐẢNG CỘNG SẢN VIỆT NAM", "ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "KẾ HOẠCH", "Nơi nhận:", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH",
    "TM. ỦY BAN NHÂN DÂN", "TM. BAN THƯỜNG VỤ", "T/M ĐẢNG ỦY", "SỞ Y TẾ", "QUYẾT ĐỊNH", "QUYẾT ĐỊNH:", "GIÁM ĐỐC", "TRƯỞNG BAN", "KT. GIÁM ĐỐC",
    "PHÓ GIÁM ĐỐC", "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "TUQ. GIÁM ĐỐC", "Q. HIỆU TRƯỞNG", "HIỆU TRƯỞNG", "BÍ THƯ", "CỘNG HÒA",
    "PHỤ LỤC", "HỎA TỐC", "KHẨN", "MẬT", "BẢN SAO", "SAO Y BẢN CHÍNH", "CÔNG VĂN ĐẾN", "THÔNG BÁO", "BÁO CÁO", "CHỈ THỊ", "TỜ TRÌNH", "BIÊN BẢN",
    "STT", "TT", "Nội dung", "Nội dung công việc", "Thời gian", "Đơn vị chủ trì", "Đơn vị phối hợp", "Ghi chú", "Số lượng", "Đơn vị tính", "Kinh phí",
    "Thành tiền", "Tổng cộng", "CỘNG", "Họ và tên", "Chức vụ", "Như trên;", "- Như trên;", "(để báo cáo);", "(Đã ký)", "- Lưu: VT.", "- Lưu: VT, NVY.",
    "BỘ GIÁO DỤC VÀ ĐÀO TẠO", "BỘ CÔNG AN", "BỘ Y TẾ", "VĂN PHÒNG", "TRƯỜNG ĐẠI HỌC", "ĐẢNG ỦY", "TỈNH ỦY", "CẦU GIẤY", "KẾ TOÁN TRƯỞNG",
)  # fmt: skip
_ENGLISH = (
    "of the", "Email", "Website", "Internet", "Microsoft Office", "World Bank", "Covid-19", "online", "Zoom Meeting", "Facebook", "Fanpage", "Link",
    "Department of Health", "Ministry of Education and Training", "University of Technology", "International Labour Organization", "Smart City",
    "hotline", "Google Forms", "video clip", "PowerPoint", "Times New Roman", "No. 12", "Vietnam Airlines", "for the year", "STEM", "IELTS", "ISO 9001:2015",
    "one stop shop", "Festival", "marketing", "logistics", "big data", "blockchain", "e-learning", "VNeID", "App", "QR code", "Start-up", "workshop",
)  # fmt: skip


def made_line(rng: random.Random, text: Paragraphs) -> Line:
    """A line of one of the kinds; its words are in the recogniser's alphabet."""
    kinds = list(_KINDS_OF_LINES)
    make = rng.choices(kinds, [_KINDS_OF_LINES[kind] for kind in kinds])[0]
    made = make(rng, text)
    if isinstance(made, str):
        made = (Piece(made),)
    return tuple(replace(piece, text=_kept(piece.text)) for piece in made if _kept(piece.text).strip())


def _kept(text: str) -> str:
    """`spelled`, with a blank at either end kept."""
    own = spelled(text)
    return (" " if text[:1] == " " else "") + own + (" " if text[-1:] == " " and own else "")


def serial(rng: random.Random) -> str:
    """A document's running number: small ones most, now and then with a nought or a letter."""
    number = str(int(10 ** rng.uniform(0, 3.75)))
    if len(number) == 1 and rng.random() < 0.6:
        number = "0" + number
    return number + rng.choice("aAbBcC") if rng.random() < 0.025 else number


def symbol(rng: random.Random) -> str:
    """What follows the running number: "/KH-UBND", "/2010/QĐ-UBND", "-KH/ĐU"."""
    kind, office = rng.choice(_KINDS), rng.choice(_OFFICES)
    forms = (f"/{kind}-{office}", f"/{office}-{rng.choice(_OFFICES)}", f"-{kind}/{office}", f"/{_year(rng)}/{kind}-{office}")
    form = rng.choices(forms, (7, 2, 1, 1.5))[0]
    return form.replace("/", "/ ", 1).replace("-", " - " if rng.random() < 0.5 else "- ", 1) if rng.random() < 0.06 else form


def _year(rng: random.Random) -> str:
    return str(rng.choices((rng.randint(1995, 2008), rng.randint(2009, 2026)), (1, 4))[0])


def _date(rng: random.Random) -> str:
    day, month = rng.randint(1, 31), rng.randint(1, 12)
    forms = (f"{day:02d}/{month}/{_year(rng)}", f"{day}/{month}/{_year(rng)}", f"{day:02d}/{month:02d}/{_year(rng)}")
    long = (f"{day} tháng {month} năm {_year(rng)}", f"{day:02d} tháng {month:02d} năm {_year(rng)}")
    return rng.choice((*forms, *long, f"{day}-{month}-{_year(rng)}", f"{day}.{month}.{_year(rng)}"))


def _amount(rng: random.Random) -> str:
    whole = rng.randint(0, 999)
    groups = "".join(f".{rng.choice((0, 0, rng.randint(0, 999))):03d}" for _ in range(rng.choice((0, 0, 1, 2, 2, 3))))
    return f"{whole}{groups}" + (f",{rng.randint(0, 99)}" if not groups and rng.random() < 0.5 else "")


def _number_line(rng: random.Random, text: Paragraphs) -> Line | str:
    head = rng.choice(("Số: ", "Số: ", "Số: ", "Số:", "Số ", "Số : "))
    number, tail = serial(rng), symbol(rng)
    if rng.random() < 0.68:
        return Piece(head), Piece(number, by_pen=True), Piece(tail)
    if rng.random() < 0.1:
        return Piece(head, blanks=rng.randint(3, 12)), Piece(tail)
    return head + (" ".join(number) if rng.random() < 0.1 else number) + (" " if rng.random() < 0.25 else "") + tail


def _date_line(rng: random.Random, text: Paragraphs) -> Line | str:
    day, month = str(rng.randint(1, 31)), str(rng.randint(1, 12))
    day, month = (one.zfill(2) if rng.random() < 0.6 else one for one in (day, month))
    place, year = rng.choice(_PLACES), _year(rng)
    start = f"{place}, ngày " if rng.random() < 0.93 else "Ngày "
    which = rng.random()
    if which < 0.4:
        return Piece(start), Piece(day, by_pen=True), Piece(f" tháng {month} năm {year}")
    if which < 0.65:
        return Piece(start), Piece(day, by_pen=True), Piece(" tháng "), Piece(month, by_pen=True), Piece(f" năm {year}")
    if which < 0.7:
        pieces = (Piece(start), Piece(day, by_pen=True), Piece(" tháng "), Piece(month, by_pen=True))
        return *pieces, Piece(f" năm {year[:3]}"), Piece(year[3], by_pen=True)
    if which < 0.76:
        if rng.random() < 0.5:
            return Piece(start, blanks=rng.randint(2, 8)), Piece(f"tháng {month} năm {year}")
        return Piece(start, blanks=rng.randint(2, 8)), Piece("tháng", blanks=rng.randint(2, 8)), Piece(f"năm {year}")
    return f"{start}{day} tháng {month} năm {year}"


def _arrival(rng: random.Random, text: Paragraphs) -> Line | str:
    day = f"{rng.randint(1, 31)}{rng.choice('/-.')}{rng.randint(1, 12)}" + rng.choice(("", f"/{_year(rng)}", f"/{_year(rng)[2:]}"))
    lines: tuple[Line | str, ...] = (
        (Piece(rng.choice(("Số: ", "Số:", "Số "))), Piece(serial(rng), by_pen=True)),
        (Piece(rng.choice(("Ngày: ", "Ngày:", "Ngày "))), Piece(day, by_pen=True)),
        (Piece("ĐẾN Số: "), Piece(serial(rng), by_pen=True)),
        (Piece(serial(rng), by_pen=True),),
        "ĐẾN",
        "Chuyển:",
    )
    return rng.choices(lines, (3, 3, 1, 2, 0.3, 0.3))[0]


def _heading(rng: random.Random, text: Paragraphs) -> str:
    numeral = rng.choice(_NUMERALS[:8]) if rng.random() < 0.75 else rng.choice(_NUMERALS)
    head = rng.choice(_HEADINGS) if rng.random() < 0.5 else text.phrase(rng, 45)
    head = head.upper() if rng.random() < 0.45 else head
    some = ", ".join(rng.choice(_NUMERALS) for _ in range(2))
    return rng.choice((
        f"{numeral}. {head}", f"{numeral}. {head}", f"{numeral}. {head}:", f"{numeral}- {head}", f"{numeral}/ {head}", f"{numeral}.{head}",
        f"Chương {numeral}", f"PHẦN {numeral}", f"Phụ lục {numeral}", f"PHỤ LỤC {numeral}", f"{numeral} – {head}", f"quý {numeral}/{_year(rng)}",
        f"giai đoạn {numeral}; nhóm {some} và {rng.choice(_NUMERALS)}.", f"Hạng {numeral}, vùng {rng.choice(_NUMERALS)}", f"Mục {numeral}", f"{numeral}",
        f"Đại hội {numeral}, lần thứ {some}", f"Trung ương {numeral} khóa {rng.choice(_NUMERALS)}",
    ))  # fmt: skip


def _item(rng: random.Random, text: Paragraphs) -> str:
    n, words = rng.randint(1, 19), text.phrase(rng, rng.randint(20, 75))
    end = rng.choice((";", ".", ":", ",", ""))
    return rng.choice((
        f"{n}. {words}{end}", f"{n}.{rng.randint(1, 12)}. {words}{end}", f"{rng.choice('abcdđeghik')}) {words}{end}", f"- {words}{end}", f"– {words}{end}",
        f"+ {words}{end}", f"* {words}{end}", f"{n}/ {words}", f"({n}) {words}", f"• {words}{end}", f"{rng.choice('abcde')}. {words}", f"Điều {n}. {words}",
        f"Bước {n}: {words}", f"{n}) {words}{end}", f"- {words}: {text.phrase(rng, 20)}.", f"-{words}{end}", f"{n}.{rng.randint(1, 4)}.{rng.randint(1, 4)}. {words}",
    ))  # fmt: skip


def _signs(rng: random.Random, text: Paragraphs) -> str:
    a, b, some, more = _amount(rng), _amount(rng), text.phrase(rng, 38), text.phrase(rng, 24)
    y = int(_year(rng))
    return rng.choice((
        f"“{some}”", f"“{some}”.", f"“{more}” – {more}", f'"{some}"', f"‘{more}’", f"{more} “{some}”;", f"“{more}”, “{text.phrase(rng, 18)}”",
        f"{some} ({more}), {a} – {b};", f"từ {_date(rng)} – {_date(rng)}.", f"{some}: {more}; {more}, {more}…", f"{y}-{y + 1}", f"giai đoạn {y} – {y + 5}",
        f"năm học {y} - {y + 1}", f"{some}!", f"{some}?", f"≥ {a}%; {more}", f"≤ {a}%, {more}", f"> {a}", f"< {b}%", f"{a} × {b} = {_amount(rng)}",
        f"{a} m², {b} m³", f"{rng.randint(10, 40)}°C; {rng.randint(5, 90)}°", f"± {a}", f"[{rng.randint(1, 99)}] {more}", f"{more} [{more}]", f"{some} & {more}",
        f"{more}; {more}; {more};", f"{some}/{more}", f"{more}... {more}", f"({more}; {more})", f"#{rng.randint(1, 200)}", f"${a}", f"{a} USD = {b}$",
        f"{more}_{more}", f"{a}+{b}={_amount(rng)}", f"• {some}", f"“{some}…", f"{more}…", f"{more}: “{more}”;",
    ))  # fmt: skip


def _figures(rng: random.Random, text: Paragraphs) -> str:
    a, b, more = _amount(rng), _amount(rng), text.phrase(rng, 20)
    phone = f"0{rng.randint(200, 999)}.{rng.randint(100, 999)}.{rng.randint(100, 9999)}"
    spaced = f"0{rng.randint(20, 99)} {rng.randint(1000, 9999)} {rng.randint(1000, 9999)}"
    name = rng.choice(("syt", "vanthu", "ubnd", "phongkh", "tccb", "bandieuhanh", "info"))
    host = rng.choice(("kiengiang.gov.vn", "quangngai.gov.vn", "moet.edu.vn", "gmail.com", "yahoo.com", "hcmc.gov.vn"))
    hour = f"{rng.randint(0, 23):02d}{rng.choice(('h', 'h', 'g', ' giờ ', ':'))}{rng.choice((0, 0, 15, 30, 45)):02d}"
    return rng.choice((
        f"{a} đồng", f"{a}đ", f"{a}%", f"{a} %", f"{a}/{b}", f"đạt {a}% ({b}/{a} {more})", f"Điện thoại: {phone}", f"ĐT: {spaced}; Fax: {phone}", f"LH: {phone}",
        f"Email: {name}@{host}", f"Website: http://{host}", f"www.{host}", hour, f"{hour} ngày {_date(rng)}", f"từ {hour} đến {hour}", f"{more}: {a} triệu đồng",
        _date(rng), f"ngày {_date(rng)}", f"số {serial(rng)}{symbol(rng)} ngày {_date(rng)}", f"{serial(rng)}{symbol(rng)}", f"{serial(rng)}/{_year(rng)}/{rng.choice(_KINDS)}-{rng.choice(_OFFICES)}",
        f"{a}", f"{b}", f"{rng.randint(1, 60)}", f"{a} - {b}", f"tháng {rng.randint(1, 12)}/{_year(rng)}", f"{more} {a}", f"{rng.randint(1, 30)}/{rng.randint(1, 30)}", _year(rng),
        f"số {rng.randint(1, 400)}, đường {more}", f"{a} ha", f"{a} người", f"0{rng.randint(1, 9)} {more}", f"A{rng.randint(1, 9)}, B{rng.randint(1, 99)}, C{rng.randint(1, 5)}",
        f"ThS. {more}", f"PGS.TS. {more}", f"Ông {more} - {more}", f"QĐ số {serial(rng)}", f"TT-BYT; QĐ-UBND; KH-{rng.choice(_OFFICES)}",
    ))  # fmt: skip


def _short(rng: random.Random, text: Paragraphs) -> str:
    """A table's cell."""
    words = text.phrase(rng, rng.randint(4, 26))
    return rng.choice((words, words, words.capitalize(), words.upper(), rng.choice(_OFFICES), rng.choice(_FIXED), f"- {words}", f"{words};", str(rng.randint(1, 99))))


def _fixed(rng: random.Random, text: Paragraphs) -> str:
    return rng.choice(_FIXED)


def _place(rng: random.Random, text: Paragraphs) -> str:
    place = rng.choice(_PLACES)
    line = rng.choice((f"TỈNH {place}", f"UBND TỈNH {place}", f"HUYỆN {place}", f"SỞ Y TẾ {place}", f"THÀNH PHỐ {place}", f"ĐẢNG BỘ TỈNH {place}"))
    return line.upper()


def _capitals(rng: random.Random, text: Paragraphs) -> str:
    return text.phrase(rng, rng.randint(15, 60)).upper()


def _english(rng: random.Random, text: Paragraphs) -> str:
    words = [rng.choice(_ENGLISH) for _ in range(rng.randint(1, 3))]
    return rng.choice((" ".join(words), f"{text.phrase(rng, 25)} ({words[0]})", f"{text.phrase(rng, 20)} {words[0]} {text.phrase(rng, 20)}"))


_KINDS_OF_LINES: dict[Callable[[random.Random, Paragraphs], Line | str], float] = {
    _number_line: 14,
    _date_line: 13,
    _arrival: 2.5,
    _heading: 13,
    _item: 14,
    _signs: 12,
    _figures: 11,
    _short: 5,
    _fixed: 6,
    _place: 1.5,
    _capitals: 5,
    _english: 3,
}
