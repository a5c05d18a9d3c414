"""The theme of all charts: the form of a figure, and one colour and shape for each source.

Names of columns, groups and files are never names of fields: they stand in the data, under fixed fields, so that no
dot, bracket or quote in them means anything to Vega-Lite.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.audit.display_names import source_name
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.report.tables.base import Table

# After Okabe and Ito's colours, which colour-blind readers tell apart, darkened to 3:1 against white where they are
# paler: one for each source, the same on every page.
PALETTE: dict[str, str] = {
    "original": "#000000",
    "teacher": "#C27C00",
    "student": "#3C9BD9",
    "synthetic": "#00619B",
    "decisions": "#882255",
    "representation": "#00735C",
    "constant": "#7F7F7F",
    "external": "#CC79A7",
}
SHAPES: dict[str, str] = {
    "original": "circle",
    "teacher": "triangle-up",
    "student": "diamond",
    "synthetic": "square",
    "decisions": "cross",
    "representation": "triangle-right",
    "constant": "stroke",
    "external": "triangle-down",
}
# Groups take the same colours in another order, so that the first two are none of a source's.
GROUP_PALETTE = ("#C24F00", "#00966B", "#CC79A7", "#3C9BD9", "#B58900", "#00619B", "#000000")
GROUP_SHAPES = ("circle", "triangle-up", "square", "diamond", "triangle-down", "cross", "triangle-right")
ACCENT = "#0072B2"
GREY = "#888888"
WIDTH = 360
MAX_GROUPS = 24
_LOW, _NAME, _MARK = 230, 14, 7  # pixels: of a picture of groups, of a name, of a mark
MAX_IN_A_ROW = 5  # sources in one row of a legend
SOURCE = "source:N"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture and what belongs to it.

    Args:
        title: What it shows.
        caption: How to read it.
        spec: A Vega-Lite specification that holds its own data.
        table: The figures behind it.
    """

    title: str
    caption: str
    spec: dict[str, Any]
    table: Table

    @property
    def spoken(self) -> str:
        """What a screen reader says instead of the picture."""
        return f"{self.title}. {self.caption}"


def source_colour(names: Sequence[str]) -> Any:
    """Return the field ``source`` as colour."""
    return colour(SOURCE, names, _of_sources(names, PALETTE, GROUP_PALETTE))


def source_shape(names: Sequence[str]) -> Any:
    """Return the field ``source`` as shape."""
    return shape(SOURCE, names, _of_sources(names, SHAPES, GROUP_SHAPES))


def source_stroke(names: Sequence[str]) -> Any:
    """Return the field ``source`` as colour of a mark's edge, which stays when its inside is left hollow."""
    import altair as alt

    scale = alt.Scale(domain=list(names), range=_of_sources(names, PALETTE, GROUP_PALETTE))
    return alt.Stroke(SOURCE, scale=scale, title=None, legend=_legend(names))


def colour(field: str, names: Sequence[str], palette: Sequence[str]) -> Any:
    """Return a field as colour, the names in the order of the palette."""
    import altair as alt

    scale = alt.Scale(domain=list(names), range=list(palette))
    return alt.Color(field, scale=scale, title=None, legend=_legend(names) if field == SOURCE else alt.Undefined)


def shape(field: str, names: Sequence[str], shapes: Sequence[str]) -> Any:
    """Return a field as shape, the names in the order of the shapes."""
    import altair as alt

    scale = alt.Scale(domain=list(names), range=list(shapes))
    return alt.Shape(field, scale=scale, title=None, legend=_legend(names) if field == SOURCE else alt.Undefined)


def line_step(marks: int, groups: int) -> Any:
    """Return the height of a mark's line, so that a screen holds the picture and neither marks nor names overlap.

    Args:
        marks: Marks below one another in each group.
        groups: Groups below one another.
    """
    import altair as alt

    roomy = max(12, 44 // max(marks, 1))
    return alt.Step(max(min(roomy, _LOW // max(marks * groups, 1)), _NAME // max(marks, 1), _MARK))


def largest_groups(records: RecordSet) -> list[str]:
    """Return the groups that are drawn, in the order given: all, or the largest if there are too many."""
    sizes: dict[str, int] = {}
    for record in records:
        sizes[str(record.group)] = max(sizes.get(str(record.group), 0), record.n or 0)
    kept = sorted(sizes, key=lambda group: -sizes[group])[:MAX_GROUPS]
    return [group for group in sizes if group in kept]


def visible(names: Iterable[str]) -> dict[str, str]:
    """Return how names are drawn: with their blanks shown where two of them would look the same.

    >>> visible([" Female", "Female", "not known"])
    {' Female': '␣Female', 'Female': 'Female', 'not known': 'not known'}
    """
    names = list(dict.fromkeys(names))
    looks = Counter(" ".join(name.split()) for name in names)
    return {name: name.replace(" ", "␣") if looks[" ".join(name.split())] > 1 else name for name in names}


def about_groups(records: RecordSet) -> str:
    """Return what a caption says of small or undrawn groups; it begins with a space, or is empty."""
    drawn = set(largest_groups(records))
    left = len({str(record.group) for record in records} - drawn)
    small = any(record.status is Status.SMALL_N for record in records if record.group in drawn)
    hollow = " Hollow marks: groups with fewer rows than the minimum, shown but not compared." if small else ""
    return hollow + (f" The {MAX_GROUPS} largest groups are drawn; {left} more are in the table only." if left else "")


def hollow_if_small() -> Any:
    """Return the opacity of a mark's inside, by the field ``small``."""
    import altair as alt

    return alt.condition("datum.small", alt.value(0), alt.value(1))


def chart_of(rows: list[Row]) -> Any:
    """Return a chart over rows that stand in the specification itself."""
    import altair as alt

    data: Any = alt.InlineData
    return alt.Chart(data(values=rows))


def themed_spec(chart: Any) -> dict[str, Any]:
    """Return the specification of a chart, in the one theme."""
    styled = (
        chart.configure(font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            gridColor="#E6E6E6", domainColor=GREY, labelFontSize=12, titleFontSize=12, titleFontWeight="normal"
        )
        .configure_legend(orient="top", labelFontSize=12, symbolSize=70, symbolOpacity=1)
        .configure_mark(aria=False)  # the picture has a name, and its figures stand in a table below
    )
    spec: dict[str, Any] = styled.to_dict(validate=False)
    return spec


def _legend(names: Sequence[str]) -> Any:
    """Return a legend of sources under their names for people; the data keep those of the records."""
    import altair as alt

    titles = {name: title for name in names if (title := source_name(name)) != name}
    if not titles:
        return alt.Undefined
    columns = alt.Undefined if len(names) <= MAX_IN_A_ROW else 3
    return alt.Legend(title=None, columns=columns, labelExpr=f"{json.dumps(titles)}[datum.label] || datum.label")


def _of_sources(names: Sequence[str], own: Mapping[str, str], others: Sequence[str]) -> list[str]:
    """Return the colour or shape of each source: its own, or for several from elsewhere one after the other."""
    strange = [name for name in names if name not in own]
    if len(strange) == 1:
        return [own.get(name, own["external"]) for name in names]
    return [own[name] if name in own else others[strange.index(name) % len(others)] for name in names]
