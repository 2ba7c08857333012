"""Letters that stand askew: seals drawn as vectors, watermarks, tilted scans with a text layer, landscape pages."""

from __future__ import annotations

from math import radians

from pipeline.intake.pdf.askew_text import askew, is_round, runs


def angles_of(*parts):
    """Directions from (text, first degrees, degrees from letter to letter)."""
    result = []
    for text, first, step in parts:
        for at, char in enumerate(text):
            result.append(None if char == " " else radians((first + step * at) % 360))
    return result


LEVEL = "Trên đây là Kế hoạch của Ủy ban nhân dân xã yêu cầu các ban ngành thực hiện nghiêm túc và báo cáo kết quả"


def told(parts):
    flags = askew(angles_of(*parts))
    text = "".join(part[0] for part in parts)
    return "".join(char for char, flag in zip(text, flags, strict=True) if not flag).strip()


def test_letters_round_a_seal_are_no_text_though_some_of_them_look_level():
    parts = [(LEVEL + " CHỦ TỊCH ", 0, 0), ("ỦY BAN NHÂN DÂN * XÃ TÂN HÒA * ", -90, 10), (" Lê Văn Ngữ", 0, 0)]
    assert told(parts).split() == (LEVEL + " CHỦ TỊCH Lê Văn Ngữ").split()


def test_the_level_letter_at_which_a_curve_begins_belongs_to_it():
    parts = [(LEVEL + " ", 0, 0), ("Ủ Y BAN NHÂN DÂN", 0, 9)]
    assert told(parts) == LEVEL


def test_a_watermark_across_the_page_is_no_text_and_not_round():
    parts = [(LEVEL + " ", 0, 0), ("BẢN DỰ THẢO", 45, 0)]
    assert told(parts) == LEVEL
    assert not is_round(angles_of(("BẢN DỰ THẢO", 45, 0)))
    assert is_round(angles_of(("ỦY BAN NHÂN DÂN XÃ", -80, 10)))


def test_a_text_layer_over_a_tilted_scan_stays():
    assert told([(LEVEL, 7, 0)]) == LEVEL


def test_text_that_runs_up_the_page_stays():
    assert told([(LEVEL, 90, 0)]) == LEVEL
    assert told([(LEVEL + " ", 0, 0), ("Biểu số 01", 270, 0)]) == LEVEL + " Biểu số 01"


def test_runs_hold_the_blanks_between_their_letters():
    flags = [False, True, False, True, False, True]
    blank = [False, False, True, False, False, False]
    assert [(run.start, run.stop) for run in runs(flags, blank)] == [(1, 4), (5, 6)]
    assert askew([]) == []
