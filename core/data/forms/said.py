"""What a person says of the forms in a file, where values could be read in two ways."""

from __future__ import annotations

from typing import Final, NamedTuple

from core.choices import DateOrder, DecimalMark


class SaidForms(NamedTuple):
    """What a person says; what is ``None`` is inferred.

    Args:
        decimal_mark: Decimal separator, for numbers such as ``12,345``.
        date_order: Whether the day or the month comes first, for dates such as ``01/02/2024``.
    """

    decimal_mark: DecimalMark | None = None
    date_order: DateOrder | None = None


NOTHING_SAID: Final = SaidForms()
