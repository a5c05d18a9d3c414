"""The words of a framework section: headings, fields and the text that it follows, each in one TOML file.

A changed law is an edit of the file in ``texts``. What a run knows is filled in by the module of the section.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field

_CONFIG = ConfigDict(extra="forbid", frozen=True)


class Wording(BaseModel):
    """The law, rule or paper that a section follows, and how it stands."""

    model_config = _CONFIG

    text: str = Field(default="", description="Which text, and of what date.")
    as_of: date | None = Field(default=None, description="When text and status were last checked.")
    status: str = Field(default="", description="What is in force, since when, and what is about to change.")
    sources: tuple[str, ...] = Field(default=(), description="Public sources of the status.")

    @property
    def said(self) -> str:
        """All of it as one paragraph.

        >>> Wording(text="Rule 1.", as_of="2026-11-29", status="In force.", sources=["a page"]).said
        'Rule 1. Checked on 29 November 2026: In force. Sources: a page.'
        """
        checked = f"Checked on {self.as_of.day} {self.as_of:%B %Y}: {self.status}" if self.as_of else self.status
        sources = f"Sources: {'; '.join(self.sources)}." if self.sources else ""
        return " ".join(part.strip() for part in (self.text, checked, sources) if part)


class FieldText(BaseModel):
    """One thing that a framework asks for."""

    model_config = _CONFIG

    name: str = Field(description="The last part of the field's address.")
    label: str = Field(description="What is asked, in a few words.")
    help: str = Field(description="What belongs there.")
    formerly: str = Field(default="", description="The address under which older runs keep a reader's answer.")


class PartText(BaseModel):
    """A heading with its fields."""

    model_config = _CONFIG

    key: str = Field(description="Its name for the module that fills in figures.")
    title: str = ""
    lead: str = ""
    fields: tuple[FieldText, ...] = ()


class SheetText(BaseModel):
    """A framework section before a run fills it."""

    model_config = _CONFIG

    title: str
    lead: str
    wording: Wording = Field(default_factory=Wording)
    parts: tuple[PartText, ...]


@cache
def sheet_text(name: str) -> SheetText:
    """Return the section ``name``.

    >>> sheet_text("sign_off").title
    'Sign-off'
    """
    file = resources.files(__package__).joinpath("texts", f"{name}.toml")
    return SheetText.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
