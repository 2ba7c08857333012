"""Who owes what to whom by when, numbers that have to be reached, and what only looks like them."""

from __future__ import annotations

import pytest

from pipeline.schema import Bound, Comparison, Recurrence, Role
from pipeline.structure.plan_values.actors import actor_of
from pipeline.structure.plan_values.read import read_plan
from tests.structure.test_plan_values import node, one, values


def test_days_under_one_bound_share_the_year_printed_once() -> None:
    text = "Công đoàn cơ sở báo cáo kết quả về Liên đoàn Lao động huyện trước ngày 25/6 và ngày 25/10/2025."
    first, second = values(node(text)).deadlines
    assert [(d.due, d.bound, d.text) for d in (first, second)] == [
        ("2025-06-25", Bound.BEFORE, "trước ngày 25/6"),
        ("2025-10-25", Bound.BEFORE, "ngày 25/10/2025"),
    ]
    assert {(d.who, d.what, d.to) for d in (first, second)} == {
        ("Công đoàn cơ sở", "báo cáo kết quả", "Liên đoàn Lao động huyện")
    }


@pytest.mark.parametrize(
    ("text", "dues"),
    [
        ("Gửi báo cáo về Sở trước ngày 15/3, 15/6, 15/9 và 15/12/2024.",
         ["2024-03-15", "2024-06-15", "2024-09-15", "2024-12-15"]),
        ("Gửi báo cáo về Sở trước ngày 15/12 và ngày 15/6/2025.", ["--12-15", "2025-06-15"]),  # 15/12 of which year?
        ("Gửi báo cáo về Sở trước ngày 15/6 và ngày 20/7 tổ chức hội nghị.", ["--06-15"]),
        ("Hồ sơ gửi Sở trước ngày 05 tháng 12 (đối với sơ kết) và trước ngày 15 tháng 9 năm 2025.",
         ["--12-05", "2025-09-15"]),
    ],
)  # fmt: skip
def test_lists_of_days(text: str, dues: list[str]) -> None:
    assert [deadline.due for deadline in values(node(text)).deadlines] == dues


def test_days_of_every_year() -> None:
    text = "Các thôn nộp báo cáo về xã trước ngày 25/6 và 25/12 hằng năm."
    assert [(d.every, d.day, d.month) for d in values(node(text)).deadlines] == [
        (Recurrence.YEAR, 25, 6),
        (Recurrence.YEAR, 25, 12),
    ]


def test_day_of_every_week() -> None:
    deadline = one(values(node("Các tổ báo cáo UBND xã vào thứ Sáu hằng tuần.")).deadlines)
    assert (deadline.every, deadline.weekday, deadline.who, deadline.to) == (
        Recurrence.WEEK,
        5,
        "Các tổ",
        "UBND xã",
    )


@pytest.mark.parametrize(
    ("text", "who", "what", "to"),
    [
        ("Phòng Tư pháp tham mưu; báo cáo UBND huyện trước ngày 01/6/2025.", "Phòng Tư pháp", "báo cáo", "UBND huyện"),
        ("Tờ trình, biên bản (01 bộ), gửi Văn phòng Đảng ủy trước ngày 01/6/2025.", None, "Tờ trình, biên bản (01 bộ)",
         "Văn phòng Đảng ủy"),
        ("Các lớp đăng ký thi đua trước ngày 01/6/2025.", "Các lớp", "đăng ký thi đua", None),
        ("- Trạm Y tế: lập danh sách gửi Phòng Y tế trước ngày 01/6/2025.", "Trạm Y tế", "lập danh sách", "Phòng Y tế"),
        ("Tổng hợp, trình Hội đồng thi đua, khen thưởng xét trước ngày 01/6/2025.", None, "xét",
         "Hội đồng thi đua, khen thưởng"),
        ("Sở Y tế đề nghị các đơn vị đăng ký danh sách trước ngày 01/6/2025.", "các đơn vị", "đăng ký danh sách", None),
        ("Định kỳ 6 tháng, hàng năm, báo cáo UBND tỉnh kết quả thực hiện.", None, "kết quả thực hiện", "UBND tỉnh"),
    ],
)  # fmt: skip
def test_who_hands_what_to_whom(text: str, who: str | None, what: str, to: str | None) -> None:
    deadline = one(values(node(text)).deadlines)
    assert (deadline.who, deadline.what, deadline.to) == (who, what, to)


def test_year_before_which_something_was_made_is_no_deadline() -> None:
    assert read_plan([node("Số hóa hồ sơ hộ tịch hình thành trước năm 2005.")]) is None


@pytest.mark.parametrize(
    ("sentence", "actor"),
    [
        ("Công chức Địa chính - Xây dựng chủ trì hướng dẫn.", "Công chức Địa chính - Xây dựng"),
        ("Văn phòng Đăng ký đất đai phối hợp đo đạc.", "Văn phòng Đăng ký đất đai"),
        ("Ban Chỉ đạo xã thành lập tổ kiểm tra.", "Ban Chỉ đạo xã"),
        ("Thư viện huyện là cơ quan thường trực.", "Thư viện huyện"),
        ("Tờ trình, biên bản họp gửi về xã.", None),
    ],
)
def test_who_acts(sentence: str, actor: str | None) -> None:
    assert actor_of(sentence)[0] == actor


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparison"),
    [
        ("Có điểm trung bình từ 8 điểm trở lên.", 8, "điểm", Comparison.AT_LEAST),
        ("Xây dựng ít nhất 02 mô hình dân vận khéo.", 2, "mô hình", Comparison.AT_LEAST),
        ("Vận động trên 50 triệu đồng.", 50_000_000, "đồng", Comparison.MORE_THAN),
        ("Chi phí dưới 1,5 tỷ đồng.", 1_500_000_000, "đồng", Comparison.LESS_THAN),
        ("Mỗi suất tối thiểu 25.000 đồng.", 25_000, "đồng", Comparison.AT_LEAST),
        ("Báo cáo không quá 03 (ba) trang.", 3, "trang", Comparison.AT_MOST),
        ("Mỗi lớp có ít nhất một thư viện xanh.", 1, "thư viện", Comparison.AT_LEAST),
        ("Hiến máu 05 lần trở lên.", 5, "lần", Comparison.AT_LEAST),
        ("Từ 90% diện tích trở lên.", 90, "percent", Comparison.AT_LEAST),
    ],
)
def test_numbers_to_reach(text: str, value: float, unit: str, comparison: Comparison) -> None:
    threshold = one(values(node(text)).thresholds)
    assert (threshold.value, threshold.unit, threshold.comparison) == (value, unit, comparison)


def test_what_is_counted_may_stand_before_the_comparisons_end() -> None:
    threshold = one(values(node("Được từ 80% phiếu đồng ý trở lên tại cuộc họp.")).thresholds)
    assert (threshold.text, threshold.of) == ("từ 80% phiếu đồng ý trở lên", "phiếu đồng ý")


@pytest.mark.parametrize(
    "text",
    [
        "Trồng cây trên 02 tuyến đường.",  # on two roads
        "Trồng 2.400 m đường hoa.",
        "Chấm từ 5 đến 10 điểm.",
        "Tổ chức dưới 02 hình thức.",
        "Ít nhất sau khi kết thúc đợt thi.",
        "Kế hoạch tối thiểu năm 2024.",
    ],
)
def test_numbers_without_a_comparison_are_no_thresholds(text: str) -> None:
    plan = read_plan([node(text)])
    assert plan is None or plan.thresholds == []


def test_how_many_may_be_rewarded_is_told_by_the_rewards_alone() -> None:
    plan = values(node("Không quá 10 tập thể.", heading="Số lượng", roles=(Role.SO_LUONG_KHEN_THUONG,)))
    assert (len(plan.rewards), plan.thresholds) == (1, [])


def test_each_of_two_steps_in_a_sentence_has_its_own_name() -> None:
    text = "Đợt 1: từ ngày 01/02 đến ngày 30/4/2024; Đợt 2: từ ngày 15/8 đến ngày 22/12/2024."
    assert [period.what for period in values(node(text)).periods] == ["Đợt 1", "Đợt 2"]


def test_who_is_asked_to_grant_is_the_granter() -> None:
    text = "UBND huyện trình Chủ tịch UBND tỉnh tặng Bằng khen."
    plan = values(node(text, heading="Hình thức", roles=(Role.HINH_THUC_KHEN_THUONG,)))
    assert one(plan.rewards).authority == "Chủ tịch UBND tỉnh"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Từ nguồn quỹ sự nghiệp, dự kiến 85.000.000 đồng.", "nguồn quỹ sự nghiệp"),
        ("Chi từ ngân sách 12.500.000 đồng của xã.", "ngân sách 12.500.000 đồng của xã"),
    ],
)
def test_source_of_money(text: str, source: str) -> None:
    plan = values(node(text, heading="Kinh phí", roles=(Role.KINH_PHI,)))
    assert one(plan.funding).source == source


def test_a_sum_to_be_paid_is_no_source() -> None:
    assert read_plan([node("200.000 đồng.", heading="Mức thưởng", roles=(Role.KINH_PHI_KHEN_THUONG,))]) is None


def test_who_stands_behind_a_time_that_opens_the_sentence() -> None:
    text = "Trong thời hạn 25 ngày kể từ ngày nhận đủ hồ sơ theo quy định, Vụ Tổ chức cán bộ phải thẩm định hồ sơ."
    deadline = one(values(node(text)).deadlines)
    assert (deadline.event, deadline.who, deadline.what) == (
        "ngày nhận đủ hồ sơ",
        "Vụ Tổ chức cán bộ",
        "thẩm định hồ sơ",
    )
