"""How commands print: text of strangers cannot steer the terminal. Nothing else in this package prints."""

from __future__ import annotations

import typer

from core.data.plain_text import visible_controls


def echo(text: str, *, err: bool = False) -> None:
    """Print a text on stdout, or on stderr, with its control characters written out."""
    typer.echo(visible_controls(text), err=err)
