"""Whether a column holds dates, and in which form, also where days and months could change places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from core.choices import DateOrder
from core.data.forms.date_formats import zone_of
from core.data.forms.dates import DateForm, compact_form, date_forms, with_century
from core.data.inference.name_hints import is_birth_name, is_date_name
from core.data.io.text_values import missing_mask, no_date_mask

_SAMPLE: Final = 2_000
_SURE: Final = 10
"""Whole numbers of which so many are different days are dates under any header: 1 in 27 numbers is one by chance."""
_PAIR: Final = 2
_ORDERS: Final[tuple[DateOrder, ...]] = ("day", "month")


@dataclass(frozen=True)
class DateReading:
    """A column as dates.

    Args:
        forms: The forms that fit; the column is dates if there is one.
        decided: Whether other columns of the file decided between two.
    """

    forms: list[DateForm] = field(default_factory=list)
    decided: bool = False

    @property
    def form(self) -> DateForm | None:
        """The form, if it is certain."""
        return self.forms[0] if len(self.forms) == 1 else None

    @property
    def fields(self) -> dict[str, Any]:
        """The schema fields of the form."""
        form = self.form
        return {} if form is None else {"datetime_format": form.format, "first_year": form.first_year}

    @property
    def reason(self) -> str:
        """Why the column is dates."""
        if self.form is None:
            return ""
        what = "date" if self.form.has_year else "time of day"
        return f"Datetime: every value is a {what} written {self.form.format}."

    def notes(self, name: str, known: pd.Series) -> list[str]:
        """Return what a person should check."""
        form = self.form
        if form is None:
            return []
        found: list[str] = []
        if self.decided:
            other = "the day" if form.order == "day" else "the month"
            found.append(f"Column {name!r}: {other} is read first, as in the other dates of the file.")
        zone = zone_of(form.format)
        if zone and not bool(known.str.strip().str.endswith(zone).all()):
            found.append(f"Column {name!r}: its times have several time zones and were converted to UTC.")
        if "%y" in form.format:
            years = form.parse(known).dt.year
            found.append(f"Column {name!r}: two-digit years are read as {years.min()} to {years.max()}.")
        return found

    def question(self, name: str, known: pd.Series) -> str:
        """Return what is asked where two forms fit."""
        example = next((one for one in known if len({form.parse(pd.Series([one]))[0] for form in self.forms}) > 1), "")
        day, month = (f"{form.parse(pd.Series([example]))[0]:%d %B %Y}".lstrip("0") for form in self.forms[:_PAIR])
        return (
            f"Column {name!r} reads as dates in two ways: {example!r} is {day} or {month}. So it is kept as "
            "text. Say whether the day or the month comes first: in the table of columns, "
            "or as date_order."
        )


def date_order(raw: pd.DataFrame) -> DateOrder | None:
    """Return what comes first in the dates of a raw frame that can be read in one way only, if they agree.

    >>> date_order(pd.DataFrame({"a": ["01/02/2024"], "b": ["31/01/2024"]}, dtype="str"))
    'day'
    """
    orders = {_order(raw.iloc[:, at]) for at in range(raw.shape[1])} - {None}
    return orders.pop() if len(orders) == 1 else None


def _order(values: pd.Series) -> DateOrder | None:
    if not isinstance(values.dtype, pd.StringDtype):
        return None
    text = values.head(_SAMPLE)
    found = {form.order for form in date_forms(text[~(missing_mask(text) | no_date_mask(text))].astype("str"))}
    return next((one for one in _ORDERS if found == {one}), None)


def read_dates(distinct: pd.Series, name: str, order: DateOrder | None = None) -> DateReading:
    """Return a column as dates.

    Args:
        distinct: Each known text once.
        name: The header. Birth dates lie in the past.
        order: What comes first in the other dates of the file, or as the user says.
    """
    forms = date_forms(distinct)
    kept = [form for form in forms if order is not None and form.order in (order, None)]
    chosen = forms if len(forms) == 1 else kept or forms
    return DateReading(
        [with_century(one, distinct, past=is_birth_name(name)) for one in chosen], len(forms) > len(chosen)
    )


def reads_as_dates(distinct: pd.Series, name: str) -> bool:
    """Return whether every text of a column is a date in one form or more."""
    return not distinct.empty and bool(date_forms(distinct) or read_compact_dates(distinct, name).forms)


def read_compact_dates(distinct: pd.Series, name: str) -> DateReading:
    """Return whole numbers such as 20240229 or 202402 as dates, if the header or their number makes that certain."""
    form = compact_form(distinct)
    if form is None or not (is_date_name(name) or _vary(form, form.parse(distinct))):
        return DateReading()
    return DateReading([form])


def _vary(form: DateForm, dates: pd.Series) -> bool:
    """Return whether dates are so many, and vary so, that no row of consecutive numbers can be meant."""
    parts = (dates.dt.month, dates.dt.day if "%d" in form.format else dates.dt.year)
    return len(dates) >= _SURE and all(part.min() < part.max() for part in parts)
