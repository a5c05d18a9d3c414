"""Refuse XML that is nested too deeply, before a reader that keeps open elements takes minutes over it."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from core.errors import DataError

DEEPEST: Final = 200
"""Elements within elements. The parts of a workbook nest less than 30."""
_NO_XML: Final = (expat.ExpatError, BadZipFile, zlib.error, EOFError, NotImplementedError)


class _Depth:
    """Counts open elements while a parser reads."""

    def __init__(self) -> None:
        self.open = 0

    def start(self, _name: str, _attributes: object) -> None:
        self.open += 1
        if self.open > DEEPEST:
            raise _TooDeepError

    def end(self, _name: str) -> None:
        self.open -= 1


class _TooDeepError(Exception):
    """An element lies deeper than `DEEPEST`."""


def check_nesting(path: Path) -> None:
    """Check every part of a zip file that is XML, whatever its name, with memory that does not grow with the part.

    Raises:
        DataError: Elements of a part are nested more than `DEEPEST` deep.
    """
    with ZipFile(path) as archive:
        for member in archive.namelist():
            depth = _Depth()
            parser = expat.ParserCreate()
            parser.StartElementHandler, parser.EndElementHandler = depth.start, depth.end
            try:
                with archive.open(member) as part:
                    parser.ParseFile(part)
            except _TooDeepError:
                raise DataError(
                    f"{member!r} in {path.name!r} has elements nested more than {DEEPEST} deep, as no table has; the "
                    "file is damaged or not safe."
                ) from None
            except _NO_XML:
                continue  # a reader that needs the part stops at the same place, and says so
