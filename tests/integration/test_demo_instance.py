"""What the demo's programs write can be read by whoever started it only."""

import stat
import sys
from pathlib import Path

from app.demo.instance import make_instance, start


def test_the_files_of_the_demo_are_its_owners_only(tmp_path: Path) -> None:
    instance = make_instance(tmp_path / "demo", ports=(0, 0, 0))
    written = instance.folder / "written"
    command = [sys.executable, "-c", f"open({str(written)!r}, 'w').close()"]

    assert start(instance, "writer", command).wait(60) == 0

    assert stat.S_IMODE(instance.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
