"""Whether the gaps of models that learn from the synthetic rows are shown to be narrower than before, or wider."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.glossary import change_protocol
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.findings.evidence import ORIGINAL, Evidence, called, columns_of, of_100


def narrowed_gaps(evidence: Evidence, name: str) -> Iterator[str]:
    """Yield whether the gaps of models trained before and after are shown to have changed, wider ones first."""
    for source in evidence.told:
        if source == ORIGINAL:
            continue
        rows, unclear = called(source), []
        told: dict[str, list[str]] = {"wider": [], "narrower": []}
        for letter in evidence.protocols(source):
            where = {"source": source, "protocol": change_protocol(letter), "sensitive": name}
            change = evidence.mine.at(PARITY_DIFFERENCE, **where)
            if change is None or change.value is None or change.low is None or change.high is None:
                continue
            if change.low <= 0 <= change.high:
                unclear.append(letter)
                continue
            way = "narrower" if change.high < 0 else "wider"
            ends = sorted(abs(100 * end) for end in (change.low, change.high))
            told[way].append(
                f"With the {rows}, the gap of a model{seeing(letter, name)} is {of_100(abs(change.value))} {way} than "
                f"with the original ones ({ends[0]:.0f} to {ends[1]:.0f})."
            )
        yield from (*told["wider"], *told["narrower"])
        if unclear:
            both = f", whether or not it sees {columns_of(name)}"
            model = seeing(unclear[0], name) if len(unclear) == 1 else both
            yield f"Too few rows to tell whether the {rows} narrowed the gap of a model{model}."


def seeing(protocol: str, name: str) -> str:
    """Return which model a figure is of where there are two, after the word “model”."""
    sees = {"A": "sees", "B": "does not see"}.get(protocol)
    return f" that {sees} {columns_of(name)}" if sees else ""
