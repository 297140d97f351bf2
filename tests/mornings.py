"""The Sunday night and the Tuesday morning between which invitations wait in the tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.feedback.replacing.service import Desk
from tests.conftest import LINK_KEY
from tests.rounds import COMPANY

SHANGHAI = ZoneInfo("Asia/Shanghai")
SUNDAY = datetime(2026, 11, 29, 23, tzinfo=SHANGHAI)
TUESDAY = datetime(2026, 12, 1, 9, 30, tzinfo=SHANGHAI)
LETTERS = 9  # to a director, two members, six customers' contacts
DESK = Desk(link_key=LINK_KEY, company=COMPANY)
