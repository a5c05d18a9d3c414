"""Text for the screen: escaped Markdown, and numbers and times in words."""

from __future__ import annotations

import re

from core.events import Event

_APART = ":small[]"
"""Shows nothing. It parts a text, because Streamlit makes links, arrows and its logo from text that is escaped."""
_MADE_INTO_MORE = re.compile(r"(?<=:)(?=[\w/])|(?<=[wW]{3})(?=\.)|(?=@)|(?<=[-<>~])(?=[->=])")
"""Between the characters of ``http://``, ``www.``, ``a@b``, ``:streamlit:``, ``->``, ``--``, ``>=``, ``~=``."""

_LINE_ENDS = re.compile(r"\s*[\x00-\x1f\x7f-\x9f\u2028\u2029][\s\x00-\x1f\x7f-\x9f]*")


def plain(text: str) -> str:
    r"""Escape Markdown in a text, in one line: names of columns and groups come from strangers.

    Streamlit shows the text itself, but with a blank for line ends and control characters.

    >>> print(plain("*sex* :red[x]\r\n|"))
    \*sex\* \::small[]red\[x\] \|
    """
    parts = _MADE_INTO_MORE.split(_LINE_ENDS.sub(" ", text))
    return _APART.join(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", part) for part in parts)


def progress_text(event: Event) -> str:
    r"""Return what is being done now, and how long it still takes.

    >>> print(progress_text(Event("audit", 1, 9, seconds_left=8.0, message="Rates.")))
    Rates\, about 10 s left\.
    """
    return plain(f"{event.message.removesuffix('.')}, {duration(event.seconds_left)}.")


def counted(number: int, word: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "column"), counted(1200, "row")
    ('1 column', '1,200 rows')
    """
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def duration(seconds: float | None) -> str:
    """Return a time left in words.

    >>> duration(None), duration(8), duration(95), duration(4000)
    ('time left unknown', 'about 10 s left', 'about 2 min left', 'about 1.1 h left')
    """
    if seconds is None:
        return "time left unknown"
    if seconds < 60:
        return f"about {max(5, round(seconds / 5) * 5)} s left"
    if seconds < 3600:
        return f"about {round(seconds / 60)} min left"
    return f"about {seconds / 3600:.1f} h left"
