"""Read text as numbers: in plain format, or in the one form that fits all values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.data.column import Kind
from core.data.forms.likely_numbers import likely_forms
from core.data.forms.numbers import NumberForm, fewest_decimals, number_forms
from core.data.inference.decimal_marks import DecimalMarks, may_be_grouped
from core.data.io.text_values import TRUE_FALSE, code_mask, infinite_mask, number_mask, strip, whole_mask

if TYPE_CHECKING:
    import pandas as pd

_WHERE = "in the table of columns, or as decimal_mark"
_BOOLEAN = "Boolean: every value is True or False."
_INTEGER = "Integer: every value is a whole number."
_NUMERICAL = "Numerical: every value is a number."


@dataclass(frozen=True)
class Reading:
    """What a column's distinct texts are as numbers.

    Args:
        kind: Boolean, integer or numerical; ``None`` if they are text, or numbers of more than one reading.
        reason: Why.
        plain: The numbers in plain format.
        forms: The forms in which they can be read; the one that was taken, if ``kind`` is known.
        doubtful: Whether points may stand between thousands though they were read as decimal points.
    """

    kind: Kind | None
    reason: str
    plain: pd.Series
    forms: list[NumberForm] = field(default_factory=list)
    doubtful: bool = False

    @property
    def form(self) -> NumberForm:
        """The form in which the numbers were read."""
        return self.forms[0] if self.forms else NumberForm()

    @property
    def fields(self) -> dict[str, Any]:
        """The schema fields of the form, those that differ from the default."""
        form, default = self.form, NumberForm()
        fields = {
            "decimal": form.decimal,
            "thousands": form.thousands,
            "decimals": form.decimals,
            "positive_form": form.positive,
            "negative_form": form.negative,
            "group_size": form.group_size,
        }
        usual = dict(zip(fields, (default.decimal, "", None, default.positive, default.negative, 3), strict=True))
        return {name: value for name, value in fields.items() if value != usual[name]}

    def notes(self, name: str) -> list[str]:
        """Return what the user should know of the form."""
        if self.doubtful:
            return [
                f"Column {name!r} was read as numbers with a decimal point, as in {str(self.plain.iloc[0])!r}. If its "
                f"points stand between thousands, say that the decimal mark is a comma: {_WHERE}."
            ]
        if self.form.is_plain:
            return []
        return [f"Column {name!r} was read as numbers with {self.form.describe()}; synthetic.csv uses the same format."]

    def question(self, name: str) -> str:
        """Return a note on the forms between which the user has to choose."""
        one, other = self.forms[:2]
        return (
            f"Column {name!r} reads as numbers both with {one.describe()} and with {other.describe()}, so it is kept "
            f"as text; say which decimal mark it has: {_WHERE}."
        )


def reads_as_numbers(distinct: pd.Series, marks: DecimalMarks) -> bool:
    """Return whether every text of a column is a number in one form."""
    return not distinct.empty and read_numbers(distinct, marks).kind in (Kind.INTEGER, Kind.NUMERICAL)


def read_numbers(distinct: pd.Series, marks: DecimalMarks, *, is_text: bool = True) -> Reading:
    """Read the distinct known texts of a column as numbers.

    Args:
        distinct: Shape (distinct values,).
        marks: What tells the file's decimal separator, for numbers that could be read in two ways.
        is_text: Whether the file stores text; the form of numbers that are stored as such is nobody's choice.
    """
    if bool(strip(distinct).isin(TRUE_FALSE).all()):
        return Reading(Kind.BOOLEAN, _BOOLEAN, distinct)
    plain = _plain_kind(distinct)
    has_points = is_text and plain is not None and bool(distinct.str.contains(".", regex=False).any())
    grouped = has_points and may_be_grouped(distinct)
    decimal = marks.columns or marks.delimiter
    if grouped and decimal == ",":
        return _in_form(distinct, NumberForm(",", ".", 0))
    if plain is not None and bool(distinct.str.startswith("+").any()):
        signed = [one for one in number_forms(distinct) if one.decimal == "." and not one.thousands]
        if signed:
            return _in_form(distinct, signed[0])
    if plain is not None:
        form = NumberForm(decimals=_decimals(distinct, plain[0]) if is_text else None)
        return Reading(*plain, distinct, [form], doubtful=grouped and decimal is None)
    forms = number_forms(distinct) if is_text else []
    if len(forms) > 1:
        forms = likely_forms(forms, distinct, marks.columns, marks.delimiter)
    return _in_form(distinct, forms[0]) if len(forms) == 1 else Reading(None, "", distinct, forms)


def _in_form(distinct: pd.Series, form: NumberForm) -> Reading:
    plain = form.to_plain(distinct)
    kind = _plain_kind(plain)
    if kind is None:  # e.g. too large for exact figures
        return Reading(None, "", distinct)
    if kind[0] is Kind.INTEGER and form.decimals == 0:
        form = replace(form, decimals=None)
    about = form.describe()
    return Reading(kind[0], f"{kind[1].rstrip('.')}, with {about}." if about else kind[1], plain, [form])


def _plain_kind(distinct: pd.Series) -> tuple[Kind, str] | None:
    """Return kind and reason if every value is a number in plain format."""
    if whole_mask(distinct).all():
        return Kind.INTEGER, _INTEGER
    if number_mask(distinct).all() and not code_mask(distinct).any():
        return Kind.NUMERICAL, _NUMERICAL
    return None


def _decimals(distinct: pd.Series, kind: Kind) -> int | None:
    """Return the fewest decimals of plain numbers; ``None`` where Python writes them alike, or as in ``1e-9``."""
    text = strip(distinct)
    if infinite_mask(text).any() or bool(text.str.contains("[eE]").any()):
        return None
    fewest = min(fewest_decimals(text), 20)
    return fewest if fewest or kind is Kind.NUMERICAL else None
