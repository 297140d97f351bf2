"""The fingerprint of an example's inputs, by which a later decision names what it was based on.

It covers everything but the calibration itself. For whoever owns the inputs only: a plain hash of
few answers can be guessed, so it is never published.
"""

import hashlib
import json
from decimal import Decimal

CALIBRATION = "calibration"


def base_hash(value: object) -> str:
    """SHA-256 over the example without its calibration; the order of keys does not matter."""
    members = value.items() if isinstance(value, dict) else ()
    inputs = {name: member for name, member in members if name != CALIBRATION}
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True, default=_as_text)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(value: object) -> str:
    return str(value.normalize()) if isinstance(value, Decimal) else str(value)
