"""The parts of a framework section: fields that the run or a person fills, and tables of the run's figures.

A field is filled from the run, written by a person, or blank. Its origin is shown beside it, so that nobody takes a
person's words for a measured fact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.groups import attribute_name, attributes
from core.data.schema import Schema
from core.findings.conclusions import Conclusions, conclude
from core.findings.rate_verdicts import Verdict, rate_verdicts
from core.report.frameworks.answers import Answers
from core.report.frameworks.sheet_text import FieldText, PartText, Wording, sheet_text
from core.report.tables.base import Table

BLANK = "not filled in"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a framework asks for.

    Args:
        key: Its address, ``framework.name``.
        label: What is asked, in a few words.
        help: What belongs there.
        prefilled: What Evenhand says from the run or the table; empty if it cannot know.
        answer: What a person wrote instead; empty if nobody did.
    """

    key: str
    label: str
    help: str
    prefilled: str = ""
    answer: str = ""

    @property
    def text(self) -> str:
        """What stands there: a person's words, else Evenhand's, else nothing."""
        return self.answer or self.prefilled

    @property
    def origin(self) -> str:
        """Whose words they are."""
        if self.answer:
            return "written by the reader" + (", in place of Evenhand's text" if self.prefilled else "")
        return "written by Evenhand" if self.prefilled else BLANK


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its fields and tables.

    Args:
        key: Its name within the section.
        title: The heading, with the article or section where there is one.
        lead: What stands there, in a sentence or two; may be empty.
        fields: In the framework's order.
        tables: Tables of figures, all from records.
    """

    key: str
    title: str
    lead: str = ""
    fields: Sequence[Field] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A framework section.

    Args:
        key: Its name in addresses.
        title: Its heading.
        lead: What it is for, and what it is not.
        wording: Which text it follows, of what date, and how it stands.
        parts: In the framework's order.
    """

    key: str
    title: str
    lead: str
    wording: Wording
    parts: Sequence[Part]

    @property
    def fields(self) -> list[Field]:
        """All fields, in order."""
        return [one for part in self.parts for one in part.fields]

    @property
    def blanks(self) -> int:
        """How many fields nobody has filled."""
        return sum(not one.text for one in self.fields)

    @property
    def state(self) -> str:
        """How far it is filled in, in a few words."""
        if self.blanks:
            return f"{self.blanks} of {len(self.fields)} fields are not filled in"
        return "Every field is filled in" if self.fields else "Figures only"


@dataclass(frozen=True)
class Facts:
    """All that a sheet is made from.

    Args:
        schema: The table's schema.
        records: Every record of the run.
        manifest: Facts about data and settings, and the environment under ``environment``.
        notes: One sentence for each thing left out or reinterpreted.
        answers: What the reader added.
        alternatives: Tables of as accurate choices with a smaller disparity, if the run has some.
    """

    schema: Schema
    records: Sequence[Record]
    manifest: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    answers: Answers = field(default_factory=Answers)
    alternatives: Sequence[Table] = ()

    @cached_property
    def conclusions(self) -> Conclusions:
        """What the records let one conclude."""
        return conclude(self.records, self.schema)

    @property
    def shown(self) -> RecordSet:
        """One record for each figure, with the favourable outcome counted as positive."""
        return self.conclusions.records

    @cached_property
    def judged(self) -> list[Verdict]:
        """The verdicts on them."""
        return rate_verdicts(self.conclusions)

    @property
    def attributes(self) -> list[str]:
        """Names of the sensitive attributes that were audited, the crossed one last."""
        return [attribute_name(columns) for columns in attributes(self.schema)]

    def has(self, source: str) -> bool:
        """Return whether the run measured this source's rows."""
        return bool(self.shown.where(source=source))


@dataclass(frozen=True)
class Content:
    """What a run knows of a section.

    Args:
        prefilled: Texts by name of the field.
        tables: Tables by key of the part.
        leads: First sentences by key of the part, where the run writes them.
        left_out: Keys of the parts that do not apply.
    """

    prefilled: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Table]] = field(default_factory=dict)
    leads: Mapping[str, str] = field(default_factory=dict)
    left_out: Collection[str] = ()


def fill(text: str, facts: Facts, content: Content, key: str = "", **words: str) -> Sheet:
    """Return a section with what the run knows and what the reader wrote.

    Args:
        text: Name of the section's words; see `core.report.frameworks.sheet_text.sheet_text`.
        facts: Of the run or the table.
        content: What the run knows.
        key: Name of the section in addresses; by default that of its words.
        words: What stands for ``{name}`` in title and first sentences.

    Raises:
        KeyError: The content names a field or a part that the section does not have.
    """
    found = sheet_text(text)
    names = {one.name for part in found.parts for one in part.fields}
    keys = {part.key for part in found.parts}
    if unknown := {*content.prefilled} - names | {*content.tables, *content.leads, *content.left_out} - keys:
        raise KeyError(f"The section {text} has no {', '.join(sorted(unknown))}.")
    key = key or text
    parts = tuple(_part(one, key, facts, content) for one in found.parts if one.key not in content.left_out)
    return Sheet(key, found.title.format(**words), found.lead.format(**words), found.wording, parts)


def _part(text: PartText, sheet: str, facts: Facts, content: Content) -> Part:
    fields = tuple(_field(one, sheet, facts, content.prefilled.get(one.name, "")) for one in text.fields)
    lead = content.leads.get(text.key, text.lead)
    return Part(text.key, text.title, lead, fields, content.tables.get(text.key, ()))


def _field(text: FieldText, sheet: str, facts: Facts, prefilled: str) -> Field:
    key, written = f"{sheet}.{text.name}", facts.answers.texts
    return Field(key, text.label, text.help, prefilled, written.get(key, written.get(text.formerly, "")))
