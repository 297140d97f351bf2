"""The measurement of the mail: a short form of it, which counts what it sent."""

from pathlib import Path

from bench.mail import WORKERS, measure


def test_a_short_measurement_sends_every_letter_with_one_worker_and_with_two(
    tmp_path: Path,
) -> None:
    found = measure(f"sqlite:///{tmp_path / 'bench.sqlite'}", tmp_path, letters=12)

    assert found.letters == 12
    assert found.engine == "sqlite"
    assert set(found.workers) == set(WORKERS) == {1, 2}
    assert found.kilobytes_each > 1
    assert all(found.ratio(number) > 0 for number in WORKERS)
    assert found.cpu_ratio > 0
