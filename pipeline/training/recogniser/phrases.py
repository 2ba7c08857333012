"""What made lines are made of: words, and templates whose {fields} `made_lines` fills in."""

from __future__ import annotations


def _listed(table: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in table.replace("\n", " ").split(" | "))


NUMERALS = _listed("""
I | II | III | IV | V | VI | VII | VIII | IX | X | XI | XII | XIII | XIV | XV
""")
HEADINGS = _listed("""
MỤC ĐÍCH, YÊU CẦU | NỘI DUNG | TỔ CHỨC THỰC HIỆN | KINH PHÍ THỰC HIỆN | NHIỆM VỤ, GIẢI PHÁP | Mục đích | Yêu cầu |
Thời gian, địa điểm | Đối tượng | MỤC TIÊU | Thành phần | Phân công nhiệm vụ | CÔNG TÁC KIỂM TRA | Chế độ báo cáo |
Tiến độ thực hiện | QUAN ĐIỂM CHỈ ĐẠO | Chỉ tiêu | ĐÁNH GIÁ CHUNG | Công tác tuyên truyền | KẾT QUẢ ĐẠT ĐƯỢC |
TỒN TẠI, HẠN CHẾ | Cơ cấu giải thưởng | Hồ sơ đăng ký | CĂN CỨ PHÁP LÝ | Hình thức tổ chức
""")
KINDS = _listed("""
KH | KH | KH | QĐ | QĐ | TB | CT | CV | BC | TTr | HD | NQ | NĐ | TT | GM | TTLT | CTr | ĐA | BB | QC | CĐ | PA
""")
OFFICES = _listed("""
UBND | UBND | UBND | SYT | STC | SNV | BCĐ | ĐHTĐ | SGDĐT | SGD&ĐT | HĐND | TTg | CP | BYT | STP | SXD | VP | BKHĐT
| SNN | BTC | ĐTN | ĐU | TU | HU | PV01 | BCA | ĐHCN | CNTT&TT-GV | BCĐ138 | VPCP | BGDĐT | STTTT | SLĐTBXH | TCCB |
NVY | TANDTC | ĐHQG | CAT | MTTQ | LĐLĐ | HPN | TĐTN | SVHTTDL | BQL | TCT | KTNN | UBQP | PGDĐT | THCS | ĐHKTCN
""")
PLACES = _listed("""
Hà Nội | Kiên Giang | Quảng Ngãi | Quảng Bình | Cần Thơ | Đà Nẵng | Phú Thọ | Hải Phòng | Hòa Phong | Lâm Đồng |
An Giang | Huế | Thanh Hóa | Đắk Lắk | Nghệ An | Tây Ninh | Bắc Kạn | Sơn La | Vĩnh Long | Bà Rịa | Đồng Tháp |
Gia Lai | TP. Hồ Chí Minh | Yên Bái | Hưng Yên | Cà Mau | Mỹ Tho | Kon Tum | Hòa Bình | Thừa Thiên Huế | Bạc Liêu |
Quy Nhơn | Ninh Thuận | Lạng Sơn | Bình Dương | Phú Yên
""")
ENGLISH = _listed("""
of the | Email | Website | Internet | Microsoft Office | World Bank | Covid-19 | online | Zoom Meeting | Facebook |
Fanpage | Link | Department of Health | Ministry of Education and Training | University of Technology |
International Labour Organization | Smart City | hotline | Google Forms | video clip | PowerPoint | Times New Roman
| No. 12 | Vietnam Airlines | for the year | STEM | IELTS | ISO 9001:2015 | one stop shop | Festival | marketing |
logistics | big data | blockchain | e-learning | VNeID | App | QR code | Start-up | workshop
""")
APOSTROPHES = _listed("""
Cư M'gar | Ea H'leo | M'Drắk | Đắk R'Lấp | K'Bang | Ya H'Đrai | H'Mông | Krông A'Na | M'Nông | Co'op Mart
""")
RARE = _listed("""
xét | kéo dài | bé | hữu | giữ | chữ | phú | chú ý | học | trọng | từ | rừng | cử | sử | xử lý | phòng | đò | tẽn |
huyện lỵ | tỉnh lỵ | kỵ binh | cấm kỵ | quỵ lụy | Tỵ | Kỷ Tỵ | hẳn | chẳng | khẳng định | thẳng | bằng phẳng |
Đà Nẵng | sẵn sàng | lẵng hoa | mỡ | đổ vỡ | gỡ | tháo gỡ | mỗi | lỗi | gỗ | chỗ | hỗ trợ | Nguyễn | lễ | dễ |
diễn tập | trẻ em | sức khỏe | mẻ | chia sẻ | mẹ | nhẹ | đẹp | kẹp | sẽ | chặt chẽ | vẽ | rõ | Võ | lõi | dõi | kỳ |
Kỳ Sơn | mỳ | tỷ | kỷ luật | ủy | quỷ | kỹ | Mỹ | quỹ | cũ | Vũ | Dũng | lũ | đủ | nhỏ | Đỏ | mỏ | mẫu | hướng dẫn |
mâu thuẫn | phù hợp | Phùng | hè | bè | khuyến nghị | Ý kiến | Tý | Ất Dậu | Ất | ẩm | Ẩn | ấn | ắc quy | Ắt | bằng
| Hằng | rằm | ẵm | Ếch | ngã | Nhã | Bã | Ĩnh | sĩ | nghĩa | Jrai | Jun | Ju | Java | jeep | Zalo | Zoom | Dzũng |
Fax | Flycam | Ford | wifi | Wushu | Wi-Fi | website | fanpage | Xê Đăng | Ê Đê | Ơ Đu | Ỡm ờ | ở | Ổ | ổn định
""")
FIXED = _listed("""
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM | CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM | Độc lập - Tự do - Hạnh phúc |
Độc lập – Tự do – Hạnh phúc | ĐẢNG CỘNG SẢN VIỆT NAM | ỦY BAN NHÂN DÂN | UỶ BAN NHÂN DÂN | HỘI ĐỒNG NHÂN DÂN |
KẾ HOẠCH | Nơi nhận: | KT. CHỦ TỊCH | PHÓ CHỦ TỊCH | TM. ỦY BAN NHÂN DÂN | TM. BAN THƯỜNG VỤ | T/M ĐẢNG ỦY | SỞ Y TẾ
| QUYẾT ĐỊNH | QUYẾT ĐỊNH: | GIÁM ĐỐC | TRƯỞNG BAN | KT. GIÁM ĐỐC | PHÓ GIÁM ĐỐC | TL. CHỦ TỊCH | CHÁNH VĂN PHÒNG |
PHÓ CHÁNH VĂN PHÒNG | TUQ. GIÁM ĐỐC | Q. HIỆU TRƯỞNG | HIỆU TRƯỞNG | BÍ THƯ | CỘNG HÒA | PHỤ LỤC | HỎA TỐC | KHẨN |
MẬT | BẢN SAO | SAO Y BẢN CHÍNH | CÔNG VĂN ĐẾN | THÔNG BÁO | BÁO CÁO | CHỈ THỊ | TỜ TRÌNH | BIÊN BẢN | STT | TT |
Nội dung | Nội dung công việc | Thời gian | Đơn vị chủ trì | Đơn vị phối hợp | Ghi chú | Số lượng | Đơn vị tính |
Kinh phí | Thành tiền | Tổng cộng | CỘNG | Họ và tên | Chức vụ | Như trên; | - Như trên; | (để báo cáo); | (Đã ký) |
- Lưu: VT. | - Lưu: VT, NVY. | BỘ GIÁO DỤC VÀ ĐÀO TẠO | BỘ CÔNG AN | BỘ Y TẾ | VĂN PHÒNG | TRƯỜNG ĐẠI HỌC | ĐẢNG ỦY
| TỈNH ỦY | CẦU GIẤY | KẾ TOÁN TRƯỞNG
""")
HEADING = _listed("""
{numeral}. {head} | {numeral}. {head} | {numeral}. {head}: | {numeral}- {head} | {numeral}/ {head} |
{numeral}.{head} | Chương {numeral} | PHẦN {numeral} | Phụ lục {numeral} | PHỤ LỤC {numeral} | {numeral} – {head} |
quý {numeral}/{year} | giai đoạn {numeral}; nhóm {numeral}, {numeral} và {numeral}. | Hạng {numeral}, vùng {numeral}
| Mục {numeral} | {numeral} | Đại hội {numeral}, lần thứ {numeral}, {numeral} | Trung ương {numeral} khóa {numeral}
""")
ITEM = _listed("""
{n}. {long}{end} | {n}.{n}. {long}{end} | {letter}) {long}{end} | - {long}{end} | – {long}{end} | + {long}{end} |
* {long}{end} | {n}/ {long} | ({n}) {long} | • {long}{end} | {letter}. {long} | Điều {n}. {long} | Bước {n}: {long}
| {n}) {long}{end} | - {long}: {more}. | -{long}{end} | {n}.{n}.{n}. {long}
""")
SIGNS = _listed("""
“{some}” | “{some}”. | “{more}” – {more} | "{some}" | ‘{more}’ | {more} “{some}”; | “{more}”, “{more}” |
{some} ({more}), {a} – {a}; | từ {date} – {date}. | {some}: {more}; {more}, {more}… | {years} | giai đoạn {years} |
năm học {years} | {some}! | {some}? | ≥ {a}%; {more} | ≤ {a}%, {more} | > {a} | < {a}% | {a} × {a} = {a} |
{a} m², {a} m³ | {n}°C; {n}° | ± {a} | [{n}] {more} | {more} [{more}] | {some} & {more} | {more}; {more}; {more}; |
{some}/{more} | {more}... {more} | ({more}; {more}) | #{n} | ${a} | {a} USD = {a}$ | {more}_{more} | {a}+{a}={a} |
• {some} | “{some}… | {more}… | {more}: “{more}”; | huyện {apostrophe} | {more} {apostrophe}, {some}
""")
FIGURES = _listed("""
{a} đồng | {a}đ | {a}% | {a} % | {a}/{a} | đạt {a}% ({a}/{a} {more}) | Điện thoại: {phone} |
ĐT: {phone}; Fax: {phone} | LH: {phone} | Email: {mail} | Website: http://{host} | www.{host} | {hour} |
{hour} ngày {date} | từ {hour} đến {hour} | {more}: {a} triệu đồng | {date} | ngày {date} |
số {serial}{symbol} ngày {date} | {serial}{symbol} | {serial}/{year}/{kind}-{office} | {a} | {a} | {n} | {a} - {a} |
tháng {month}/{year} | {more} {a} | {n}/{n} | {year} | số {n}, đường {more} | {a} ha | {a} người | 0{month} {more} |
A{n}, B{n}, C{n} | ThS. {more} | PGS.TS. {more} | Ông {more} - {more} | QĐ số {serial} |
TT-BYT; QĐ-UBND; KH-{office}
""")
CELL = _listed("""
{cell} | {cell} | {cell} | {CELL} | {office} | {fixed} | - {cell} | {cell}; | {n}
""")
PLACE_LINES = _listed("""
TỈNH {PLACE} | UBND TỈNH {PLACE} | HUYỆN {PLACE} | SỞ Y TẾ {PLACE} | THÀNH PHỐ {PLACE} | ĐẢNG BỘ TỈNH {PLACE}
""")
ENGLISH_LINES = _listed("""
{english} | {english} {english} | {more} ({english}) | {more} {english} {more}
""")
RARE_LINES = _listed("""
{rare} {rare} | {rare} {rare} {rare} | {rare} | {rare} {rare} {rare} {rare} | {rare} {rare} | ≥ {a} | ≤ {a} | > {a}%
| < {a} | {rare}@gmail.com | {mail} | {a} × {a} | ±{a} | {a} ± {a} | ‘{rare}’ | {rare}? | {rare}! | {a}m² | {a} m³ |
km² | {n}°C | #{rare} | ${a} | {a} $ | [{rare}] | [{n}] | * {rare} | {a}={a} | {rare}_{a} | ________ |
{rare} & {rare} | {rare}’ | {rare} “{rare}” | • {rare} | {rare}… | …………… | ........... | {a} + {a} |
{rare}: .......... | <{rare}> | ({rare}*) | '{rare}'
""")
DATES = _listed("""
{day0}/{month}/{year} | {day}/{month}/{year} | {day0}/{month0}/{year} | {day} tháng {month} năm {year} |
{day0} tháng {month0} năm {year} | {day}-{month}-{year} | {day}.{month}.{year}
""")
ONSETS = ("", *"bcdđghklmnpqrstvx", "ch", "gh", "gi", "kh", "ng", "ngh", "nh", "ph", "qu", "th", "tr")
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
CODAS = ("", "", "c", "ch", "m", "n", "ng", "nh", "p", "t", "i", "u", "o", "y")
CONSONANTS = (*"bcdfghjklmnprstvwxyz", "ch", "sc", "st", "th", "tr", "pr", "cc", "ff", "ph", "qu", "br", "cl", "ec")
