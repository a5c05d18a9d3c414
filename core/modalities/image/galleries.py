"""The images of a run: those that its tables name, and the sheets of them that its report shows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.encoding.table import target_texts
from core.data.examples import Examples
from core.data.groups import group_order
from core.data.images import Images, Pixels
from core.data.sampling import sample_positions
from core.data.schema import Schema
from core.modalities.base import COUNTERFACTUAL
from core.modalities.image import embedding, sheets
from core.modalities.image.attached import image_column, images_of
from core.modalities.image.embedding_space import EmbeddingSpace
from core.modalities.image.importance import GRID
from core.modalities.image.subgroups import Subgroup, subgroups
from core.report.charts.gallery import Gallery
from core.runs.run_folder import RunFolder

OCCLUSION, NEAREST = "occlusion", "nearest"
NEAREST_SHOWN = ENCODED_SHOWN = 10


def nearest_table(schema: Schema, train: Examples, made: Examples) -> pd.DataFrame:
    """Ten made rows, drawn at random, and the train row whose image looks most like each.

    Args:
        schema: Names the image column.
        train: Real train rows; all of them are looked at.
        made: Made rows.

    Returns:
        Columns ``made`` and ``train``, positions of rows, and ``distance`` between their looks.
    """
    column = image_column(schema)
    seen = EmbeddingSpace(schema, train).embedding
    rows = sample_positions(len(made.frame), NEAREST_SHOWN, 23)
    places, distances = embedding.nearest_images(
        seen.named(images_of(made), made.frame[column].iloc[rows]),
        seen.named(images_of(train), train.frame[column]),
    )
    return pd.DataFrame({"made": rows, "train": places, "distance": distances})


def run_galleries(folder: RunFolder, *, real: bool) -> list[Gallery]:
    """Every sheet that the run has images for: by subgroup, nearest, of both encoders, decided, counterfactual.

    With ``real``, for the screen of whoever holds the run; without, for what is handed on: no real image is on them.

    Counterfactual rows are those of the table ``counterfactual``, if it is there: a column ``row``, the latents' name,
    and ``group``, as which they were decoded; every row with every group, in one order.
    """
    if not folder.artifacts.has_images("train"):
        return []
    found = []
    if folder.synthetic.exists() and folder.artifacts.has_images("synthetic"):
        found.append(_by_subgroup(folder, real=real))
        if real and folder.artifacts.has_table(NEAREST):
            found.append(_nearest(folder))
    if folder.artifacts.has_images("teacher") and folder.artifacts.has_images("student"):
        found.append(_of_encoders(folder))
    if real and folder.artifacts.has_table(OCCLUSION):
        found += _decided(folder)
    if folder.artifacts.has_table(COUNTERFACTUAL) and folder.artifacts.has_images(COUNTERFACTUAL):
        found.append(_counterfactual(folder))
    return found


def _by_subgroup(folder: RunFolder, *, real: bool) -> Gallery:
    schema = folder.schema.read()
    original = _first_of_each(schema, folder.artifacts.table("train"), folder.artifacts.images("train")) if real else {}
    made = _first_of_each(schema, folder.synthetic.read(), folder.artifacts.images("synthetic"))
    classes = sorted({name for name, _ in (*original, *made)})
    groups = sorted({group for _, group in (*original, *made)}, key=group_order(schema, schema.sensitive))
    return sheets.by_subgroup(original, made, classes, groups)


def _first_of_each(schema: Schema, frame: pd.DataFrame, pixels: Pixels) -> dict[Subgroup, Pixels]:
    """The first image of each outcome and group."""
    return {one: np.asarray(pixels[places[0]]) for one, places in subgroups(schema, frame).items()}


def _nearest(folder: RunFolder) -> Gallery:
    table = folder.artifacts.table(NEAREST)
    made, train = (
        np.asarray(folder.artifacts.images(name)[table[column].to_numpy()])
        for name, column in (("synthetic", "made"), ("train", "train"))
    )
    return sheets.nearest(made, train, table["distance"].tolist())


def _of_encoders(folder: RunFolder) -> Gallery:
    frame = folder.artifacts.table("teacher")
    rows = sample_positions(min(len(frame), len(folder.artifacts.table("student"))), ENCODED_SHOWN, 24)
    words = [str(word) for word in target_texts(frame.iloc[rows], folder.schema.read())]
    return sheets.of_encoders(folder.artifacts.images("teacher")[rows], folder.artifacts.images("student")[rows], words)


def _decided(folder: RunFolder) -> list[Gallery]:
    """Maps of the single images of which every source's classifier has one."""
    table, holdout = folder.artifacts.table(OCCLUSION), folder.artifacts.table("holdout")
    table = table[table["image"] != ""]
    names = list(dict.fromkeys(table["image"]))
    if not names:
        return []
    maps = {
        str(source): part["fall"].to_numpy(dtype=float).reshape(len(names), GRID, GRID)
        for source, part in table.groupby("source", sort=False)
    }
    words = [str(word) for word in dict(zip(table["image"], table["class"], strict=True)).values()]
    images = Images(list(holdout[image_column(folder.schema.read())]), folder.artifacts.images("holdout")).of(names)
    return [sheets.decided(images, maps, words)]


def _counterfactual(folder: RunFolder) -> Gallery:
    table, pixels = folder.artifacts.table(COUNTERFACTUAL), folder.artifacts.images(COUNTERFACTUAL)
    names, groups = (list(dict.fromkeys(table[column].astype(str))) for column in ("row", "group"))
    return sheets.counterfactual(pixels.reshape(len(names), len(groups), *pixels.shape[1:]), groups, names)
