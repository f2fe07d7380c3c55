"""Partial dates as intervals of days, and calendar periods.

``2019`` means some day of 2019; ``2019-11`` some day of that month. Days are proleptic Gregorian ordinals (day 1 is
1 January of year 1), so that comparisons are integer comparisons. Periods follow ISO 8601: P1Y, P6M, P30D, P1Y6M.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

FIRST_DAY = 1
LAST_DAY = dt.date.max.toordinal()
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")
_PERIOD = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,6})D)?\Z")


@dataclass(frozen=True, slots=True)
class Days:
    """Some day from ``lo`` to ``hi``, both included, as ordinals."""

    lo: int
    hi: int

    @property
    def is_point(self) -> bool:
        """True when the day is known exactly."""
        return self.lo == self.hi


ANY_DAY = Days(FIRST_DAY, LAST_DAY)


def parse_days(text: str) -> Days:
    """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; ValueError says what was expected."""
    match = _DATE.match(text)
    if not match:
        msg = f"expected a date as YYYY, YYYY-MM or YYYY-MM-DD, found {text!r}"
        raise ValueError(msg)
    year, month, day = (int(g) if g else None for g in match.groups())
    try:
        if day is not None:
            only = dt.date(year, month, day).toordinal()  # type: ignore[arg-type]
            return Days(only, only)
        if month is not None:
            last = calendar.monthrange(year, month)[1]  # type: ignore[arg-type]
            return Days(dt.date(year, month, 1).toordinal(), dt.date(year, month, last).toordinal())  # type: ignore[arg-type]
        return Days(dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal())  # type: ignore[arg-type]
    except (ValueError, calendar.IllegalMonthError) as err:
        msg = f"no such day: {text!r} (expected YYYY, YYYY-MM or YYYY-MM-DD)"
        raise ValueError(msg) from err


def parse_day(text: str) -> int:
    """Read one exact day; ValueError when it is partial."""
    days = parse_days(text)
    if not days.is_point:
        msg = f"expected an exact day as YYYY-MM-DD, found {text!r}"
        raise ValueError(msg)
    return days.lo


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period: months (years folded in) and days."""

    months: int
    days: int
    text: str


def parse_period(text: str) -> Period:
    """Read an ISO 8601 period of years, months and days; ValueError says what was expected."""
    match = _PERIOD.match(text)
    if not match:
        msg = f"expected a period such as P30D, P6M or P1Y, found {text!r}"
        raise ValueError(msg)
    years, months, days = (int(g) if g else 0 for g in match.groups())
    return Period(years * 12 + months, days, text)


def shift(day: int, period: Period, sign: int = 1) -> int:
    """Move a day by a period; the day of the month is cut to the month's length, the result to the calendar."""
    if day >= LAST_DAY or day <= FIRST_DAY:
        return day
    date = dt.date.fromordinal(day)
    index = date.year * 12 + date.month - 1 + sign * period.months
    year, month = divmod(index, 12)
    if year < 1:
        return FIRST_DAY
    if year > dt.MAXYEAR:
        return LAST_DAY
    month += 1
    moved = dt.date(year, month, min(date.day, calendar.monthrange(year, month)[1])).toordinal() + sign * period.days
    return max(FIRST_DAY, min(LAST_DAY, moved))


def show_day(day: int) -> str:
    """ISO text of an ordinal; the open ends are shown in words."""
    if day >= LAST_DAY:
        return "open"
    if day <= FIRST_DAY:
        return "unknown"
    return dt.date.fromordinal(day).isoformat()


def show_days(days: Days) -> str:
    """ISO text of an interval of days."""
    return show_day(days.lo) if days.is_point else f"{show_day(days.lo)}…{show_day(days.hi)}"


def show_when(days: Days) -> str:
    """A day, a month or a year as it was written; any other span by its ends."""
    text = show_day(days.lo)
    for short in (text, text[:7], text[:4]):
        if _DATE.match(short) and parse_days(short) == days:
            return short
    return show_days(days)
