"""Text that a user typed and that others will read, free of control characters."""

from __future__ import annotations

import unicodedata
from typing import Final

# They change the reading direction, so displayed text can differ from its content.
_BIDIRECTIONAL_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_text(text: str) -> str:
    r"""Return the text without surrounding blanks, with ``\n`` as line end.

    Raises:
        ValueError: It contains a control character.

    >>> plain_text(" Collected in 2019.\r\nBy post. ")
    'Collected in 2019.\nBy post.'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    for character in lines:
        is_control = unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"
        if is_control or character in _BIDIRECTIONAL_CONTROLS:
            raise ValueError(f"the character U+{ord(character):04X} is not plain text; take it out")
    return lines
