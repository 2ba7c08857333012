"""Typed values of plans, read from section trees written for these tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schema import Bearer, Bound, Comparison, Recurrence, Role, Span
from pipeline.structure.lines.model import Node, Paragraph, Piece, Row
from pipeline.structure.plan_values.actors import actor_of, bearer_of
from pipeline.structure.plan_values.passages import flat
from pipeline.structure.plan_values.read import read_plan
from pipeline.values import Box, Line
from pipeline.vietnamese.folding import strip_marks


def node(text: str = "", *children: Node, heading: str | None = None, roles: tuple[Role, ...] = ()) -> Node:
    paragraphs = tuple(Paragraph(line) for line in text.split("\n") if line)
    return Node(heading=heading, roles=roles, paragraphs=paragraphs, children=children)


def values(*nodes: Node, subject: str | None = None):
    plan = read_plan(nodes, subject)
    assert plan is not None
    return plan


def one(items: list):
    assert len(items) == 1, items
    return items[0]


class TestParticipants:
    def test_labelled_groups_are_told_apart(self) -> None:
        text = "- Tập thể: Các trạm y tế phường.\n- Cá nhân: Nhân viên các trạm."
        plan = values(node(text, heading="Đối tượng", roles=(Role.DOI_TUONG,)))
        assert [(p.kind, p.text) for p in plan.participants] == [
            (Bearer.COLLECTIVE, "Các trạm y tế phường"),
            (Bearer.INDIVIDUAL, "Nhân viên các trạm"),
        ]

    def test_two_groups_in_one_sentence_become_two(self) -> None:
        text = "Tập thể các khoa, phòng và toàn thể viên chức của bệnh viện."
        plan = values(node(text, heading="Đối tượng", roles=(Role.DOI_TUONG,)))
        assert [p.kind for p in plan.participants] == [Bearer.COLLECTIVE, Bearer.INDIVIDUAL]

    def test_other_things_in_a_composite_section_are_no_participants(self) -> None:
        text = "- Đối tượng thi đua\n+ Tập thể: Các chi hội.\n- Thời gian: từ ngày 01/3/2025 đến ngày 30/6/2025."
        roles = (Role.DOI_TUONG, Role.THOI_GIAN)
        plan = values(node(text, heading="ĐỐI TƯỢNG, THỜI GIAN", roles=roles))
        assert [p.text for p in plan.participants] == ["Các chi hội"]

    def test_those_who_may_be_rewarded_are_not_called_on(self) -> None:
        text = "Tập thể, cá nhân có thành tích."
        assert read_plan([node(text, heading="Đối tượng khen thưởng", roles=(Role.DOI_TUONG_KHEN_THUONG,))]) is None


class TestPeriods:
    @pytest.mark.parametrize(
        ("text", "begins", "ends", "event"),
        [
            ("Từ ngày 05/3/2025 đến hết ngày 20/4/2025.", "2025-03-05", "2025-04-20", None),
            ("Từ ngày 02 tháng 01 năm 2025 đến ngày 15 tháng 02 năm 2025.", "2025-01-02", "2025-02-15", None),
            ("Từ ngày 10 - 25/8/2023", "2023-08-10", "2023-08-25", None),
            ("Từ ngày 10/8 đến ngày 25/9/2023", "2023-08-10", "2023-09-25", None),
            ("Từ tháng 3/2025 đến tháng 9/2025.", "2025-03", "2025-09", None),
            ("Kể từ ngày ban hành Kế hoạch đến hết năm 2027.", None, "2027", "ngày ban hành Kế hoạch"),
            ("Giai đoạn 2025 - 2030", "2025", "2030", None),
        ],
    )
    def test_spans_of_time(self, text: str, begins: str | None, ends: str | None, event: str | None) -> None:
        period = one(values(node(text, heading="Thời gian thực hiện", roles=(Role.THOI_GIAN,))).periods)
        assert (period.begins, period.ends, period.begins_with, period.what) == (begins, ends, event, None)

    def test_year_of_the_subject_is_the_plans_period(self) -> None:
        period = one(values(subject="Phát động phong trào thi đua năm 2025").periods)
        assert (period.section, period.begins, period.ends) == (None, "2025", "2025")

    def test_subject_with_two_years_says_nothing_sure(self) -> None:
        assert read_plan([], "Tổng kết năm 2024 và phương hướng năm 2025") is None

    def test_steps_name_what_happens_in_them(self) -> None:
        text = (
            "- Tháng 4/2025: Các trường đăng ký tham gia.\n- Hội thi cấp huyện: từ ngày 05/5/2025 đến ngày 09/5/2025."
        )
        plan = values(node(text, heading="Thời gian", roles=(Role.THOI_GIAN,)))
        assert {(p.begins, p.what) for p in plan.periods} == {
            ("2025-04", "Các trường đăng ký tham gia"),
            ("2025-05-05", "Hội thi cấp huyện"),
        }

    def test_impossible_date_is_not_invented(self) -> None:
        period = one(values(node("Từ ngày 45/13/2025 đến ngày 20/4/2025.", roles=(Role.THOI_GIAN,))).periods)
        assert (period.begins, period.ends) == (None, "2025-04-20")


class TestDeadlines:
    def test_report_with_sender_and_receiver(self) -> None:
        text = "Các trạm y tế gửi báo cáo kết quả về Trung tâm Y tế huyện trước ngày 25/11/2025 để tổng hợp."
        deadline = one(values(node(text)).deadlines)
        assert (deadline.who, deadline.what, deadline.to) == (
            "Các trạm y tế",
            "báo cáo kết quả",
            "Trung tâm Y tế huyện",
        )
        assert (deadline.due, deadline.bound) == ("2025-11-25", Bound.BEFORE)

    @pytest.mark.parametrize(
        ("text", "every", "day", "month"),
        [
            ("Các thôn nộp báo cáo về xã trước ngày 20 hằng tháng.", Recurrence.MONTH, 20, None),
            ("Các thôn nộp báo cáo về xã trước ngày 15/12 hàng năm.", Recurrence.YEAR, 15, 12),
            ("Báo cáo gửi về Sở trước ngày 25 của tháng cuối quý.", Recurrence.QUARTER, 25, None),
        ],
    )
    def test_what_recurs_has_no_date(self, text: str, every: Recurrence, day: int, month: int | None) -> None:
        deadline = one(values(node(text)).deadlines)
        assert (deadline.due, deadline.every, deadline.day, deadline.month) == (None, every, day, month)

    def test_year_that_is_not_printed_stays_open(self) -> None:
        text = "Hồ sơ gửi về Phòng Nội vụ trước ngày 15/11 để tổng hợp."
        deadline = one(values(node(text)).deadlines)
        assert (deadline.due, deadline.what, deadline.to) == ("--11-15", "Hồ sơ", "Phòng Nội vụ")

    def test_at_the_latest(self) -> None:
        deadline = one(values(node("Đăng ký tham gia chậm nhất ngày 10/4/2025.")).deadlines)
        assert (deadline.bound, deadline.due) == (Bound.BY, "2025-04-10")

    def test_hour_before_the_day(self) -> None:
        deadline = one(values(node("Gửi danh sách về Ban Tổ chức trước 16 giờ 30 phút ngày 12/9/2025.")).deadlines)
        assert deadline.due == "2025-09-12"

    def test_quarter(self) -> None:
        deadline = one(values(node("Các phòng gửi kế hoạch về Văn phòng trong Quý II/2025.")).deadlines)
        assert (deadline.due, deadline.bound) == ("2025-Q2", Bound.DURING)

    def test_sentence_without_subject_belongs_to_the_heading(self) -> None:
        duty = node("- Báo cáo bằng văn bản về Sở trước ngày 01/6/2025.", heading="Các phòng chuyên môn")
        plan = values(node("", duty, heading="TỔ CHỨC THỰC HIỆN", roles=(Role.TO_CHUC_THUC_HIEN,)))
        assert one(plan.deadlines).who == "Các phòng chuyên môn"

    @pytest.mark.parametrize(
        ("text", "due"),
        [
            ("Tổng kết phong trào vào ngày 05/4/2023.", ["2023-04-05"]),
            ("Phát động thi đua; sơ kết ngày 06/4/2016; tổng kết ngày 29/4/2016.", ["2016-04-06", "2016-04-29"]),
            ("Hội nghị tổng kết ngày 05/4/2023 đã biểu dương 10 tập thể.", []),
            ("Tại Báo cáo tổng kết số 12/BC-UBND ngày 05/4/2023.", []),
        ],
    )
    def test_days_on_which_a_plan_takes_stock(self, text: str, due: list[str]) -> None:
        plan = read_plan([node(text)])
        assert [(d.due, d.bound) for d in (plan.deadlines if plan else [])] == [(day, Bound.ON) for day in due]

    def test_day_of_the_month_named_before(self) -> None:
        text = "Mỗi tháng tổng hợp điểm một lần, báo cáo Giám đốc trước ngày 05."
        deadline = one(values(node(text)).deadlines)
        assert (deadline.every, deadline.day, deadline.bound) == (Recurrence.MONTH, 5, Bound.BEFORE)

    def test_bare_day_of_when_rewards_are_decided_on(self) -> None:
        when = node("ngày 10 tháng 12 năm 2009.", heading="Thời gian xét", roles=(Role.THOI_GIAN_KHEN_THUONG,))
        deadline = one(values(when).deadlines)
        assert (deadline.due, deadline.bound) == ("2009-12-10", Bound.ON)

    @pytest.mark.parametrize(
        ("text", "within", "unit", "bound", "event"),
        [
            (
                "Các xóm gửi báo cáo chậm nhất 05 ngày sau khi kết thúc mỗi đợt.",
                5,
                Span.DAY,
                Bound.BY,
                "kết thúc mỗi đợt",
            ),
            (
                "Trình Chủ tịch trong vòng 10 ngày kể từ ngày nhận đủ hồ sơ.",
                10,
                Span.DAY,
                Bound.BY,
                "ngày nhận đủ hồ sơ",
            ),
            ("Nộp danh sách trước khi Đoàn đến làm việc 03 ngày.", 3, Span.DAY, Bound.BEFORE, "Đoàn đến làm việc"),
            ("Văn phòng trả lời trong thời hạn 02 ngày làm việc.", 2, Span.WORKING_DAY, Bound.BY, None),
            ("Gửi tài liệu trước 10 ngày diễn ra hội nghị.", 10, Span.DAY, Bound.BEFORE, "diễn ra hội nghị"),
            ("Gửi hồ sơ chậm nhất 24 giờ kể từ khi xảy ra sự cố.", 24, Span.HOUR, Bound.BY, "xảy ra sự cố"),
        ],
    )
    def test_times_counted_from_an_event(
        self, text: str, within: int, unit: Span, bound: Bound, event: str | None
    ) -> None:
        deadline = one(values(node(text, roles=(Role.TO_CHUC_THUC_HIEN,))).deadlines)
        assert (deadline.within, deadline.within_unit, deadline.bound) == (within, unit, bound)
        assert (deadline.event, deadline.due, deadline.every) == (event, None, None)

    @pytest.mark.parametrize(
        ("text", "due", "every", "month", "bound"),
        [
            ("Hoàn thành trong tháng 8 năm 2025.", "2025-08", None, None, Bound.DURING),
            ("Tổ chức ký giao ước trong quý I năm 2025.", "2025-Q1", None, None, Bound.DURING),
            ("Ban hành quy chế trước quý II/2026.", "2026-Q2", None, None, Bound.BEFORE),
            ("Tham mưu sơ kết vào quý IV hằng năm.", "--Q4", Recurrence.YEAR, None, Bound.DURING),
            ("Tổ chức tổng kết vào tháng 6 hằng năm.", None, Recurrence.YEAR, 6, Bound.DURING),
        ],
    )
    def test_whole_months_and_quarters(
        self, text: str, due: str | None, every: Recurrence | None, month: int | None, bound: Bound
    ) -> None:
        deadline = one(values(node(text)).deadlines)
        assert (deadline.due, deadline.every, deadline.month, deadline.bound) == (due, every, month, bound)

    @pytest.mark.parametrize(
        "text",
        [
            "Trong quý I năm 2025 toàn xã đã tổ chức 12 buổi tuyên truyền.",
            "Về đích nông thôn mới trước thời hạn ít nhất 30 ngày.",
            "Nghỉ dưỡng 05 ngày sau khi phẫu thuật.",
        ],
    )
    def test_what_has_been_and_lengths_of_time_are_no_deadlines(self, text: str) -> None:
        plan = read_plan([node(text)], None)
        assert plan is None or plan.deadlines == []

    def test_two_things_in_one_sentence_are_told_apart(self) -> None:
        text = "Tham mưu sơ kết vào quý IV hằng năm, tổng kết trong quý II năm 2030."
        first, second = values(node(text)).deadlines
        assert (first.what, second.what) == ("Tham mưu sơ kết", "tổng kết")

    def test_date_of_a_cited_act_is_no_deadline(self) -> None:
        assert read_plan([node("Theo Quyết định số 12/QĐ-UBND ngày 03/02/2025 của UBND huyện.")]) is None


class TestRewards:
    def test_form_and_authority(self) -> None:
        reward = one(
            values(node("Tặng giấy khen của Chủ tịch UBND phường.", roles=(Role.HINH_THUC_KHEN_THUONG,))).rewards
        )
        assert (reward.form, reward.authority) == ("Giấy khen", "Chủ tịch UBND phường")
        assert reward.collectives_max is None

    @pytest.mark.parametrize(
        ("text", "collectives", "individuals"),
        [
            ("khen thưởng từ 02-04 tập thể tiêu biểu", (2, 4), (None, None)),
            ("không quá 06 tập thể và 12 cá nhân", (None, 6), (None, 12)),
            ("tối đa không quá 03 tập thể, 08 cá nhân", (None, 3), (None, 8)),
            ("tối thiểu 05 cá nhân", (None, None), (5, None)),
            ("01 tập thể và 02 cá nhân", (1, 1), (2, 2)),
        ],
    )
    def test_numbers(self, text: str, collectives: tuple, individuals: tuple) -> None:
        reward = one(values(node(text, heading="Số lượng", roles=(Role.SO_LUONG_KHEN_THUONG,))).rewards)
        assert (reward.collectives_min, reward.collectives_max) == collectives
        assert (reward.individuals_min, reward.individuals_max) == individuals

    def test_form_and_occasion_come_from_the_headings(self) -> None:
        quota = node("không quá 04 tập thể.", heading="Giấy khen của Giám đốc Sở")
        plan = values(node("", quota, heading="Khen thưởng tổng kết", roles=(Role.KHEN_THUONG,)))
        reward = one(plan.rewards)
        assert (reward.form, reward.authority, reward.occasion) == ("Giấy khen", "Giám đốc Sở", "Khen thưởng tổng kết")

    def test_number_takes_the_only_form_its_authority_grants(self) -> None:
        forms = node("Giấy khen của Chủ tịch UBND xã.", roles=(Role.HINH_THUC_KHEN_THUONG,))
        quota = node("Đề nghị Chủ tịch UBND xã khen thưởng từ 01-02 tập thể.", roles=(Role.SO_LUONG_KHEN_THUONG,))
        plan = values(forms, quota)
        assert [r.form for r in plan.rewards] == ["Giấy khen", "Giấy khen"]

    @pytest.mark.parametrize(
        ("offered", "form", "authority"),
        [
            ("Giấy khen của Chủ tịch UBND xã.", "Giấy khen", "Chủ tịch UBND xã"),
            ("Giấy khen của Chủ tịch UBND xã, Bằng khen của Chủ tịch UBND tỉnh.", None, None),
            ("Giấy khen của Giám đốc; cờ luân lưu cho khối dẫn đầu.", None, None),
            ("Giấy khen của Giám đốc cho 02 tập thể.", None, None),
        ],
    )
    def test_numbers_are_of_the_only_form_their_sister_offers(
        self, offered: str, form: str | None, authority: str | None
    ) -> None:
        forms = node(offered, heading="Hình thức", roles=(Role.HINH_THUC_KHEN_THUONG,))
        quota = node("03 tập thể, 07 cá nhân.", heading="Số lượng", roles=(Role.SO_LUONG_KHEN_THUONG,))
        plan = values(node("", forms, quota, heading="KHEN THƯỞNG", roles=(Role.KHEN_THUONG,)))
        assert (plan.rewards[-1].form, plan.rewards[-1].authority) == (form, authority)
        assert (plan.rewards[-1].collectives_max, plan.rewards[-1].individuals_max) == (3, 7)

    def test_form_mentioned_in_a_rule_is_no_offer(self) -> None:
        text = "Tập thể đã được tặng Bằng khen trong năm thì không xét."
        assert read_plan([node(text, roles=(Role.TIEU_CHUAN_KHEN_THUONG,))]) is None


class TestThresholds:
    @pytest.mark.parametrize(
        ("text", "value", "comparison", "subject"),
        [
            ("Tỷ lệ hồ sơ đúng hạn đạt trên 95%.", 95.0, Comparison.MORE_THAN, "Tỷ lệ hồ sơ đúng hạn"),
            ("Chỉ số hài lòng đạt từ 90% trở lên.", 90.0, Comparison.AT_LEAST, "Chỉ số hài lòng"),
            ("Tỷ lệ nộp trực tuyến tối thiểu 80 %", 80.0, Comparison.AT_LEAST, "Tỷ lệ nộp trực tuyến"),
            ("Tỷ lệ trễ hạn không quá 2,5%.", 2.5, Comparison.AT_MOST, "Tỷ lệ trễ hạn"),
            ("Tỷ lệ trả kết quả điện tử đạt 100%", 100.0, Comparison.EXACTLY, "Tỷ lệ trả kết quả điện tử"),
        ],
    )
    def test_percentages(self, text: str, value: float, comparison: Comparison, subject: str) -> None:
        threshold = one(values(node(text)).thresholds)
        assert (threshold.value, threshold.comparison, threshold.subject) == (value, comparison, subject)

    def test_share_of_what_follows_the_number(self) -> None:
        threshold = one(values(node("- Hoàn thành 100% nhiệm vụ được giao;")).thresholds)
        assert (threshold.subject, threshold.of) == ("Hoàn thành", "nhiệm vụ được giao")


class TestDossier:
    def test_copies_count_for_the_papers_of_their_own_dossier(self) -> None:
        text = (
            "- Hồ sơ cấp xã gồm:\n+ Tờ trình đề nghị;\n+ Số lượng: 02 bộ (bản chính).\n"
            "- Hồ sơ cấp huyện gồm:\n+ Biên bản họp;\n+ Số lượng: 01 bộ."
        )
        plan = values(node(text, heading="Hồ sơ", roles=(Role.HO_SO_KHEN_THUONG,)))
        assert [(i.item, i.copies, i.dossier) for i in plan.dossier] == [
            ("Tờ trình đề nghị", 2, "Hồ sơ cấp xã"),
            ("Biên bản họp", 1, "Hồ sơ cấp huyện"),
        ]

    def test_copies_in_a_node_beside_the_list(self) -> None:
        papers = node("- Tờ trình.\n- Báo cáo thành tích.", heading="Thành phần", roles=(Role.HO_SO_KHEN_THUONG,))
        copies = node("03 bộ", heading="Số lượng hồ sơ", roles=(Role.HO_SO_KHEN_THUONG,))
        plan = values(node("", papers, copies, heading="Hồ sơ", roles=(Role.HO_SO_KHEN_THUONG,)))
        assert [i.copies for i in plan.dossier] == [3, 3]

    def test_copies_that_are_not_printed_stay_open(self) -> None:
        plan = values(node("- Tờ trình đề nghị.", roles=(Role.HO_SO_KHEN_THUONG,)))
        assert one(plan.dossier).copies is None


class TestFundingAndTasks:
    def test_named_source(self) -> None:
        plan = values(node("Sử dụng từ nguồn ngân sách xã năm 2025.", heading="Kinh phí", roles=(Role.KINH_PHI,)))
        assert one(plan.funding).source == "nguồn ngân sách xã năm 2025"

    def test_source_that_is_not_named_is_null(self) -> None:
        plan = values(node("Văn phòng lập dự trù trình lãnh đạo.", heading="Kinh phí", roles=(Role.KINH_PHI,)))
        assert one(plan.funding).source is None

    def test_order_names_the_actor(self) -> None:
        duty = node("Giao Phòng Văn hóa chủ trì, phối hợp với các trường triển khai.")
        plan = values(node("", duty, heading="TỔ CHỨC THỰC HIỆN", roles=(Role.TO_CHUC_THUC_HIEN,)))
        task = one(plan.tasks)
        assert task.actor == "Phòng Văn hóa"
        assert task.action == "chủ trì, phối hợp với các trường triển khai."

    def test_heading_names_the_actor_and_sub_bullets_stay_with_their_task(self) -> None:
        duty = node("- Chuẩn bị hội trường:\n+ Âm thanh;\n+ Bàn ghế.\n- Đón đại biểu.", heading="Văn phòng")
        plan = values(node("", duty, heading="TỔ CHỨC THỰC HIỆN", roles=(Role.TO_CHUC_THUC_HIEN,)))
        assert [(t.actor, t.action) for t in plan.tasks] == [
            ("Văn phòng", "Chuẩn bị hội trường:\n+ Âm thanh;\n+ Bàn ghế."),
            ("Văn phòng", "Đón đại biểu."),
        ]

    @pytest.mark.parametrize("heading", ["Hội Nông dân xã", "Đề nghị Hội Nông dân xã"])
    def test_items_under_a_bodys_heading_are_its_tasks(self, heading: str) -> None:
        duties = node("", node("Theo dõi các thôn;"), node("Tổng hợp trước ngày 05/4/2023."), heading=heading)
        plan = values(node("", duties, heading="TỔ CHỨC THỰC HIỆN", roles=(Role.TO_CHUC_THUC_HIEN,)))
        assert [task.actor for task in plan.tasks] == ["Hội Nông dân xã"] * 2
        assert one(plan.deadlines).who == "Hội Nông dân xã"

    @pytest.mark.parametrize(
        "last",
        [
            "Trên đây là Kế hoạch của phường./.",
            "Yêu cầu Thủ trưởng các ngành thực hiện tốt kế hoạch này.",
            "Hướng dẫn này thay thế Hướng dẫn số 12/HD-UBND.",
        ],
    )
    def test_what_closes_the_document_is_no_task(self, last: str) -> None:
        top = node(last, heading="TỔ CHỨC THỰC HIỆN", roles=(Role.TO_CHUC_THUC_HIEN,))
        assert read_plan([top]) is None


class TestPlaces:
    def test_span_is_cut_from_the_sections_text(self) -> None:
        sections = node("", node("Mở đầu.\n- Tỷ lệ đạt trên 90%."))
        threshold = one(values(sections).thresholds)
        text = sections.children[0].text
        assert threshold.section == "1.1"
        assert text[threshold.start : threshold.end] == threshold.text == "trên 90%"

    def test_page_box_and_confidence_come_from_the_line(self) -> None:
        line = Line("- Đạt trên 90%.", "", box=Box(10, 20, 300, 40), confidence=0.8)
        row = Row(0, 3, line.text, line)
        paragraph = Paragraph(line.text, (Piece(row, 0, len(line.text)),))
        threshold = one(values(Node(paragraphs=(paragraph,))).thresholds)
        assert threshold.page == 3
        assert 0.8 < threshold.confidence < 1.0
        left, top, right, bottom = threshold.bbox
        assert 10 < left < right <= 300
        assert (top, bottom) == (20, 40)

    def test_lost_marks_hide_no_value(self) -> None:
        text = "Các trường gửi báo cáo về Phòng Giáo dục trước ngày 05 hàng tháng. Đạt tối thiểu 80%."
        bare = values(node(strip_marks(text)))
        assert one(bare.deadlines).day == 5
        assert one(bare.thresholds).comparison is Comparison.AT_LEAST


def test_text_without_values_gives_none() -> None:
    assert read_plan([node("Kính gửi các đơn vị.")]) is None


def test_table_rows_are_left_to_the_table() -> None:
    assert read_plan([node("1 | Trạm A | Từ ngày 01/3/2025 đến ngày 02/3/2025", roles=(Role.THOI_GIAN,))]) is None


@pytest.mark.parametrize(
    ("sentence", "actor"),
    [
        ("Ban Tổ chức có trách nhiệm chấm điểm.", "Ban Tổ chức"),
        ("Trung tâm dịch vụ tổng hợp đẩy mạnh tuyên truyền.", "Trung tâm dịch vụ tổng hợp"),
        ("Căn cứ Kế hoạch này, các chi bộ chủ động triển khai.", "các chi bộ"),
        ("Tổ chức sơ kết phong trào.", None),
        ("Phối hợp với Công an xã tuần tra.", None),
    ],
)
def test_who_acts(sentence: str, actor: str | None) -> None:
    assert actor_of(sentence)[0] == actor


def test_bearer_is_open_where_the_words_do_not_tell() -> None:
    assert bearer_of("Công tác phòng bệnh") is None


@given(st.text(max_size=200))
def test_flat_keeps_every_place(text: str) -> None:
    assert len(flat(text)) == len(text)


@given(st.lists(st.text(max_size=80), max_size=4), st.sampled_from([(), (Role.THOI_GIAN,), (Role.KHEN_THUONG,)]))
def test_any_text_gives_spans_that_lie_in_it(lines: list[str], roles: tuple[Role, ...]) -> None:
    tree = node("\n".join(line.replace("\n", " ").strip() for line in lines), heading="Số lượng", roles=roles)
    plan = read_plan([tree], None)
    if plan is not None:
        for name in type(plan).model_fields:
            for value in getattr(plan, name):
                assert tree.text[value.start : value.end] == value.text


@pytest.mark.parametrize(
    "text",
    [
        "Thực hiện các tiêu chí từ 5.1 đến 5.8.",
        "Những đơn vị đã hoạt động trước ngày 05/7/2023 thì giữ nguyên.",
        "Kỳ kế toán được tính từ ngày 01 tháng đầu quý.",
    ],
)
def test_numbers_and_past_facts_are_no_dates_to_keep(text: str) -> None:
    assert read_plan([node(text)]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Sơ kết khen 04 tập thể, 10 cá nhân; tổng kết khen không quá 20 cá nhân.",
            [(4, 4, 10, 10), (None, None, None, 20)],
        ),
        ("Giám đốc tặng Giấy khen cho 03 chi bộ và không quá 09 đảng viên.", [(3, 3, None, 9)]),
        ("Từ 05-08 tập thể; 10-12 cá nhân là giáo viên.", [(5, 8, 10, 12)]),
    ],
)
def test_each_statement_of_numbers_is_a_reward(text: str, expected: list[tuple]) -> None:
    plan = values(node(text, heading="Số lượng", roles=(Role.SO_LUONG_KHEN_THUONG,)))
    fields = ("collectives_min", "collectives_max", "individuals_min", "individuals_max")
    assert [tuple(getattr(reward, field) for field in fields) for reward in plan.rewards] == expected


def test_numbers_of_other_things_are_no_quotas() -> None:
    text = "Cá nhân giúp đỡ từ 02 hộ, có ít nhất 10 thư khen."
    assert values(node(text, heading="Tiêu chuẩn", roles=(Role.TIEU_CHUAN_KHEN_THUONG,))).rewards == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Gồm 02 bộ, mỗi bộ có: tờ trình, biên bản họp xét, báo cáo thành tích.",
            [("tờ trình", 2), ("biên bản họp xét", 2), ("báo cáo thành tích", 2)],
        ),
        (
            "Các thôn gửi 01 tờ trình và 02 báo cáo thành tích về Văn phòng UBND xã.",
            [("tờ trình", 1), ("báo cáo thành tích", 2)],
        ),
        ("- Tờ trình đề nghị (01 bản);\n- Phiếu tự chấm.", [("Tờ trình đề nghị", 1), ("Phiếu tự chấm", None)]),
        (
            "Gửi báo cáo thành tích kèm biên bản họp xét, công văn kèm danh sách.",
            [("báo cáo thành tích", None), ("biên bản họp xét", None), ("công văn kèm danh sách", None)],
        ),
        ("- Văn bản đề nghị + Biên bản họp.", [("Văn bản đề nghị", None), ("Biên bản họp", None)]),
    ],
)
def test_papers_of_a_dossier(text: str, expected: list[tuple]) -> None:
    plan = values(node(text, heading="Hồ sơ", roles=(Role.HO_SO_KHEN_THUONG,)))
    assert [(item.item, item.copies) for item in plan.dossier] == expected


def test_rule_about_a_form_to_follow_lists_no_paper() -> None:
    text = "Báo cáo thành tích theo Mẫu số 06 của Nghị định."
    assert read_plan([node(text, heading="Hồ sơ", roles=(Role.HO_SO_KHEN_THUONG,))]) is None


def test_numbers_of_one_sentence_speak_of_their_own_parts() -> None:
    text = "Phấn đấu tăng năng suất từ 5% đến 7%, giảm tỷ lệ hàng lỗi xuống dưới 2%."
    found = [(t.value, t.comparison, t.subject) for t in values(node(text)).thresholds]
    assert found == [
        (5.0, Comparison.AT_LEAST, "Phấn đấu tăng năng suất"),
        (7.0, Comparison.AT_MOST, "Phấn đấu tăng năng suất"),
        (2.0, Comparison.LESS_THAN, "giảm tỷ lệ hàng lỗi xuống"),
    ]


def test_steps_of_one_day_and_hours_in_a_period() -> None:
    text = "- Phát động: ngày 26/3/2026.\n- Nhận bài: từ ngày 01/4/2026 đến 17 giờ 00 ngày 31/7/2026.\n"
    text += "- Chung kết: dự kiến sáng ngày 20/9/2026 tại Nhà Thiếu nhi."
    periods = values(node(text, roles=(Role.THOI_GIAN,))).periods
    assert [(p.begins, p.ends, p.what) for p in periods] == [
        ("2026-03-26", "2026-03-26", "Phát động"),
        ("2026-04-01", "2026-07-31", "Nhận bài"),
        ("2026-09-20", "2026-09-20", "Chung kết"),
    ]


def test_scope_of_duties_is_no_part_of_the_actor() -> None:
    text = "Thủ trưởng các sở trong phạm vi chức năng, nhiệm vụ được giao triển khai thực hiện."
    task = one(values(node(text, heading="Tổ chức thực hiện", roles=(Role.TO_CHUC_THUC_HIEN,))).tasks)
    assert task.actor == "Thủ trưởng các sở"
    assert task.action.startswith("trong phạm vi chức năng")


def test_who_is_inspected_is_one_name() -> None:
    assert actor_of("Các đơn vị được kiểm tra chuẩn bị báo cáo.")[0] == "Các đơn vị được kiểm tra"
    assert actor_of("Đơn vị không thuộc diện kiểm tra tự rà soát, báo cáo.")[0] == "Đơn vị không thuộc diện kiểm tra"


def test_a_form_named_behind_the_numbers_is_theirs() -> None:
    text = "Mỗi huyện chọn 01 tập thể, 02 cá nhân tiêu biểu đề nghị Chủ tịch UBND tỉnh tặng Bằng khen."
    reward = one(values(node(text, heading="Khen thưởng", roles=(Role.KHEN_THUONG,))).rewards)
    assert (reward.form, reward.authority) == ("Bằng khen", "Chủ tịch UBND tỉnh")
    assert (reward.collectives_max, reward.individuals_max) == (1, 2)


@pytest.mark.parametrize(
    "text", ["Tờ trình, danh sách và báo cáo thành tích, 02 bộ, gửi về Phòng Nội vụ.", "02 bộ gồm tờ trình, danh sách."]
)
def test_copies_of_a_dossier_named_in_its_sentence(text: str) -> None:
    items = values(node(text, roles=(Role.HO_SO_KHEN_THUONG,))).dossier
    assert {item.copies for item in items} == {2}


def test_every_day_at_an_hour() -> None:
    deadline = one(values(node("Báo cáo về Ban Chỉ huy trước 16 giờ hằng ngày.")).deadlines)
    assert (deadline.every, deadline.bound, deadline.to) == (Recurrence.DAY, Bound.BEFORE, "Ban Chỉ huy")


def test_a_date_alone_under_a_heading_is_its_step() -> None:
    period = one(values(node("tháng 3 năm 2023.", heading="Ký kết giao ước thi đua")).periods)
    assert (period.begins, period.ends, period.what) == ("2023-03", "2023-03", "Ký kết giao ước thi đua")


def test_numbers_under_the_headings_of_those_rewarded() -> None:
    groups = node("03 tổ công đoàn, mức 500.000 đồng/tổ.", heading="Tập thể")
    persons = node("10 đoàn viên, mức 300.000 đồng/người.", heading="Cá nhân")
    rewards = values(node("", groups, persons, heading="Khen thưởng", roles=(Role.KHEN_THUONG,))).rewards
    assert [(r.collectives_max, r.individuals_max) for r in rewards] == [(3, None), (None, 10)]


def test_organisations_are_no_verb() -> None:
    assert actor_of("Các tổ chức cơ sở đảng gửi báo cáo kết quả.")[0] == "Các tổ chức cơ sở đảng"
