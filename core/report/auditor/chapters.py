"""The chapters of the auditor's part, in order. Every audit has the same ones, whatever was audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.findings.conclusions import Conclusions
from core.report.auditor import basis, measured
from core.report.auditor.chapter import Chapter, Fact


@dataclass(frozen=True)
class AuditorPart:
    """What the chapters are made from.

    Args:
        name: What was audited, e.g. the dataset's name.
        conclusions: What the records let one conclude.
        notes: One sentence for each thing left out or reinterpreted.
        manifest: Facts about data and settings, and the environment and the hashes.
        signature: Labels and texts of the sign-off.
    """

    name: str
    conclusions: Conclusions
    notes: Sequence[str]
    manifest: Mapping[str, Any]
    signature: Sequence[Fact]

    def chapters(self) -> list[Chapter]:
        """Return the chapters."""
        conclusions, manifest = self.conclusions, self.manifest
        return [
            basis.scope(self.name, conclusions, manifest),
            basis.population(conclusions, self.notes, manifest),
            basis.definitions(conclusions),
            basis.methods(conclusions, manifest),
            measured.findings(conclusions, manifest),
            measured.groups(conclusions),
            measured.power(conclusions),
            measured.multiplicity(conclusions),
            measured.limits(conclusions, manifest),
            measured.untested(conclusions, manifest),
            basis.reproduction(manifest),
            basis.versions(manifest),
            Chapter("Sign-off", facts=tuple(self.signature), signature=True),
        ]
