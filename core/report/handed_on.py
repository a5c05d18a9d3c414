"""What may leave the machine: figures, notes and charts without what tells of fewer people than a stated number.

All files that are handed on are made from what this module returns; pages of the app read the records themselves.

- A group of fewer than `least` real rows loses its name and its figures: it is one of the groups "(fewer than 10)".
- Any other figure of an attribute or a class that rests on fewer rows loses its value, its bounds and its n.
- If anything was withheld, figures of groups are rounded such that a withheld one cannot be had by subtraction from a
  total: their n to a multiple of `least`, their rates to steps of at least one row, disparities to steps of 0.002.
  Leaving out a second group in place of rounding would not do, since other attributes and combinations of attributes
  have the same total, and it would cost every attribute of two groups and a few people its comparison.
- Of texts in quotes only names of columns, groups that are shown, outcomes and what holds no letter or digit stay.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from core.audit.records import ORIGINAL, Record, Status
from core.audit.statistics.marginals import Marginal
from core.data.groups import CROSS, MISSING_GROUP
from core.data.schema import Schema
from core.report.charts.plot_data import PlotData

WITHHELD: Final = "(withheld)"
_OF_ALL_ROWS: Final = frozenset({"base_rate", "selection_rate", "impact_ratio"})
"""Figures of a group whose n is all of its rows."""
_SHARES: Final = frozenset({"group_share", "category_share"})
"""Figures of a group that say how many rows of all it has."""
_STEPS: Final = (0.002, 0.01, 0.02, 0.05, 0.1)
"""No half of 0.01 is a multiple of the first two. So a figure rounded to them and then to people of 100 is the number
of people that the exact figure gives."""
_DECIMALS: Final = 3
_QUOTED: Final = re.compile(r"(?<!\w)'(?P<a>[^']+)'(?!\w)|\"(?P<b>[^\"]+)\"|“(?P<c>[^”]+)”|‘(?P<d>[^’]+)’(?!\w)")
_LISTED: Final = re.compile(r"'\(withheld\)'(?:(?:, | and )'\(withheld\)')+")
_ALIKE: Final = re.compile(r"(?P<one>'\(withheld\)' as '[^']+')(?:, (?P=one))+")
_LONG_NAME: Final = 3  # shorter names of groups may be words of a sentence

_Json = TypeVar("_Json")
_Key = tuple[object, ...]


@dataclass(frozen=True)
class Disclosure:
    """What is handed on of one audit.

    Args:
        least: Rows from which on figures and names of groups are shown.
        hidden: Attribute and name of the groups that are not.
        withholds: Whether anything is withheld.
        allowed: What may stand in quotes.
    """

    least: int
    hidden: frozenset[tuple[str, str]]
    withholds: bool
    allowed: frozenset[str]

    @property
    def label(self) -> str:
        """The name of all groups that are not shown."""
        return f"(fewer than {self.least})"

    @property
    def notes(self) -> list[str]:
        """Return the sentences that state what was withheld; none if nothing was."""
        if not self.withholds:
            return []
        return [
            f"Figures of fewer than {self.least} rows are withheld here, and so are the names of such groups. So that "
            f"none can be had by subtraction, rows of groups are rounded to multiples of {self.least}, their rates to "
            "steps of a row or more, and their disparities to steps of 0.002. The pages of the app show all of it."
        ]

    def records(self, records: Iterable[Record]) -> list[Record]:
        """Return the records that may be handed on; groups that are not shown share one record a figure."""
        found: dict[_Key, Record] = {}
        for place, record in enumerate(records):
            is_hidden = (record.sensitive, record.group) in self.hidden
            made = self._record(record, is_hidden=is_hidden)
            key = (*made.model_dump(exclude={"note", "confidence"}).values(),) if is_hidden else (place,)
            found.setdefault(key, made)
        return list(found.values())

    def text(self, text: str) -> str:
        """Return a sentence without names of groups that are not shown, and without cells of the table in quotes."""
        names = sorted({name for _, name in self.hidden if len(name) >= _LONG_NAME}, key=len, reverse=True)
        for name in names:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self.label, text)
        return _counted(_QUOTED.sub(self._quoted, text))

    def facts(self, facts: _Json) -> _Json:
        """Return JSON values with `text` applied to every text; names of keys stay."""
        if isinstance(facts, str):
            return self.text(facts)  # type: ignore[return-value]
        if isinstance(facts, Mapping):
            return {key: self.facts(value) for key, value in facts.items()}  # type: ignore[return-value]
        if isinstance(facts, list | tuple):
            return [self.facts(value) for value in facts]  # type: ignore[return-value]
        return facts

    def schema(self, schema: Schema) -> Schema:
        """Return the schema without what may quote values."""
        return schema.without_quoted_values()

    def plots(self, plots: PlotData, rows: int, min_group_size: int) -> PlotData:
        """Return what charts are drawn from, without values and groups of few rows.

        Args:
            plots: All of it.
            rows: Rows of the original that the distributions are of.
            min_group_size: Rows of the smallest group with curves and thresholds of its own.
        """
        names = {name for _, name in self.hidden}
        projections = {
            kind: [replace(one, points=self._points(one.points, names)) for one in found]
            for kind, found in plots.projections.items()
        }
        marginals = [pooled(one, self.least, rows, self.label) for one in plots.marginals]
        kept = replace(plots, projections=projections, marginals=marginals)
        if min_group_size >= self.least:
            return kept
        return replace(kept, scores=(), alternatives=(), repair=())

    def _points(self, points: pd.DataFrame, names: set[str]) -> pd.DataFrame:
        if "group" not in points:
            return points
        return points.assign(group=points["group"].where(~points["group"].isin(names), self.label))

    def _record(self, record: Record, *, is_hidden: bool) -> Record:
        note = self.text(record.note)
        if is_hidden or _is_small(record, self.least):
            return record.model_copy(
                update={
                    "group": self.label if is_hidden else record.group,
                    "value": None,
                    "low": None,
                    "high": None,
                    "interval": None,
                    "n": None,
                    "status": Status.WITHHELD,
                    "note": f"Withheld: it is of fewer than {self.least} rows.",
                }
            )
        if not self.withholds or record.sensitive is None:
            return record.model_copy(update={"note": note})
        step = _STEPS[0] if record.group is None or record.n is None else self._step(record)
        rounded = {name: _rounded(getattr(record, name), step) for name in ("value", "low", "high")}
        n = record.n if record.group is None or record.n is None else self.least * round(record.n / self.least)
        return record.model_copy(update={**rounded, "n": n, "note": note})

    def _step(self, record: Record) -> float:
        """Return the step to which a group's figure is rounded: a row of the group, or the least of all rows."""
        rows = self.least if record.metric in _SHARES else 1
        return next((step for step in _STEPS if step * (record.n or 0) >= rows), _STEPS[-1])

    def _quoted(self, match: re.Match[str]) -> str:
        inside = next(text for text in match.groups() if text is not None)
        harmless = inside in self.allowed or not any(character.isalnum() for character in inside)
        return match[0] if harmless else match[0].replace(inside, WITHHELD)


def disclosure(records: Sequence[Record], schema: Schema, least: int, names: Iterable[str] = ()) -> Disclosure:
    """Return what may be handed on of an audit.

    Args:
        records: All of its records.
        schema: Columns of its table.
        least: Rows from which on figures and names of groups are shown.
        names: What else may stand in quotes, e.g. the name of the table.
    """
    people = _people(records)
    hidden = frozenset(key for key, n in people.items() if n < least and key[1] != MISSING_GROUP)
    shown = {part for _, name in people.keys() - hidden for part in (name, *name.split(CROSS))}
    outcomes = {record.positive for record in records if record.positive is not None and not _is_small(record, least)}
    columns = {column.name for column in schema.columns}
    attributes = {record.sensitive for record in records if record.sensitive is not None}
    allowed = frozenset({*columns, *attributes, *shown, *outcomes, *names, "(rare)"})
    return Disclosure(least, hidden, bool(hidden) or any(_is_small(one, least) for one in records), allowed)


def _counted(text: str) -> str:
    """Return a sentence in which withheld values that stand side by side are counted.

    >>> _counted("write '(withheld)' and '(withheld)' as 'Female'")
    "write 2 withheld values as 'Female'"
    >>> _counted("'(withheld)' as 'Female', '(withheld)' as 'Female'")
    "2 withheld values as 'Female'"
    """
    quoted = f"'{WITHHELD}'"

    def counted(found: re.Match[str]) -> str:
        after = (found.groupdict().get("one") or "").removeprefix(quoted)
        return f"{found[0].count(quoted)} withheld values{after}"

    return _ALIKE.sub(counted, _LISTED.sub(counted, text))


def rounding(records: Iterable[Record]) -> str:
    """Return the sentence below a table with figures of groups that were rounded; empty if none were."""
    if not any(record.status is Status.WITHHELD for record in records):
        return ""
    return "Rows (n) and rates of groups are rounded, so that no small group can be worked out; totals are exact."


def pooled(found: Marginal, least: int, rows: int, label: str) -> Marginal:
    """Return a distribution in which each bin holds ``least`` of the original's rows; a last one may hold fewer.

    Categories of fewer are one bin; ranges of fewer are joined with their neighbours. Joined bins have no bounds.

    Args:
        found: All bins; the original comes first.
        least: Rows that a bin needs.
        rows: Rows of the original.
        label: Name of the bin of rare categories.
    """
    sources = list(dict.fromkeys(found.bins["source"]))
    first = found.bins[found.bins["source"] == sources[0]].reset_index(drop=True)
    counts = np.rint(first["share"].to_numpy(dtype=float) * rows)
    if sources[0] != ORIGINAL or not np.any((counts > 0) & (counts < least)):
        return found
    is_range = (first["label"] == "").to_numpy()
    pools = [[int(at)] for at in np.flatnonzero(~is_range & (counts >= least))]
    rare = np.flatnonzero(~is_range & (counts < least)).tolist()
    ranges: list[list[int]] = []
    for at in np.flatnonzero(is_range).tolist():
        if ranges and counts[ranges[-1]].sum() < least:
            ranges[-1].append(at)
        else:
            ranges.append([at])
    if len(ranges) > 1 and counts[ranges[-1]].sum() < least:
        ranges[-2:] = [[*ranges[-2], *ranges[-1]]]
    order = sorted([*pools, *ranges]) + ([rare] if rare else [])
    parts = []
    for source in sources:
        mine = found.bins[found.bins["source"] == source].reset_index(drop=True)
        parts += [_joined(mine.iloc[pool], label if pool is rare else None) for pool in order]
    return replace(found, bins=pd.DataFrame(parts, columns=list(found.bins.columns)).reset_index(drop=True))


def _joined(bins: pd.DataFrame, label: str | None) -> dict[str, Any]:
    one: dict[str, Any] = {str(name): value for name, value in bins.iloc[0].items()}
    if label is not None:
        one["label"] = label
    if len(bins) > 1:
        one |= {"right": bins["right"].iloc[-1], "share": bins["share"].sum(), "low": np.nan, "high": np.nan}
    return one


def _people(records: Sequence[Record]) -> dict[tuple[str, str], int]:
    """Return the rows of each group, by attribute and name: those of the original, if it is among the sources."""
    most: dict[tuple[str, str], int] = {}
    least: dict[tuple[str, str], int] = {}
    for record in [one for one in records if one.source == ORIGINAL] or records:
        if record.sensitive is None or record.group is None or record.n is None:
            continue
        key = record.sensitive, record.group
        least[key] = min(least.get(key, record.n), record.n)
        if record.metric in _OF_ALL_ROWS:
            most[key] = max(most.get(key, 0), record.n)
    return least | most


def _is_small(record: Record, least: int) -> bool:
    """Return whether a figure of an attribute or of a class rests on too few rows."""
    concerned = record.sensitive is not None or record.positive is not None
    return concerned and record.n is not None and 0 < record.n < least


def _rounded(value: float | None, step: float) -> float | None:
    if value is None or not math.isfinite(value / step):  # a number too large to have decimals
        return value
    return round(round(value / step) * step, _DECIMALS)
