"""The galleries of a run: images by subgroup, nearest train images, both encoders, occlusion, counterfactuals."""

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


def nearest_table(schema: Schema, train: Examples, synthetic: Examples) -> pd.DataFrame:
    """Return ten random synthetic rows, and for each the train row with the nearest image.

    Args:
        schema: The schema with the image column.
        train: Real train rows; all are compared.
        synthetic: Synthetic rows.

    Returns:
        Columns ``made`` and ``train``, positions of rows, and ``distance`` between their embeddings.
    """
    column = image_column(schema)
    embedding_of_train = EmbeddingSpace(schema, train).embedding
    rows = sample_positions(len(synthetic.frame), NEAREST_SHOWN, 23)
    places, distances = embedding.nearest_images(
        embedding_of_train.embed_named(images_of(synthetic), synthetic.frame[column].iloc[rows]),
        embedding_of_train.embed_named(images_of(train), train.frame[column]),
    )
    return pd.DataFrame({"made": rows, "train": places, "distance": distances})


def run_galleries(folder: RunFolder, *, real: bool) -> list[Gallery]:
    """Return every gallery that the run has images for.

    ``real`` is for the screen of the run's owner. Without it, for reports, no gallery shows a real image.

    Counterfactual rows are those of the table ``counterfactual``, if it exists. Column ``row`` names the latents, and
    ``group`` the group that they were decoded as; every row has every group, in the same order.
    """
    if not folder.artifacts.has_images("train"):
        return []
    galleries = []
    if folder.synthetic.exists() and folder.artifacts.has_images("synthetic"):
        galleries.append(_by_subgroup(folder, real=real))
        if real and folder.artifacts.has_table(NEAREST):
            galleries.append(_nearest(folder))
    if folder.artifacts.has_images("teacher") and folder.artifacts.has_images("student"):
        galleries.append(_encoders(folder))
    if real and folder.artifacts.has_table(OCCLUSION):
        galleries += _occlusion_maps(folder)
    if folder.artifacts.has_table(COUNTERFACTUAL) and folder.artifacts.has_images(COUNTERFACTUAL):
        galleries.append(_counterfactual(folder))
    return galleries


def _by_subgroup(folder: RunFolder, *, real: bool) -> Gallery:
    schema = folder.schema.read()
    original = _first_of_each(schema, folder.artifacts.table("train"), folder.artifacts.images("train")) if real else {}
    synthetic = _first_of_each(schema, folder.synthetic.read(), folder.artifacts.images("synthetic"))
    classes = sorted({name for name, _ in (*original, *synthetic)})
    groups = sorted({group for _, group in (*original, *synthetic)}, key=group_order(schema, schema.sensitive))
    return sheets.by_subgroup(original, synthetic, classes, groups)


def _first_of_each(schema: Schema, frame: pd.DataFrame, pixels: Pixels) -> dict[Subgroup, Pixels]:
    """Return the first image of each outcome and group."""
    return {one: np.asarray(pixels[places[0]]) for one, places in subgroups(schema, frame).items()}


def _nearest(folder: RunFolder) -> Gallery:
    table = folder.artifacts.table(NEAREST)
    synthetic, train = (
        np.asarray(folder.artifacts.images(name)[table[column].to_numpy()])
        for name, column in (("synthetic", "made"), ("train", "train"))
    )
    return sheets.nearest(synthetic, train, table["distance"].tolist())


def _encoders(folder: RunFolder) -> Gallery:
    frame = folder.artifacts.table("teacher")
    rows = sample_positions(min(len(frame), len(folder.artifacts.table("student"))), ENCODED_SHOWN, 24)
    labels = [str(word) for word in target_texts(frame.iloc[rows], folder.schema.read())]
    return sheets.encoders(folder.artifacts.images("teacher")[rows], folder.artifacts.images("student")[rows], labels)


def _occlusion_maps(folder: RunFolder) -> list[Gallery]:
    """Return the occlusion maps of single images, for the classifier of every source."""
    table, holdout = folder.artifacts.table(OCCLUSION), folder.artifacts.table("holdout")
    table = table[table["image"] != ""]
    names = list(dict.fromkeys(table["image"]))
    if not names:
        return []
    maps = {
        str(source): part["fall"].to_numpy(dtype=float).reshape(len(names), GRID, GRID)
        for source, part in table.groupby("source", sort=False)
    }
    labels = [str(word) for word in dict(zip(table["image"], table["class"], strict=True)).values()]
    images = Images(list(holdout[image_column(folder.schema.read())]), folder.artifacts.images("holdout")).of(names)
    return [sheets.occlusion(images, maps, labels)]


def _counterfactual(folder: RunFolder) -> Gallery:
    table, pixels = folder.artifacts.table(COUNTERFACTUAL), folder.artifacts.images(COUNTERFACTUAL)
    names, groups = (list(dict.fromkeys(table[column].astype(str))) for column in ("row", "group"))
    return sheets.counterfactual(pixels.reshape(len(names), len(groups), *pixels.shape[1:]), groups, names)
