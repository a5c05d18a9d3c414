"""Whole numbers that whoever runs Evenhand may change by an environment variable."""

from __future__ import annotations

import os
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
        text = os.environ.get(self.variable, "").strip()
        if not text:
            return self.default
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise ConfigError(f"{self.variable} must be a whole number above 0, not {text!r}; correct it or unset it.")
        return int(text)
