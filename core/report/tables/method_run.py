"""A finished run of a method, as far as it is compared with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.schema import Schema
from core.findings.conclusions import Conclusions, conclude
from core.findings.rate_verdicts import Verdict, rate_verdicts
from core.synthesis.base import SOURCES
from core.synthesis.methods.method_info import method_info

MAKES = {
    "rows": "rows",
    "representation": "a representation of rows",
    "decisions": "decisions",
}
LATENTS = ("representation", "student")
"""Sources that protocol C knows a method by, the first that there is."""


@dataclass(frozen=True)
class MethodRun:
    """A finished run, as far as it is compared with others.

    Args:
        name: Of its folder.
        method: Name of the system that it is made by.
        preset: Which settings it began from.
        seed: Of split, networks and rows.
        records: All records of its audit.
        schema: The table's schema.
        device: What its networks ran on.
        called: What a comparison calls it; empty for its method's name.
    """

    name: str
    method: str
    preset: str
    seed: int
    records: Sequence[Record]
    schema: Schema
    device: str = ""
    called: str = ""

    @property
    def kind(self) -> str:
        """The kind of its data."""
        return self.schema.data_kind

    @property
    def title(self) -> str:
        """What people call it: its own name in this comparison, or the method's."""
        return self.called or method_info(self.method, self.kind).title

    @property
    def makes(self) -> str:
        """What the method makes, in words."""
        return MAKES[method_info(self.method, self.kind).makes]

    @property
    def product(self) -> str:
        """What the audit calls that."""
        return SOURCES[method_info(self.method, self.kind).makes]

    @cached_property
    def conclusions(self) -> Conclusions:
        """What its records let one conclude."""
        return conclude(self.records, self.schema)

    @cached_property
    def verdicts(self) -> dict[tuple[str, str, str], Verdict]:
        """The verdicts on rates by source, protocol and attribute."""
        return {(one.source, one.protocol, one.sensitive): one for one in rate_verdicts(self.conclusions)}

    @property
    def shown(self) -> RecordSet:
        """One record for each figure, with the favourable outcome counted as positive."""
        return self.conclusions.records

    def source(self, protocol: str) -> str | None:
        """What this protocol measured of the method; ``None`` if nothing."""
        names = LATENTS if protocol == "C" else (self.product,)
        there = {record.source for record in self.shown.where(protocol=protocol)}
        return next((name for name in names if name in there), None)
