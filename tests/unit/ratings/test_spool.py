"""Computed rows on their way: what comes out is what went in, however it is written."""

import json

from app.ratings.computing import document_text, result_text, seal
from app.ratings.spool import Figures, Spool

FIGURES = Figures(
    participant_id=7, version=2, status="rated", final="92.16", grade="A", seal="0" * 64
)
AWKWARD = {
    "line\u2028apart": "a\nb\r\nc\x85d",
    "emoji": "好👍",
    "number": 10**30,
    "nothing": None,
}


def test_rows_come_out_in_order_and_unchanged_even_from_the_file() -> None:
    large = json.dumps({"text": "字" * 3_000_000})
    with Spool() as spool:
        spool.put(FIGURES, inputs=document_text(AWKWARD), result=large)
        spool.put(FIGURES, inputs="{}", result=result_text(AWKWARD))
        first, second = list(spool.rows())

        assert len(spool) == 2
    assert json.loads(first["inputs"]) == json.loads(second["result"]) == AWKWARD
    assert first["result"] == large
    assert {key: first[key] for key in ("participant_id", "version", "final")} == {
        "participant_id": 7,
        "version": 2,
        "final": "92.16",
    }


def test_what_only_the_slower_writer_can_write_is_written_and_sealed_all_the_same() -> None:
    half_a_character = {"b": "\ud83d", "a": 1}

    assert json.loads(document_text(half_a_character)) == half_a_character
    assert json.loads(result_text(half_a_character)) == half_a_character
    assert seal(half_a_character, b"key") == seal({"a": 1, "b": "\ud83d"}, b"key")
