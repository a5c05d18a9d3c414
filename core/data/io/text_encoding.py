"""Decode the bytes of a CSV file: as UTF-8, else as likely Western European, else as charset-normalizer detects."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import charset_normalizer

from core.errors import DataError, change, leave_out

# The encodings to offer if a file is not UTF-8. `decode` accepts all of Python's encodings.
ENCODINGS: Final = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_15", "mac_roman", "cp850"),
    *("utf_16", "cp932", "gb18030", "big5", "euc_kr"),
)
TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".data")
"""Endings of the files that hold a table as text."""
WESTERN: Final = "cp1252"
UTF_8: Final = "utf-8"

_SAMPLE: Final = 200_000
_MAX_LINES: Final = 10_000
_RELATED: Final = [WESTERN, "latin_1", "iso8859_15"]
_LETTERS: Final = "A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ"
# Text in another encoding, read as Western European, has symbols or capitals inside words: Wa³êsa, Besan‡on, RenŽe.
_INSIDE: Final = re.compile(rf"[{_LETTERS}][^\x00-\x7f{_LETTERS}‘’´·–—\u00a0\u00ad][{_LETTERS}]|[a-z][À-ÖØ-ÞŒŠŽŸ][a-z]")


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """Return the text, without byte order mark, and its encoding.

    Args:
        data: The file's content.
        name: Name of the file in error messages.
        encoding: Encoding chosen by the user; detected if left out.

    Raises:
        DataError: There is no such encoding, or the bytes do not fit it.
    """
    chosen = encoding or likely_encoding(data)
    try:
        return data.decode(chosen).removeprefix("\ufeff"), chosen
    except LookupError as error:
        raise DataError(
            f"There is no encoding {chosen!r}; there are {', '.join(ENCODINGS[:3])} and others.",
            field="encoding",
            remedies=[change("encoding")],
        ) from error
    except UnicodeError as error:
        if encoding is None:
            raise DataError(f"The letters of {name!r} cannot be decoded; save the file as CSV UTF-8.") from error
        raise DataError(
            f"The file {name!r} is not written in {chosen}.",
            field="encoding",
            remedies=[change("encoding"), leave_out("encoding")],
        ) from error


def likely_encoding(data: bytes) -> str:
    """Return the likely encoding of the bytes; `UTF_8` if they are valid UTF-8.

    >>> [likely_encoding("Århus, Besançon".encode(name)) for name in ("utf-8", "latin-1")]
    ['utf-8', 'cp1252']
    """
    if _decodes(data, UTF_8):
        return UTF_8
    if _looks_western(data):
        return WESTERN
    best = charset_normalizer.from_bytes(data[:_SAMPLE], cp_exclusion=_RELATED).best()
    return best.encoding if best else WESTERN


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _looks_western(data: bytes) -> bool:
    """Return whether the bytes, read as Western European, give plausible words: mostly ASCII, no symbols inside."""
    if not _decodes(data, WESTERN):
        return False
    text = b"\n".join([line for line in data.splitlines() if not line.isascii()][:_MAX_LINES]).decode(WESTERN)
    words = [word for word in set(re.findall(f"[{_LETTERS}]+", text)) if not word.isascii()]
    accents = sum(not letter.isascii() for word in words for letter in word)
    return b"\0" not in data and not _INSIDE.search(text) and 2 * accents <= sum(map(len, words))


def encoding_of(path: Path) -> str:
    """Return the likely encoding of a text file; `UTF_8` for other file types, which store their encoding."""
    return likely_encoding(path.read_bytes()) if path.suffix.lower() in TEXT_SUFFIXES else UTF_8
