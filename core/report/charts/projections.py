"""Plots of similarity maps: points of two sources in two dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd

from core.audit.display_names import attribute_title, source_name
from core.audit.figure_text import percent
from core.audit.metrics.catalog import describe
from core.audit.record_set import RecordSet
from core.report.charts.theme import (
    GREY,
    GROUP_PALETTE,
    GROUP_SHAPES,
    WIDTH,
    Figure,
    Row,
    chart_of,
    colour,
    shape,
    source_colour,
    source_shape,
    themed_spec,
)
from core.report.tables.base import Cell, Table, figure_cell, interval_caption

if TYPE_CHECKING:
    from core.audit.explain.projections import Projection

METHOD_NAMES = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
# The two clouds need not be real and synthetic rows.
_CLOUD_LABELS = {"c2st_auc": "how well the two are told apart"}
_MARGIN = 1.05
_NOTHING: Final = RecordSet()
_REVEALED: Final = "leakage_auc_means"


def scatter(
    found: Projection, colour_by: Literal["source", "group"] = "source", audited: RecordSet = _NOTHING
) -> Figure:
    """Plot the clouds in one plane, coloured by source or group; the table holds figures of the unprojected points.

    Args:
        found: The points.
        colour_by: What the colours are.
        audited: Records of the audit; what they say of how well latents reveal the group is told in the caption.
    """
    points = found.points
    sources = list(dict.fromkeys(record.source for record in found.records))
    first = [name for name in dict.fromkeys(points["source"]) if name not in sources]
    names = [*first, *sources]
    title = f"{METHOD_NAMES[found.method]} of {' and '.join(map(source_name, names))}, coloured by {colour_by}"
    how = (
        "Each point is a row. Where the colours mix everywhere, the map shows no difference. Only the figures beside "
        "it, measured before the points were projected, say whether there is one."
    )
    caption = " ".join([*_revealed(audited, names), found.note, how])
    return Figure(title, caption, _cloud_spec(points, found.method, colour_by, names), _projection_table(found, title))


def _revealed(audited: RecordSet, names: Sequence[str]) -> Iterator[str]:
    """Yield for each attribute how well the strongest adversary guesses the group from the latents that are drawn."""
    measured = audited.overall.where(metric=_REVEALED, source=tuple(names)).without(value=None)
    for sensitive in measured.attributes:
        mine = measured.where(sensitive=sensitive)
        numbers = [f"{figure_cell(one).plain()} from those of the {source_name(one.source)}" for one in mine]
        yield (
            f"How well the strongest adversary guesses {attribute_title(sensitive)} from latent features: "
            f"{', '.join(numbers)} (AUC; 0.5 is guessing; {percent(mine.confidence)} intervals)."
        )


def _cloud_spec(points: pd.DataFrame, method: str, colour_by: str, names: list[str]) -> dict[str, Any]:
    import altair as alt

    key = points["source"] if colour_by == "source" else _few(points["group"])
    centre = (points[["x", "y"]].max() + points[["x", "y"]].min()) / 2
    half = float((points[["x", "y"]].max() - points[["x", "y"]].min()).max()) / 2 * _MARGIN
    rows: list[Row] = [
        {"x": float(f"{x:.4g}"), "y": float(f"{y:.4g}"), "source" if colour_by == "source" else "group": name}
        for x, y, name in zip(points["x"], points["y"], key, strict=True)
    ]
    # One length a unit on both axes; those of t-SNE and UMAP have no unit, so they have no ticks.
    titles = {"x": "first component", "y": "second component"}
    scales = {axis: alt.Scale(domain=[centre[axis] - half, centre[axis] + half], nice=False) for axis in ("x", "y")}
    axis = alt.Axis(tickCount=5) if method == "pca" else None
    title = titles if method == "pca" else dict.fromkeys(titles)
    if colour_by == "source":
        hue, form = source_colour(names), source_shape(names)
    else:
        labels = list(dict.fromkeys(sorted(key, key=_other_last)))
        hue = colour("group:N", labels, [*GROUP_PALETTE[: len(labels)], GREY][: len(labels)])
        form = shape("group:N", labels, [*GROUP_SHAPES[: len(labels)], "circle"][: len(labels)])
    cloud = chart_of(rows).mark_point(filled=True, size=18, opacity=0.5)
    cloud = cloud.encode(
        x=alt.X("x:Q", title=title["x"], scale=scales["x"], axis=axis),
        y=alt.Y("y:Q", title=title["y"], scale=scales["y"], axis=axis),
        color=hue,
        shape=form,
    )
    frame = alt.ViewBackground(stroke="#DDDDDD")
    return themed_spec(cloud.properties(width=WIDTH, height=WIDTH, view=frame))


def _few(groups: pd.Series) -> pd.Series:
    """Return at most as many groups as there are colours, the rarest as one."""
    counts = groups.value_counts()
    if len(counts) <= len(GROUP_PALETTE):
        return groups
    kept = counts.index[: len(GROUP_PALETTE)]
    return groups.where(groups.isin(kept), f"(other {len(counts) - len(kept)} groups)")


def _other_last(group: str) -> tuple[bool, str]:
    return (group.startswith("("), group)


def _projection_table(found: Projection, title: str) -> Table:
    caption = f"Measured before the points were projected. {interval_caption(RecordSet(found.records))}"
    rows = [
        (
            Cell(source_name(record.source)),
            Cell(_CLOUD_LABELS.get(record.metric) or describe(record.metric).label),
            figure_cell(record),
            Cell(f"{record.n or 0:,}"),
        )
        for record in found.records
    ]
    return Table(title, caption, ("source", "figure", "value", "n"), tuple(rows), labels=2)
