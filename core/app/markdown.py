"""Text for the screen: escaped Markdown, and numbers and times in words."""

from __future__ import annotations

import re

from core.events import Event


def plain(text: str) -> str:
    r"""Escape Markdown in a text: names of columns and groups come from strangers.

    >>> print(plain("*sex* :red[x]"))
    \*sex\* \:red\[x\]
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


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
