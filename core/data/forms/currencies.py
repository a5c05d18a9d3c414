"""Signs and abbreviations of currencies, as people write them beside amounts."""

from __future__ import annotations

import unicodedata
from typing import Final

# Characters that Unicode calls currency signs need no list.
_CURRENCIES: Final = frozenset(
    {"eur", "euro", "usd", "gbp", "chf", "jpy", "cny", "rmb", "inr", "brl", "mxn", "cad", "aud", "nzd", "sek", "nok"}
    | {"dkk", "isk", "pln", "czk", "huf", "ron", "bgn", "try", "rub", "uah", "zar", "krw", "sgd", "hkd", "twd", "thb"}
    | {"idr", "myr", "php", "vnd", "aed", "sar", "ils", "egp", "ngn", "kes", "clp", "cop", "ars", "pen"}
    | {"kr", "zł", "kč", "ft", "lei", "fr", "sfr", "rs", "tl", "руб", "r", "rm", "r$", "kn"}
)


def is_currency(unit: str) -> bool:
    """Return whether a text beside a number is a currency.

    >>> [is_currency(unit) for unit in ("€", "CHF", "kr.", "km")]
    [True, True, True, False]
    """
    is_sign = any(unicodedata.category(one) == "Sc" for one in unit)
    return len(unit) <= 4 and (is_sign or unit.strip(".").casefold() in _CURRENCIES)
