"""Several files on the command line, each a period."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import ConfigError


def period_files(arguments: Sequence[str]) -> dict[str, Path]:
    """Return files by the name of their period, from texts ``FILE`` or ``NAME=FILE``.

    Without a name, a period has that of its file without the ending.

    >>> period_files(["2024.csv", "now=hired.csv"])
    {'2024': PosixPath('2024.csv'), 'now': PosixPath('hired.csv')}

    Raises:
        ConfigError: Two files have the same name.
    """
    found: dict[str, Path] = {}
    for text in arguments:
        name, sign, rest = text.partition("=")
        is_named = bool(sign and name and rest) and not Path(text).exists()
        path = Path(rest if is_named else text)
        name = name if is_named else path.stem
        if name in found:
            raise ConfigError(
                f"Two periods are named {name!r}: {str(found[name])!r} and {str(path)!r}. Name each in front of its "
                f"file, like 2024={path}.",
                field="data",
            )
        found[name] = path
    return found
