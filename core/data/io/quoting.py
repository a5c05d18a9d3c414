"""Quotes around the cells of a CSV file."""

from __future__ import annotations

import re
from typing import Final

# Values that some reader could take for a delimiter, a line end or padding are quoted.
_NEEDS_QUOTES: Final = re.compile(r'[",;|\t\r\n]|^\s|\s$')


def quoted(text: str) -> str:
    """Return a cell as it stands in the file.

    >>> quoted("a, b"), quoted("plain")
    ('"a, b"', 'plain')
    """
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
