"""How the types of acts are written in the JSON, told by their names in running text and by their symbols."""

from __future__ import annotations

# Read in folded text; the value is how the type is written in the JSON. Longer names first.
TYPES = {
    "thong tu lien tich": "Thông tư liên tịch", "ke hoach lien tich": "Kế hoạch liên tịch",
    "ke hoach phoi hop": "Kế hoạch phối hợp",
    "quy che phoi hop": "Quy chế phối hợp",
    "chuong trinh phoi hop": "Chương trình phối hợp", "chuong trinh hanh dong": "Chương trình hành động",
    "thong bao ket luan": "Thông báo kết luận",
    "nghi quyet lien tich": "Nghị quyết liên tịch", "nghi quyet": "Nghị quyết", "nghi dinh": "Nghị định",
    "quyet dinh": "Quyết định", "chi thi": "Chỉ thị", "thong tu": "Thông tư", "ke hoach": "Kế hoạch",
    "cong van": "Công văn", "huong dan": "Hướng dẫn", "thong bao": "Thông báo", "chuong trinh": "Chương trình",
    "ket luan": "Kết luận", "bao cao": "Báo cáo", "to trinh": "Tờ trình", "cong dien": "Công điện", "de an": "Đề án",
    "quy dinh": "Quy định", "quy che": "Quy chế", "phap lenh": "Pháp lệnh", "bo luat": "Bộ luật", "luat": "Luật",
    "van ban": "Văn bản", "giay moi": "Giấy mời", "bien ban": "Biên bản", "phuong an": "Phương án", "lenh": "Lệnh",
    "quy trinh": "Quy trình", "dieu le": "Điều lệ", "thong tri": "Thông tri", "quy uoc": "Quy ước",
    "hop dong": "Hợp đồng", "hiep dinh": "Hiệp định", "hien phap": "Hiến pháp", "sac lenh": "Sắc lệnh",
}  # fmt: skip
SYMBOL_TYPES = {
    "KH": "Kế hoạch", "QĐ": "Quyết định", "NQ": "Nghị quyết", "NĐ": "Nghị định", "CT": "Chỉ thị", "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch", "TB": "Thông báo", "HD": "Hướng dẫn", "BC": "Báo cáo", "TTr": "Tờ trình",
    "CTr": "Chương trình", "KL": "Kết luận", "CĐ": "Công điện", "ĐA": "Đề án", "QC": "Quy chế", "QH": "Luật",
}  # fmt: skip
