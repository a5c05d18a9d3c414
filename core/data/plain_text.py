"""Text of users that others will read, free of control characters."""

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
        if _is_control(character):
            raise ValueError(f"the character U+{ord(character):04X} is not plain text; take it out")
    return lines


def visible_controls(text: str) -> str:
    r"""Return the text with control characters written out, so that a terminal shows and does not obey them.

    Line ends and tabs stay. The form is JSON's, so a JSON text stays one.

    >>> print(visible_controls("\x1b[2Jage"))
    \u001b[2Jage
    """
    return "".join(f"\\u{ord(one):04x}" if _is_control(one) else one for one in text)


def _is_control(character: str) -> bool:
    if character in _BIDIRECTIONAL_CONTROLS:
        return True
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cs"}
