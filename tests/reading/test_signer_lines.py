"""Names and titles of signers are decoded from several pictures of a row: what the ink supports, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.reading.engines.base import EngineLine, Steps, Strip
from pipeline.reading.page_image.treat import Treated
from pipeline.reading.seals.ctc_scores import Alphabet, Encoded, shares, word_scores
from pipeline.reading.seals.find_seals import Seal
from pipeline.reading.seals.layers import hidden_by_pen, of_one_ink
from pipeline.reading.seals.name_decoder import decode_name
from pipeline.reading.seals.name_lexicon import FAMILY, GIVEN, MIDDLE, NameWords, load_name_words
from pipeline.reading.seals.rows import RowReading
from pipeline.reading.seals.signer_lines import SealPlace, find_name, find_title
from pipeline.reading.seals.signer_words import deputy_of
from pipeline.reading.seals.title_decoder import decode_title
from pipeline.reading.seals.under_seals import PlaceEngine, read_under_seals
from pipeline.values import Box, Word

LETTERS = (
    "&1#@'()+,-./023456789:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊị"
    "ỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ "
)
PLACE = Box(100, 40, 400, 70)


def strip(text: str, sure: float = 0.98, other: str = "x") -> Strip:
    """What a recogniser that reads `text` sees, "_" for a blank: two steps a sign, `other` as its second thought."""
    labels, logs = [], []
    for sign in text:
        seen = LETTERS.index(sign) + 1 if sign != "_" else 0
        for label, next_label in ((seen, LETTERS.index(other) + 1), (0, LETTERS.index(other) + 1)):
            labels.append([label, next_label])
            logs.append([np.log(sure), np.log(1 - sure)])
    return Strip(Steps(np.array(labels), np.array(logs, dtype=np.float32)), LETTERS, 0.0, 6.0)


@pytest.fixture(scope="module")
def words() -> NameWords:
    found = load_name_words()
    assert found is not None
    return found


def test_a_word_scores_best_where_its_letters_were_seen_in_order() -> None:
    alphabet = Alphabet.of(LETTERS)
    texts = ("Phước", "Phúc", "Cước", "Hồng")
    encoded = Encoded.of([alphabet.encoded(text) or [] for text in texts])
    seen = np.stack([shares(strip("Phước"), alphabet)])
    scores = word_scores(seen, encoded)[0]
    assert texts[int(scores.argmax())] == "Phước"
    assert scores[0] - scores[1] > 4


def test_a_lost_mark_speaks_less_against_a_word_than_another_letter() -> None:
    alphabet = Alphabet.of(LETTERS)
    encoded = Encoded.of([alphabet.encoded(text) or [] for text in ("Hiển", "Hiểm")])
    marked, lettered = word_scores(np.stack([shares(strip("Hiên"), alphabet)]), encoded)[0]
    assert marked > lettered + 2


def test_a_name_is_put_together_from_pictures_of_which_each_lost_another_word(words: NameWords) -> None:
    pictures = [strip("_XX Hữu Phước_"), strip("_Võ ?ữx Phước_".replace("?", "J")), strip("_Võ Hữu Qxxớc_")]
    assert decode_name(pictures, words).text == "Võ Hữu Phước"


def test_a_letter_under_the_pen_is_taken_from_the_names_that_there_are(words: NameWords) -> None:
    pictures = [strip("_6rần Quốc Dũng_"), strip("_7.ần Quốc Dũng_")]
    hidden = np.zeros(len(pictures[0].steps.labels), dtype=np.float32)
    hidden[2:6] = 0.4
    found = decode_name(pictures, words, hidden)
    assert found.text == "Trần Quốc Dũng"
    assert found.words[0].ink < found.words[1].ink


@pytest.mark.parametrize("text", ["_Nơi nhận: như trên_", "_x8 0k +_", "_____________", "_THPT_"])
def test_ink_that_is_no_name_gives_none(text: str, words: NameWords) -> None:
    found = decode_name([strip(text), strip(text)], words)
    assert not found.words or found.ink < 0.55 or found.sure < 0.2


def test_a_rare_name_that_is_clear_is_not_turned_into_a_usual_one(words: NameWords) -> None:
    more = words.with_others(["Nhượng", "Đởm"])
    assert decode_name([strip("_Giáp Thúc Đởm_")] * 3, more).text == "Giáp Thúc Đởm"


def test_two_names_that_the_ink_cannot_tell_apart_are_not_sure(words: NameWords) -> None:
    half = strip("_Hồ Kim Trang_", sure=0.5, other="ộ")
    clear = decode_name([strip("_Hồ Kim Trang_")] * 3, words)
    doubtful = decode_name([strip("_?ô Kim Trang_".replace("?", "_")), half], words)
    assert clear.sure > 0.95
    assert doubtful.sure < clear.sure


def test_words_of_names_have_their_usual_part(words: NameWords) -> None:
    at = {word: number for number, word in enumerate(words.words)}
    assert words.usual[FAMILY, at["Nguyễn"]] > words.usual[FAMILY, at["Khúc"]] > -np.inf
    assert words.usual[FAMILY, at["Dũng"]] == -np.inf
    assert words.usual[MIDDLE, at["Văn"]] > words.usual[GIVEN, at["Văn"]]
    assert words.usual[GIVEN, at["Thủy"]] > words.usual[GIVEN, at["Thuỷ"]] > words.unseen[GIVEN]
    assert words.with_others(["Xyz", "An", "ĐỐC", "b"]) is words


def test_a_title_crossed_by_a_pen_is_the_office_that_fits() -> None:
    found = decode_title([strip("_TREỜNG PHÒNG_"), strip("__RUỞNG PHÒNG_"), strip("_TRƯỞNG PH8NG_")], None)
    assert found is not None
    assert found.text == "TRƯỞNG PHÒNG"
    assert found.sure > 0.9 and found.ink > 0.3


def test_a_title_with_more_behind_it_is_not_cut_short() -> None:
    found = decode_title([strip("_TRƯỞNG PHÒNG NỘI VỤ_")] * 3, None)
    assert found is None or found.ink < 0.3


def test_below_one_who_signs_for_another_stands_a_deputy() -> None:
    assert deputy_of("KT. CHỦ TỊCH") == "PHÓ CHỦ TỊCH"
    assert not deputy_of("TM. ỦY BAN NHÂN DÂN")
    assert not deputy_of("KT. AI ĐÓ")
    faint = [strip("_8HÓ CHỦ TỊCH_", sure=0.6, other="P")]
    expected = decode_title(faint, None, "PHÓ CHỦ TỊCH")
    plain = decode_title(faint, None)
    assert expected is not None and plain is not None
    assert expected.text == "PHÓ CHỦ TỊCH"
    assert expected.sure >= plain.sure or plain.text != "PHÓ CHỦ TỊCH"


def test_pictures_of_the_black_print_and_of_the_red_ink_are_not_mixed() -> None:
    black, red = of_one_ink(["red and all", "black", "red", "red without rings"])
    assert black == ["red and all", "black"]
    assert red == ["red and all", "red", "red without rings"]
    assert of_one_ink(["without rings", "smooth"]) == [["without rings", "smooth"]]


def test_steps_under_blue_strokes_are_known_to_be_hidden() -> None:
    cut = np.full((100, 300, 3), 245, dtype=np.uint8)
    cut[:, 100:130] = (40, 50, 170)
    hidden = hidden_by_pen(cut, Box(0, 30, 300, 60), 0.0, 6.0, 50)
    assert hidden is not None
    assert hidden[18:20].min() > 0.3
    assert hidden[:15].max() == hidden[24:].max() == 0
    assert hidden_by_pen(cut[:, :, 0], Box(0, 30, 300, 60), 0.0, 6.0, 50) is None


def reading(text: str, source: str = "page", confidence: float = 0.9) -> RowReading:
    return RowReading(EngineLine(PLACE, tuple(Word(word, PLACE, confidence) for word in text.split())), source)


def place() -> SealPlace:
    blank = np.full((200, 500), 255, dtype=np.uint8)
    return SealPlace(Box(0, 0, 500, 200), Box(60, 10, 160, 110), blank, {"without rings": blank})


def test_a_rank_before_a_name_stays() -> None:
    rank = Word("ThS.", Box(60, 40, 90, 70), 0.9)
    row = [RowReading(EngineLine(PLACE, (rank, *reading("Mai Hữu Nghĩa").line.words)), "page")]
    found = find_name(row, place(), lambda pictures, _box: [strip("_ThS. Mai Hữu Nghĩa_")] * len(pictures))
    assert found is not None
    assert found.line.text == "ThS. Mai Hữu Nghĩa"


def test_a_name_has_its_words_where_their_letters_are() -> None:
    found = find_name([reading("Lê Văn Ngữ")], place(), lambda pictures, _box: [strip("___Lê Văn Ngữ___")] * 3)
    assert found is not None and found.whole
    boxes = [word.box for word in found.line.words]
    assert all(box is not None for box in boxes)
    assert [box.left for box in boxes if box] == sorted(box.left for box in boxes if box)
    assert boxes[0] is not None and 24 <= boxes[0].left <= 48


def test_an_engine_that_tells_no_letters_finds_neither_name_nor_title() -> None:
    assert find_name([reading("Lê Văn Ngữ")], place(), lambda _pictures, _box: ()) is None
    assert find_title([reading("GIÁM ĐỐC")], place(), lambda _pictures, _box: (), "") is None


def under(seen: str, said: str) -> dict[str, float]:
    """What is recovered where the page read `said` below a ring and every picture shows `seen`."""
    pixels = np.full((1000, 800), 255, dtype=np.uint8)
    box = Box(360, 600, 480, 620)
    line = EngineLine(box, tuple(Word(word, box, 0.9) for word in said.split()))
    engine = PlaceEngine(lambda _part: [], lambda pictures, _box: [strip(seen)] * len(pictures))
    seal = Seal(Box(300, 500, 420, 620), coloured=False)
    found = read_under_seals([line], Treated.untouched(pixels), pixels, [seal], engine)
    return {one.text: one.confidence for one in (*found.lines, *found.recovered)}


def test_a_name_that_all_pictures_show_takes_the_place_of_what_the_page_read() -> None:
    found = under("_Võ Hữu Phước_", "V6 Hữu Phước")
    assert found.keys() == {"Võ Hữu Phước"}
    assert found["Võ Hữu Phước"] > 0.8


def test_a_title_that_all_pictures_show_takes_the_place_of_what_the_page_read() -> None:
    assert under("_TRƯỞNG PHÒNG_", "TREỜNG PHÒNG").keys() == {"TRƯỞNG PHÒNG"}


def test_a_line_of_the_text_stays_as_the_page_read_it_whatever_name_the_pictures_show() -> None:
    assert "Lưu: văn thư" in under("_Bùi Đức Trọng_", "Lưu: văn thư")
