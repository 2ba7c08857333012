"""What a column is called on a sheet that an office reads; the field name stands beside it."""

from __future__ import annotations

_TITLES = {
    "path": "Tệp gốc", "doc_id": "Mã nội dung", "status": "Tình trạng", "problems": "Vấn đề", "level": "Cấp",
    "parent_body": "Cơ quan chủ quản", "issuing_body": "Cơ quan ban hành", "body": "Cơ quan (chuẩn hóa)",
    "commune": "Xã", "commune_code": "Mã xã (trước 7/2025)", "commune_code_2025": "Mã xã (từ 7/2025)",
    "district": "Huyện", "district_code": "Mã huyện", "province": "Tỉnh", "province_code": "Mã tỉnh (trước 7/2025)",
    "province_code_2025": "Mã tỉnh (từ 7/2025)", "number": "Số, ký hiệu", "number_serial": "Số",
    "number_symbol": "Ký hiệu", "place": "Địa danh", "date": "Ngày ban hành", "date_year": "Năm (ngày ban hành)",
    "date_month": "Tháng (ngày ban hành)", "date_day": "Ngày", "year": "Năm", "document_type": "Loại văn bản",
    "subject": "Trích yếu", "urgency": "Độ khẩn", "secrecy": "Độ mật", "arrival_number": "Số đến",
    "arrival_date": "Ngày đến", "e_signed_by": "Người ký số", "e_signed_at": "Thời điểm ký số",
    "certified_copy": "Hình thức sao", "period_begins": "Từ", "period_ends": "Đến", "preamble": "Căn cứ",
    "first_deadline": "Hạn sớm nhất", "rewards": "Khen thưởng", "reward_collectives": "Số tập thể được khen",
    "reward_individuals": "Số cá nhân được khen", "signer_authority": "Thẩm quyền ký",
    "signer_position": "Chức vụ người ký", "signer_name": "Người ký", "recipients": "Nơi nhận",
    "citations": "Văn bản viện dẫn", "pages": "Số trang", "text_sources": "Nguồn văn bản", "quality": "Độ tin cậy",
    "muc_dich": "Mục đích", "yeu_cau": "Yêu cầu", "muc_tieu": "Mục tiêu", "khau_hieu": "Khẩu hiệu",
    "noi_dung": "Nội dung", "doi_tuong": "Đối tượng", "tieu_chi": "Tiêu chí", "thoi_gian": "Thời gian",
    "nhiem_vu": "Nhiệm vụ", "giai_phap": "Giải pháp", "kinh_phi": "Kinh phí", "khen_thuong": "Khen thưởng (toàn mục)",
    "hinh_thuc_khen_thuong": "Hình thức khen thưởng", "tieu_chuan_khen_thuong": "Tiêu chuẩn khen thưởng",
    "so_luong_khen_thuong": "Số lượng khen thưởng", "doi_tuong_khen_thuong": "Đối tượng khen thưởng",
    "thu_tuc_khen_thuong": "Thủ tục khen thưởng", "ho_so_khen_thuong": "Hồ sơ khen thưởng",
    "kinh_phi_khen_thuong": "Kinh phí khen thưởng", "thoi_gian_khen_thuong": "Thời gian khen thưởng",
    "to_chuc_thuc_hien": "Tổ chức thực hiện", "bao_cao": "Báo cáo", "phu_luc": "Phụ lục", "field": "Thành phần",
    "content": "Nội dung", "page": "Trang", "box_left": "Trái", "box_top": "Trên", "box_right": "Phải",
    "box_bottom": "Dưới", "confidence": "Độ tin cậy", "position": "Thứ tự", "section_id": "Mục",
    "parent_id": "Mục cha", "depth": "Bậc", "item_number": "Số mục", "heading": "Tiêu đề", "roles": "Vai trò",
    "body_text": "Văn bản", "quoted": "Trích nguyên văn", "from_character": "Từ ký tự", "to_character": "Đến ký tự",
    "in_heading": "Trong tiêu đề", "kind": "Loại", "begins": "Bắt đầu", "ends": "Kết thúc",
    "begins_year": "Bắt đầu: năm",
    "begins_month": "Bắt đầu: tháng", "begins_day": "Bắt đầu: ngày", "ends_year": "Kết thúc: năm",
    "ends_month": "Kết thúc: tháng", "ends_day": "Kết thúc: ngày", "begins_with": "Tính từ", "what_for": "Việc",
    "due": "Hạn", "due_year": "Hạn: năm", "due_month": "Hạn: tháng", "due_day": "Hạn: ngày", "bound": "Cách tính hạn",
    "recurs": "Định kỳ", "day": "Ngày trong tháng", "month": "Tháng trong năm", "weekday": "Thứ",
    "within": "Trong vòng",
    "within_unit": "Đơn vị", "event": "Mốc", "who": "Ai", "addressee": "Gửi ai", "form": "Hình thức",
    "authority": "Thẩm quyền", "occasion": "Dịp", "collectives_min": "Tập thể ít nhất",
    "collectives_max": "Tập thể nhiều nhất", "individuals_min": "Cá nhân ít nhất",
    "individuals_max": "Cá nhân nhiều nhất", "amount": "Giá trị", "unit": "Đơn vị", "comparison": "So sánh",
    "measured_of": "Trên tổng", "item": "Giấy tờ", "copies": "Số bản", "dossier": "Hồ sơ", "source": "Nguồn",
    "actor": "Đơn vị thực hiện", "action": "Việc được giao", "act_type": "Loại", "act_number": "Số, ký hiệu",
    "act_date": "Ngày", "act_year": "Năm", "act_month": "Tháng", "act_day": "Ngày", "issuer": "Cơ quan ban hành",
    "title": "Tên", "recipient": "Nơi nhận", "post": "Chức vụ", "person": "Họ tên", "label": "Nhãn",
    "table_index": "Bảng", "row_index": "Dòng", "column_index": "Cột", "code": "Mã", "message": "Diễn giải",
    "width": "Rộng", "height": "Cao", "text_source": "Nguồn", "marks": "Dấu",
    "reviewed": "Đã duyệt", "machine_value": "Máy đọc",
}  # fmt: skip


def column_title(name: str) -> str:
    """The Vietnamese title of a column; the name itself where it has none."""
    return _TITLES.get(name, name)
