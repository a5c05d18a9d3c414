"""The verdicts on equal rates, as the tables of page, report, terminal and API show them."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.display_names import protocol_name, split_name
from core.audit.glossary import ALL_ROWS, MODEL, protocol_rank, source_rank, split_rank
from core.audit.metrics.names import PARITY_RATIO
from core.audit.records import BIAS_AUDIT, Record
from core.findings.conclusions import Conclusions
from core.findings.families import selection_rates
from core.findings.finding import Finding, VerdictKind

VERDICTS = "Verdicts on equal rates"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict on the selection (or base) rates of one attribute's groups.

    Args:
        finding: The finding.
        ratio: The demographic parity ratio beside the difference that the verdict rests on, if there is one.
    """

    finding: Finding
    ratio: Record | None

    @property
    def difference(self) -> Record:
        """The demographic parity difference that the verdict rests on."""
        return self.finding.claim.figure

    @property
    def source(self) -> str:
        """Whose rows."""
        return self.difference.source

    @property
    def protocol(self) -> str:
        """How they were used."""
        return self.difference.protocol

    @property
    def sensitive(self) -> str:
        """The attribute."""
        return str(self.difference.sensitive)

    @property
    def kind(self) -> VerdictKind:
        """What the verdict says."""
        return self.finding.verdict

    @property
    def word(self) -> str:
        """The verdict as shown: withheld where another finding makes it worthless."""
        return "withheld" if self.finding.withheld else self.kind.value

    @property
    def reason(self) -> str:
        """Why, in a sentence."""
        return self.finding.withheld or self.finding.reason


def rate_verdicts(conclusions: Conclusions) -> list[Verdict]:
    """Return a verdict for each attribute, protocol, source and split, in this order."""
    records, order = conclusions.records, conclusions.records.attributes
    ratios = records.where(metric=PARITY_RATIO).by("source", "protocol", "sensitive", "split")
    found = [
        Verdict(one, ratios.get((figure.source, figure.protocol, figure.sensitive, figure.split)))
        for one in conclusions.of(selection_rates.FAMILY)
        for figure in [one.claim.figure]
    ]
    return sorted(
        found,
        key=lambda v: (
            order.index(v.sensitive),
            protocol_rank(v.protocol),
            source_rank(v.source),
            split_rank(v.difference.split),
        ),
    )


def measured_on(record: Record) -> str:
    """Return what was judged: the data of a split, a classifier's or the method's decisions, or a tool's outcome."""
    if record.protocol == BIAS_AUDIT:
        return "the tool's outcome"
    if record.protocol == "data":
        return f"the data ({split_name(record.split)})"
    if record.protocol in (MODEL, ALL_ROWS):
        return protocol_name(record.protocol)
    judged = "the method's decisions" if record.source == "decisions" else "predictions"
    return f"{judged}, {protocol_name(record.protocol)}"
