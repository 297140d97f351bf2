"""Which characters of a comment are hidden, and what is left of it."""

import pytest

from app.ratings.hiding.rules import (
    HIDDEN,
    HidingFault,
    Part,
    PartKind,
    digest_of,
    fault_of,
    merged,
    parts_of,
    spans_of,
    texts_in,
    without,
    written_over,
)

TEXT = "Ann from Suzhou: ask Ann, she knows."
KEY = b"one person's"


def hidden(passage: str, text: str = TEXT) -> str:
    return without(text, spans_of(passage, text))


def test_a_passage_is_hidden_wherever_it_stands() -> None:
    assert hidden("Ann") == f"{HIDDEN} from Suzhou: ask {HIDDEN}, she knows."
    assert hidden("她", "她说她会来") == f"{HIDDEN}说{HIDDEN}会来"


def test_a_passage_may_have_been_copied_with_other_blanks() -> None:
    assert hidden("  from\n Suzhou ") == f"Ann {HIDDEN}: ask Ann, she knows."


@pytest.mark.parametrize("passage", ["", " \n", "ann", "Annabel", "A.n"])
def test_what_does_not_stand_there_hides_nothing(passage: str) -> None:
    assert spans_of(passage, TEXT) == []
    assert hidden(passage) == TEXT


def test_occurrences_that_overlap_are_hidden_to_the_last_character() -> None:
    assert hidden("哈哈", "哈哈哈好") == f"{HIDDEN}好"


def test_passages_side_by_side_have_one_mark_and_no_count() -> None:
    spans = [*spans_of("Suzhou", TEXT), *spans_of("from", TEXT)]

    assert without(TEXT, spans) == f"Ann {HIDDEN}: ask Ann, she knows."
    assert merged([(0, 9), (2, 4)], TEXT) == [(0, 9)]


def test_the_whole_text_leaves_nothing_but_the_mark() -> None:
    assert without(TEXT, [(0, len(TEXT))]) == HIDDEN
    assert without(TEXT, []) == TEXT


def test_hr_sees_telling_words_marked_until_they_are_hidden() -> None:
    parts = parts_of(TEXT, hidden=spans_of("Ann from", TEXT), telling=spans_of("Ann", TEXT))

    assert [(one.kind, one.text) for one in parts] == [
        (PartKind.HIDDEN, ""),
        (PartKind.PLAIN, " Suzhou: ask "),
        (PartKind.TELLING, "Ann"),
        (PartKind.PLAIN, ", she knows."),
    ]


def test_a_text_without_anything_is_one_plain_part() -> None:
    assert parts_of("好", hidden=[], telling=[]) == [Part(kind=PartKind.PLAIN, text="好")]


@pytest.mark.parametrize(
    ("passage", "whole", "reason", "fault"),
    [
        ("Suzhou", False, "person", None),
        ("", True, "other", None),
        (" ", False, "person", HidingFault.NOTHING),
        ("Beijing", False, "person", HidingFault.NOT_FOUND),
        ("Ann", False, "person", HidingFault.ALREADY),
        ("Suzhou", False, "", HidingFault.NO_REASON),
        ("Suzhou", False, "spite", HidingFault.NO_REASON),
    ],
)
def test_a_wish_names_words_that_stand_there_and_a_reason(
    passage: str, whole: bool, reason: str, fault: HidingFault | None
) -> None:
    found = fault_of(
        passage=passage, whole=whole, reason=reason, text=TEXT, earlier=spans_of("Ann", TEXT)
    )

    assert found is fault


def test_a_comment_is_known_by_its_words_and_whom_it_is_about() -> None:
    assert digest_of(TEXT, KEY) == digest_of(TEXT, KEY)
    assert len({digest_of(TEXT, KEY), digest_of(TEXT, b"another's"), digest_of("Ann", KEY)}) == 3


def test_only_the_hidden_words_leave_the_comments_of_a_result() -> None:
    comments = {
        "colleagues": [{"zh": "继续", "en": "Continue", "texts": [TEXT, "fine"]}],
        "supervisor": [{"zh": "", "en": "", "texts": [TEXT]}],
        "own": [],
        "withheld": None,
    }

    left = written_over(comments, {digest_of(TEXT, KEY): [(0, 3)]}, key=KEY)

    cut = HIDDEN + TEXT[3:]
    assert left == {
        "colleagues": [{"zh": "继续", "en": "Continue", "texts": [cut, "fine"]}],
        "supervisor": [{"zh": "", "en": "", "texts": [cut]}],
        "own": [],
        "withheld": None,
    }
    assert texts_in(left) == [cut, "fine", cut]
    assert written_over(comments, {}, key=KEY) == comments
