"""What whoever runs Evenhand may change by an environment variable."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import ConfigError


@dataclass(frozen=True)
class Setting:
    """A whole number above 0.

    Args:
        variable: Environment variable that replaces the default.
        default: The number without it.
    """

    variable: str
    default: int

    def value(self) -> int:
        """Return the number that applies.

        Raises:
            ConfigError: The variable holds no whole number above 0.
        """
        text = _text(self.variable)
        if not text:
            return self.default
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise ConfigError(f"{self.variable} must be a whole number above 0, not {text!r}; correct it or unset it.")
        return int(text)


@dataclass(frozen=True)
class Choice:
    """One of a few words.

    Args:
        variable: Environment variable that replaces the default.
        words: The words; the first is the default.
    """

    variable: str
    words: Sequence[str]

    def value(self) -> str:
        """Return the word that applies.

        Raises:
            ConfigError: The variable holds another word.
        """
        text = _text(self.variable) or self.words[0]
        if text not in self.words:
            raise ConfigError(
                f"{self.variable} must be {', '.join(self.words[:-1])} or {self.words[-1]}, not {text!r}; correct it "
                "or unset it."
            )
        return text


@dataclass(frozen=True)
class Text:
    """A text, or several that commas separate.

    Args:
        variable: Environment variable that replaces the default.
        default: The text without it.
    """

    variable: str
    default: str = ""

    def value(self) -> str:
        """Return the text that applies, without blanks around it."""
        return _text(self.variable) or self.default

    def items(self) -> frozenset[str]:
        """Return the texts between commas, without blanks around them and without empty ones."""
        return frozenset(part.strip() for part in self.value().split(",") if part.strip())


def _text(variable: str) -> str:
    return os.environ.get(variable, "").strip()
