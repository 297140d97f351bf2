"""Public holidays of China that fall into a window, so that HR can plan around them.

The lunar ones are listed to 2030; the days around them that are worked in exchange are announced
year by year and are not known here: HR enters them (app.cycles.workdays).
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Holiday:
    name_zh: str
    name_en: str
    first: date
    last: date


# Where these holidays are kept.
BEIJING = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC"})
SPRING_FESTIVAL = ("春节", "Spring Festival")
DRAGON_BOAT = ("端午节", "Dragon Boat Festival")
MID_AUTUMN = ("中秋节", "Mid-Autumn Festival")
# The first day of the lunar year, the fifth of its fifth month, the fifteenth of its eighth.
LUNAR = {
    2026: (date(2026, 2, 17), date(2026, 6, 19), date(2026, 9, 25)),
    2027: (date(2027, 2, 6), date(2027, 6, 9), date(2027, 9, 15)),
    2028: (date(2028, 1, 26), date(2028, 5, 28), date(2028, 10, 3)),
    2029: (date(2029, 2, 13), date(2029, 6, 16), date(2029, 9, 22)),
    2030: (date(2030, 2, 3), date(2030, 6, 5), date(2030, 9, 12)),
}


def holidays_between(first: date, last: date) -> list[Holiday]:
    """Every holiday with a day in the window, in the order of the calendar."""
    years = range(first.year, last.year + 1)
    known = [holiday for year in years for holiday in _holidays_of(year)]
    inside = [holiday for holiday in known if holiday.first <= last and holiday.last >= first]
    return sorted(inside, key=lambda holiday: holiday.first)


def days_off(first: date, last: date) -> frozenset[date]:
    """Every single day of those holidays, also where it lies outside the window."""
    return frozenset(
        holiday.first + timedelta(days=step)
        for holiday in holidays_between(first, last)
        for step in range((holiday.last - holiday.first).days + 1)
    )


def _holidays_of(year: int) -> list[Holiday]:
    found = [
        _holiday(("元旦", "New Year's Day"), date(year, 1, 1), 1),
        _holiday(("劳动节", "Labour Day"), date(year, 5, 1), 2),
        _holiday(("国庆节", "National Day"), date(year, 10, 1), 3),
    ]
    if year in LUNAR:
        spring, dragon_boat, mid_autumn = LUNAR[year]
        found += [
            _holiday(SPRING_FESTIVAL, spring - timedelta(days=1), 4),
            _holiday(DRAGON_BOAT, dragon_boat, 1),
            _holiday(MID_AUTUMN, mid_autumn, 1),
        ]
    return found


def _holiday(names: tuple[str, str], first: date, days: int) -> Holiday:
    last = first + timedelta(days=days - 1)
    return Holiday(name_zh=names[0], name_en=names[1], first=first, last=last)
