"""Text that a person typed and that others will read: plain, and no longer than it may be."""

from __future__ import annotations

import unicodedata
from typing import Final

# They turn the order in which text is read around, so that it can show something other than it says.
_BIDIRECTIONAL_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_text(text: str) -> str:
    r"""Text without blanks around it, its lines ended by ``\n``.

    Raises:
        ValueError: It holds a control character.

    >>> plain_text(" Collected in 2019.\r\nBy post. ")
    'Collected in 2019.\nBy post.'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    for sign in lines:
        if sign in _BIDIRECTIONAL_CONTROLS or (unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t"):
            raise ValueError(f"the character U+{ord(sign):04X} is not plain text; take it out")
    return lines
