"""Rater groups stay apart for readers with normal, weak or missing colour vision."""

from itertools import combinations

import pytest

from app.charts.marks import COLOURS, RaterGroup
from app.charts.svg import ACTION, INK, MUTED

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

# Machado, Oliveira and Fernandes 2009, severity 1; they act on linear light.
VISIONS: dict[str, Matrix] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
TO_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = (0.95047, 1.0, 1.08883)


def _linear(colour: str) -> Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _to_light(red), _to_light(green), _to_light(blue)


def _to_light(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _times(matrix: Matrix, vector: Triple) -> Triple:
    first, second, third = (
        sum(factor * part for factor, part in zip(row, vector, strict=True)) for row in matrix
    )
    return first, second, third


def _lab(light: Triple) -> Triple:
    seen = (min(max(part, 0.0), 1.0) for part in light)
    x, y, z = (
        _curve(part / white)
        for part, white in zip(
            _times(TO_XYZ, (next(seen), next(seen), next(seen))), WHITE, strict=True
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _curve(ratio: float) -> float:
    return float(ratio ** (1 / 3) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116)


def _distance(one: str, other: str, vision: Matrix) -> float:
    labs = (_lab(_times(vision, _linear(colour))) for colour in (one, other))
    return float(sum((a - b) ** 2 for a, b in zip(*labs, strict=True)) ** 0.5)


def _contrast_on_white(colour: str) -> float:
    luminance = _times(TO_XYZ, _linear(colour))[1]
    return 1.05 / (luminance + 0.05)


@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_groups_differ_clearly_in_colour(vision: str) -> None:
    distances = {
        (one, other): _distance(COLOURS[one], COLOURS[other], VISIONS[vision])
        for one, other in combinations(RaterGroup, 2)
    }
    closest = min(distances, key=lambda pair: distances[pair])
    assert distances[closest] > 27.5, (closest, distances[closest])


def test_the_measure_sees_a_pair_that_only_some_readers_can_tell_apart() -> None:
    red, olive = "#C0392B", "#6E7F1C"
    assert _distance(red, olive, VISIONS["normal"]) > 70
    assert _distance(red, olive, VISIONS["deutan"]) < 5


@pytest.mark.parametrize("group", RaterGroup)
def test_every_mark_stands_out_from_white(group: RaterGroup) -> None:
    needed = 3.0 if group is RaterGroup.ALL_OTHERS else 4.5
    assert _contrast_on_white(COLOURS[group]) >= needed


@pytest.mark.parametrize("colour", [INK, MUTED, ACTION])
def test_every_letter_can_be_read_on_white(colour: str) -> None:
    assert _contrast_on_white(colour) >= 4.5
