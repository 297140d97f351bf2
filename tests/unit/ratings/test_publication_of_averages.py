"""What may stand beside figures that are no plain means of answers."""

from app.ratings.computing import compute
from app.ratings.reading import shown_result
from app.ratings.shown import WithheldKind
from tests.unit.ratings.test_rating_documents import (
    KAM,
    document,
    figures_of,
    kinds,
    raters,
    shown,
)

BENT = {**KAM["scale"], "anchors": [[1, "0"], [2, "30"], [3, "60"], [4, "85"], [5, "100"]]}


def test_bent_anchors_hide_the_means_of_small_groups_which_the_points_would_complete() -> None:
    bent = shown(raters(peer=6), definition={**KAM, "scale": BENT})

    one = bent.competencies[0]
    assert {cell.groups for cell in one.cells} == {("supervisor",), ("peer",)}
    assert (one.others, one.gap) == (None, None)
    assert (bent.highest, bent.hidden_strengths) == ((), ())
    assert kinds(bent) == [
        (WithheldKind.GROUP, ("Direct reports",)),
        (WithheldKind.GROUP, ("Customers",)),
        (WithheldKind.ITEM, ()),
    ]
    assert [note.least for note in one.withheld] == [6, 6, 3]
    assert figures_of(bent, "Peers") == ["4.0"] * 3
    assert figures_of(bent, "Direct reports") == [""] * 3


def test_bent_anchors_hide_nothing_of_twice_as_many() -> None:
    bent = shown(raters(peer=6, subordinate=6, customer=6), definition={**KAM, "scale": BENT})

    assert len(bent.competencies[0].cells) == 4
    assert bent.competencies[0].others is not None
    assert kinds(bent) == []


def test_overall_views_of_people_stand_beside_no_item() -> None:
    overall = document(raters(peer=6)) | {"order": "rater_overall_first"}

    result = shown_result(compute(overall).result, "en")

    assert figures_of(result, "Peers") == [""] * 3
    assert figures_of(result, "Supervisor") == ["4"] * 3
    assert (WithheldKind.ITEM, ()) in kinds(result)
