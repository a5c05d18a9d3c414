"""The forms in which files write dates: found, read, and written back.

A format is that of strftime, with more directives, so that a date is written exactly as it was: ``%-d`` (also
``%-m``, ``%-H``, ``%-I``) has no leading zero, ``%^b`` (also ``%^B``, ``%^a``, ``%^A``) has capitals, ``%P`` is am or
pm in small letters, ``%3f`` has milliseconds. A zone at the end (``Z``, ``UTC``, ``+01:00``, ``+0100``, ``+01``) stands
in the format as it is: times are held in this zone, and times of other zones are converted to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

DAYS: Final = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m"),
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y"),
    *("%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%y", "%d %b %y", "%d%b%Y", "%d%b%y"),
    *("%a, %d %b %Y", "%a %d %b %Y", "%A, %B %d, %Y", "%A, %d %B %Y", "%a, %b %d, %Y"),
    *("%m/%Y", "%m.%Y", "%m-%Y", "%b %Y", "%b-%Y", "%B %Y", "%b-%y"),
)
TIMES: Final = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M%p", "%I:%M:%S %p")

_ZONE = r"\s?(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_LOOKS = (
    r"[0-9]{1,4}[-/. ](?:[0-9]{1,2}(?![0-9])|[0-9]{4}(?![0-9])|[^\W\d_]{3,9})|[0-9]{1,2}[^\W\d_]{3}[0-9]{2}"
    r"|[^\W\d_]{3,9},?[ -](?:[0-9]{1,4}|[^\W\d_]{3,9} [0-9]{1,2}\b)|[0-9]{1,2}:[0-9]{2}(?![0-9])"
)
_PARTS = re.compile(
    r"(?P<day>.+?)(?:(?P<join>, |T|\s|:)(?P<hours>[0-9]{1,2}:[0-9]{2})(?P<seconds>:[0-9]{2})?"
    r"(?P<fraction>\.[0-9]{1,9})?(?P<gap>\s?)(?P<half>[AaPp][Mm])?(?P<zone>\s?(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)
_BELOW_MICRO = r"(\.[0-9]{6})[0-9]+"
_DIRECTIVE = re.compile(r"(%[-^3]?[A-Za-z])")
_SAMPLE = 20


def parse_dates(text: pd.Series, date_format: str, first_year: int | None = None) -> pd.Series:
    """Parse text as ``datetime64[us]`` by one format; ``NaT`` where it does not fit.

    Args:
        text: Shape (n,).
        date_format: See the module.
        first_year: The first of the hundred years that years of two digits mean; 1969 by default.

    >>> parse_dates(pd.Series(["05/10/21", "31/02/21"], dtype="str"), "%d/%m/%y").dt.strftime("%Y-%m-%d").tolist()
    ['2021-10-05', nan]
    """
    text = text.str.strip()
    zone = re.search(_ZONE, date_format)
    body = date_format if zone is None else date_format[: zone.start()]
    known = text if zone is None else text.str.replace(_ZONE, "", regex=True)
    if "f" in body:
        known = known.str.replace(_BELOW_MICRO, r"\1", regex=True)
    plain = re.sub(r"%[-^3]?([A-Za-z])", r"%\1", body).replace("%P", "%p")
    moments: pd.Series = pd.to_datetime(known, format=plain, errors="coerce").astype("datetime64[us]")
    if first_year is not None and "%y" in body:
        moments = _in_century(moments, first_year)
    return moments if zone is None else _in_zone(moments, text.str.extract(_ZONE)[0], zone[1])


def zone_of(date_format: str) -> str:
    """Return the zone in which a format writes times; empty if it names none."""
    found = re.search(_ZONE, date_format)
    return "" if found is None else found[1]


def _in_century(moments: pd.Series, first_year: int) -> pd.Series:
    """Move dates by centuries into the hundred years from ``first_year`` on; ``NaT`` where there is no 29 February."""
    known = moments.dropna()
    centuries = -((known.dt.year.to_numpy() - first_year) // 100)
    months = known.to_numpy().astype("datetime64[M]")
    moved = (months + 1200 * centuries).astype("datetime64[us]") + (known.to_numpy() - months)
    result = pd.Series(moved, index=known.index, dtype="datetime64[us]")
    return result.where(result.dt.day == known.dt.day).reindex(moments.index)


def _in_zone(moments: pd.Series, zones: pd.Series, zone: str) -> pd.Series:
    """Convert local times of the ``zones`` to one ``zone``; ``NaT`` where no zone is given."""
    known = moments[moments.notna() & zones.notna()]
    minutes = zones[known.index].map({one: _minutes(one) for one in zones.dropna().unique()}).astype("int64")
    moved = known.astype("int64") + (_minutes(zone) - minutes) * 60_000_000
    return moved.astype("datetime64[us]").reindex(moments.index).astype("datetime64[us]")


def _minutes(zone: str) -> int:
    if zone in {"Z", "UTC"}:
        return 0
    size = 60 * int(zone[1:3]) + int(zone[3:].removeprefix(":") or 0)
    return -size if zone[0] == "-" else size


def date_formats(text: pd.Series) -> list[str]:
    """Return the formats that fit every value of a column without missing values; two of them if it is ambiguous.

    >>> date_formats(pd.Series(["2024-02-29", "2024-03-01"], dtype="str"))
    ['%Y-%m-%d']
    >>> date_formats(pd.Series(["01/02/2024", "03/04/2024"], dtype="str"))
    ['%d/%m/%Y', '%m/%d/%Y']
    >>> date_formats(pd.Series(["6/8/2021 6:32 pm", "6/18/2021 11:05 am"], dtype="str"))
    ['%-m/%-d/%Y %-I:%M %P']
    """
    # Most columns fail this cheap check.
    if text.empty or not bool(text.head(_SAMPLE).str.strip().str.match(_LOOKS).all()):
        return []
    distinct = pd.Series(text.str.strip().unique(), dtype="str")
    found: dict[str, pd.Series] = {}
    for date_format in _candidates(distinct):
        moments = parse_dates(distinct, date_format)
        if bool(moments.notna().all()) and not any(moments.equals(other) for other in found.values()):
            found[date_format] = moments
    return [_exact(date_format, distinct, moments) for date_format, moments in found.items()]


def _candidates(distinct: pd.Series) -> list[str]:
    """Return the formats that fit the first value, with the zone of all values."""
    times = [time for time in TIMES if _is_day(str(distinct[0]), time)]
    if times:
        return times
    parts = _PARTS.fullmatch(str(distinct[0]))
    if parts is None:
        return []
    ending = ""
    if parts["hours"]:
        hour = "%I" if parts["half"] else "%H"
        second, fraction = ":%S" if parts["seconds"] else "", ".%f" if parts["fraction"] else ""
        half = f"{parts['gap'] and ' '}%p" if parts["half"] else ""
        gap = parts["gap"] and not parts["half"] and " "
        ending = f"{parts['join']}{hour}:%M{second}{fraction}{half}{gap or ''}{_common_zone(distinct, parts['zone'])}"
    return [f"{day}{ending}" for day in DAYS if _is_day(parts["day"], day) and not (ending and "%d" not in day)]


def _common_zone(distinct: pd.Series, first: str | None) -> str:
    """Return the zone with which all values are written: that of all of them, or else UTC in the form of the first."""
    if first is None or bool(distinct.str.endswith(first).all()):
        return first or ""
    zone = first.strip()
    return first.replace(zone, zone if zone in {"Z", "UTC"} else "+00" + re.sub("[0-9]", "0", zone[3:]))


def _is_day(text: str, date_format: str) -> bool:
    try:
        datetime.strptime(text, date_format)  # a day has no zone
    except ValueError:
        return False
    return True


def _exact(date_format: str, distinct: pd.Series, moments: pd.Series) -> str:
    """Return the variant of a format that writes every value as it was; the format itself if none does."""
    for variant in _variants(date_format):
        if written_dates(moments.head(_SAMPLE), variant) == distinct.head(_SAMPLE).tolist() and (
            written_dates(moments, variant) == distinct.tolist()
        ):
            return variant
    return date_format


def _variants(date_format: str) -> Iterator[str]:
    others = {
        "%d": "%-d",
        "%m": "%-m",
        "%H": "%-H",
        "%I": "%-I",
        "%b": "%^b",
        "%B": "%^B",
        "%a": "%^a",
        "%A": "%^A",
        "%p": "%P",
        "%f": "%3f",
    }
    parts = [[part, others[part]] if part in others else [part] for part in _DIRECTIVE.split(date_format)]
    return ("".join(chosen) for chosen in product(*parts))


def written_dates(known: pd.Series, date_format: str) -> list[str]:
    """Return datetimes without missing ones as text, in the same words and digits on every machine and in every year.

    >>> written_dates(pd.Series(["0001-02-20"]).astype("datetime64[us]"), "%-d-%b-%Y")
    ['20-Feb-0001']
    """
    codes, distinct = pd.factorize(known.astype("datetime64[us]"))
    moments = pd.Series(distinct)
    texts = [_written(moments, part) for part in _DIRECTIVE.split(date_format) if part]
    joined = np.array(["".join(parts) for parts in zip(*texts, strict=True)], dtype=object)
    return list(joined[codes])


def _written(moments: pd.Series, part: str) -> list[str]:
    if part in _WRITERS:
        return _WRITERS[part](moments)
    if part.startswith("%"):
        return [str(text) for text in moments.dt.strftime(part)]
    return [part] * len(moments)


def _digits(field: str, width: int) -> Callable[[pd.Series], list[str]]:
    return lambda moments: [f"{number:0{width}d}" for number in getattr(moments.dt, field)]


def _twelve(width: int) -> Callable[[pd.Series], list[str]]:
    return lambda moments: [f"{(hour - 1) % 12 + 1:0{width}d}" for hour in moments.dt.hour]


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIELDS = {"m": "month", "d": "day", "H": "hour", "M": "minute", "S": "second"}
_WRITERS: Final[dict[str, Callable[[pd.Series], list[str]]]] = {
    "%Y": _digits("year", 4),
    "%y": lambda moments: [f"{year % 100:02d}" for year in moments.dt.year],
    **{
        f"%{letter}": _digits(field, 2)
        for letter, field in zip("mdHMS", ("month", "day", "hour", "minute", "second"), strict=True)
    },
    **{f"%-{letter}": _digits(field, 1) for letter, field in zip("mdH", ("month", "day", "hour"), strict=True)},
    "%I": _twelve(2),
    "%-I": _twelve(1),
    "%p": lambda moments: ["AM" if hour < 12 else "PM" for hour in moments.dt.hour],
    "%P": lambda moments: ["am" if hour < 12 else "pm" for hour in moments.dt.hour],
    "%f": _digits("microsecond", 6),
    "%3f": lambda moments: [f"{micro // 1000:03d}" for micro in moments.dt.microsecond],
    "%b": lambda moments: [_MONTHS[month - 1][:3] for month in moments.dt.month],
    "%B": lambda moments: [_MONTHS[month - 1] for month in moments.dt.month],
    "%^b": lambda moments: [_MONTHS[month - 1][:3].upper() for month in moments.dt.month],
    "%^B": lambda moments: [_MONTHS[month - 1].upper() for month in moments.dt.month],
    "%a": lambda moments: [_DAYS[day][:3] for day in moments.dt.day_of_week],
    "%A": lambda moments: [_DAYS[day] for day in moments.dt.day_of_week],
    "%^a": lambda moments: [_DAYS[day][:3].upper() for day in moments.dt.day_of_week],
    "%^A": lambda moments: [_DAYS[day].upper() for day in moments.dt.day_of_week],
}
