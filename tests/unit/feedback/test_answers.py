"""What a form's body may hold, and how drafts merge."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.feedback.answers import (
    DraftState,
    FieldProblem,
    FormShape,
    answers_of,
    clean,
    comments_of,
    merge,
    newer_than,
    read_body,
)

SHAPE = FormShape(items=("one", "two"), boxes=("start",), levels=frozenset("12345"))
# The second item is reversed: its highest answer is the worst.
ASKING = replace(SHAPE, examples=(("one", "1"), ("two", "5")))
EXAMPLES = [("c-example.one", "迟到三次"), ("c-example.two", "只顾自己")]


def test_a_body_gives_its_ratings_and_comments_and_nothing_else() -> None:
    body = read_body(
        SHAPE,
        [("a-one", "5"), ("a-two", "na"), ("c-start", " 多问 \r\n"), ("action", "submit")],
    )

    assert body.values == {"a-one": "5", "a-two": "na", "c-start": "多问"}
    assert body.problems == {}
    assert body.missing(SHAPE) == ()
    assert answers_of(SHAPE, body.values) == {"one": 5, "two": None}
    assert comments_of(SHAPE, body.values) == {"start": "多问"}


def test_what_was_left_out_counts_as_not_observed() -> None:
    assert read_body(SHAPE, [("a-one", "1")]).missing(SHAPE) == ("a-two",)
    assert answers_of(SHAPE, {"a-one": "1"}) == {"one": 1, "two": None}
    assert comments_of(SHAPE, {"c-start": ""}) == {}


def test_levels_off_the_scale_and_foreign_fields_are_refused() -> None:
    body = read_body(SHAPE, [("a-one", "6"), ("a-three", "1"), ("c-other", "x")])

    assert body.values == {}
    assert body.problems == {
        "a-one": FieldProblem.UNKNOWN_LEVEL,
        "a-three": FieldProblem.UNKNOWN_FIELD,
        "c-other": FieldProblem.UNKNOWN_FIELD,
    }


def test_a_comment_of_1000_characters_passes_and_one_more_does_not() -> None:
    assert read_body(SHAPE, [("c-start", "字" * 1000)]).problems == {}
    long = read_body(SHAPE, [("c-start", "字" * 1001)])
    assert long.problems == {"c-start": FieldProblem.TOO_LONG}
    assert len(long.values["c-start"]) == 1001


def test_line_breaks_count_once_and_control_characters_go() -> None:
    assert read_body(SHAPE, [("c-start", "字\r\n" * 500)]).problems == {}
    assert clean("a\x00b\x1b\tc\r\n\r\n\r\n\r\nd ") == "a b c\n\nd"


def test_an_example_counts_only_beside_the_answer_that_asks_for_it() -> None:
    body = read_body(ASKING, [("a-one", "1"), ("a-two", "1"), *EXAMPLES, ("c-start", "多问")])

    assert body.problems == {}
    assert dict(body.values).items() >= dict(EXAMPLES).items(), "for the draft, whatever is chosen"
    assert comments_of(ASKING, body.values) == {"example.one": "迟到三次", "start": "多问"}
    assert comments_of(ASKING, {**body.values, "a-one": "2", "a-two": "5"}) == {
        "example.two": "只顾自己",
        "start": "多问",
    }
    for other in ("5", "na", ""):
        assert comments_of(ASKING, {**dict(EXAMPLES), "a-one": other}) == {}
    assert comments_of(ASKING, {"a-one": "1", "c-example.one": ""}) == {}


def test_an_item_that_asks_for_no_example_takes_none() -> None:
    body = read_body(SHAPE, [("a-one", "1"), *EXAMPLES])

    assert set(body.problems.values()) == {FieldProblem.UNKNOWN_FIELD}
    assert body.values == {"a-one": "1"}
    long = read_body(ASKING, [("c-example.one", "字" * 1001)])
    assert long.problems == {"c-example.one": FieldProblem.TOO_LONG}


def test_an_open_example_is_no_open_question() -> None:
    assert read_body(ASKING, [("a-one", "1"), ("a-two", "5")]).missing(ASKING) == ()


def test_a_change_raises_the_revision_and_the_same_again_does_not() -> None:
    first, newer = merge(DraftState(), {"a-one": "3"}, base=0)
    again, _newer = merge(first, {"a-one": "3"}, base=1)

    assert (first.revision, dict(first.values), newer) == (1, {"a-one": "3"}, {})
    assert again == first


def test_a_stale_page_never_overwrites_what_it_did_not_know() -> None:
    draft, _newer = merge(DraftState(), {"a-one": "3", "a-two": "2"}, base=0)
    draft, _newer = merge(draft, {"a-one": "5"}, base=draft.revision)

    draft, newer = merge(draft, {"a-one": "1", "a-two": "4"}, base=1)

    assert newer == {"a-one": "5"}
    assert draft.values == {"a-one": "5", "a-two": "4"}


def test_a_page_that_knows_the_newest_overwrites_it_even_with_nothing() -> None:
    draft, _newer = merge(DraftState(), {"c-start": "x"}, base=0)

    draft, newer = merge(draft, {"c-start": ""}, base=1)

    assert newer == {}
    assert draft.values["c-start"] == ""


def test_a_page_is_told_of_every_field_that_another_one_changed() -> None:
    draft, _newer = merge(DraftState(), {"a-one": "3", "c-start": "x"}, base=0, copy="phone")

    draft, newer = merge(draft, {"a-two": "4"}, base=0, copy="desk")

    assert newer == {"a-one": "3", "c-start": "x"}
    assert draft.values == {"a-one": "3", "c-start": "x", "a-two": "4"}


def test_a_page_never_lags_behind_itself() -> None:
    """The answer to its first save was lost on the way, so it still knows revision 0."""
    draft, _newer = merge(DraftState(), {"a-one": "3"}, base=0, copy="phone")

    draft, newer = merge(draft, {"a-one": "4"}, base=0, copy="phone")

    assert newer == {}
    assert draft.values == {"a-one": "4"}


def test_a_page_without_a_name_is_told_of_everything() -> None:
    draft, _newer = merge(DraftState(), {"a-one": "3"}, base=0)

    assert newer_than(draft, {}, base=0) == {"a-one": "3"}
    assert newer_than(draft, {"a-one": "3"}, base=0) == {}
    assert newer_than(draft, {}, base=1) == {}


@given(
    st.lists(
        st.tuples(
            st.sampled_from("AB"),
            st.sampled_from(["a-one", "a-two"]),
            st.sampled_from("12345"),
            st.booleans(),
        )
    )
)
def test_two_pages_in_any_order_agree_with_the_last_write_that_knew(
    writes: list[tuple[str, str, str, bool]],
) -> None:
    """A page learns what is newer from the answers to its saves, some of which never arrive."""
    draft, known = DraftState(), {"A": 0, "B": 0}
    shown: dict[str, dict[str, str]] = {"A": {}, "B": {}}
    standing: dict[str, tuple[str, int, str]] = {}
    for page, name, value, arrives in writes:
        shown[page][name] = value
        _value, revision, writer = standing.get(name, ("", 0, ""))
        draft, newer = merge(draft, {name: value}, base=known[page], copy=page)
        if writer == page or revision <= known[page]:
            assert name not in newer
            if draft.revisions[name] != revision:
                standing[name] = (value, draft.revision, page)
        assert draft.values == {field: row[0] for field, row in standing.items()}
        if arrives:
            shown[page].update(newer)
            known[page] = draft.revision
            assert shown[page] == draft.values
