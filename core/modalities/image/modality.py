"""Images with a table of their labels: each row names its image."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.explain.projections import MAX_TESTED, Clouds, table_clouds
from core.data.dataset import Dataset
from core.data.examples import Attachments, Examples
from core.data.images import Images, Pixels, check_image_count, max_images, sha256
from core.data.io.image_zip import write_image_zip
from core.data.sampling import sample_positions
from core.data.schema import Kind, Schema
from core.data.sources.catalog import load
from core.data.sources.image_archive import SUFFIX
from core.data.split import Split
from core.errors import ConfigError, DataError, leave_out
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName
from core.modalities.base import PRODUCT, FurtherPlot, Importance, Modality, TableByName, Words
from core.modalities.image.attached import image_column, images_of
from core.modalities.image.audit import ImageAudit
from core.modalities.image.embedding_space import EmbeddingSpace
from core.modalities.image.galleries import NEAREST, OCCLUSION, nearest_table, run_galleries
from core.modalities.image.importance import explain_images
from core.modalities.image.subgroups import subgroup_sheet
from core.report.charts import image_importance
from core.report.charts.gallery import Gallery
from core.report.charts.theme import Figure
from core.runs.run_folder import JobFolder, RunFolder

MAX_MADE = 10_000
"""Images that a run makes if it is not asked for a number."""
FEW_HELD = 200


class ImageModality(Modality):
    """See the module."""

    words = Words(
        one="image",
        many="images",
        dataset="these images",
        columns=" of labels",
        learned_mix="As in the train images",
        overlay="Original and synthetic images, by edges and colours",
        roles="A kind is what the values are; a role is what the column is for. Images are learned from their pixels "
        "alone, so all columns but outcome and sensitive ones are ignored.",
        upload="Any zip of synthetic images, with a CSV of their labels in it that has the columns of this run's.",
        upload_label="Synthetic images: a zip with their labels",
        stages={
            "teacher": "Full model: learns the images without the sensitive columns",
            "generate": "Images: the synthetic ones are drawn",
            "audit": "Audit: everything is measured on real test images, kept aside",
        },
    )
    sections = ("fairness", "galleries", "overlays", "shuffled", "external")
    column_kinds = tuple(Kind)
    endings = (SUFFIX,)
    upload_endings = (SUFFIX,)

    def attachment_column(self, schema: Schema) -> str | None:
        """The column that names images."""
        return schema.image

    def save_aligned(self, folder: JobFolder, name: str, frame: pd.DataFrame, content: NDArray[Any] | None) -> None:
        """Labels and pixels, the latter of shape (n, height, width, 3)."""
        super().save_aligned(folder, name, frame, content)
        if content is not None:
            folder.artifacts.save_images(name, content)

    def content(self, schema: Schema, examples: Examples) -> Pixels:
        """Pixels, shape (n, height, width, 3); they stay on disk if they lie there in the order of the rows."""
        return images_of(examples).of(examples.frame[image_column(schema)])

    def with_content(self, schema: Schema, frame: pd.DataFrame, content: NDArray[Any] | None) -> Examples:
        """Each row names its image."""
        return Examples(frame, None if content is None else Images(list(frame[image_column(schema)]), content))

    def attachments(self, folder: JobFolder, schema: Schema, tables: Mapping[str, pd.DataFrame]) -> Images:
        """Of a single table the pixels stay on disk until they are looked at."""
        column = image_column(schema)
        pixels = [folder.artifacts.images(name) for name in tables]
        names = [name for frame in tables.values() for name in frame[column]]
        return Images(names, pixels[0] if len(pixels) == 1 else np.concatenate(pixels))

    def facts(self, dataset: Dataset, parts: Split) -> dict[str, object]:
        """Size and hashes of the images."""
        images = images_of(dataset.examples)
        column = image_column(dataset.schema)
        hashes = {
            name: sha256(images.of(frame[column]))
            for name, frame in (("train", parts.train), ("holdout", parts.holdout))
        }
        height, width = images.size
        return {"images": {"height": height, "width": width, "sha256": hashes}}

    def audit_kind(self, classifier: ClassifierName) -> ImageAudit:
        """A small network classifies images, whatever is chosen for tables."""
        if classifier != DEFAULT_CLASSIFIER:
            raise ConfigError(
                "The classifier can be chosen for tables only, and these are images.",
                field="classifier",
                remedies=[leave_out("classifier")],
            )
        return ImageAudit()

    def read_external(
        self, source: Path | pd.DataFrame, schema: Schema, real: Examples
    ) -> tuple[Examples, tuple[str, ...]]:
        """A zip of images with a table of their labels; the images get the size of the real ones."""
        if isinstance(source, pd.DataFrame) or source.suffix.lower() != SUFFIX:
            what = "A frame" if isinstance(source, pd.DataFrame) else repr(source.name)
            raise DataError(f"{what} is no zip; the real data are images, so give a zip of images and labels.")
        found = load(source, schema=schema, image_size=images_of(real).size[0])
        return Examples(found.frame, found.attachments), found.notes

    def max_count(self, attachments: Attachments | None) -> int | None:
        """As many as fit into memory."""
        return max_images(attachments.size) if isinstance(attachments, Images) else None

    def default_count(self, train_rows: int) -> int:
        """At most 10,000."""
        return min(train_rows, MAX_MADE)

    def holdout_notes(self, held: int) -> list[str]:
        """Whether intervals are wide."""
        return [f"Only {held} images are held out, so intervals are wide."] if held < FEW_HELD else []

    def check_image_count(self, count: int, attachments: Attachments | None) -> None:
        """Whether so many fit into memory."""
        if isinstance(attachments, Images):
            check_image_count(count, attachments.size)

    def write(self, examples: Examples, schema: Schema, path: Path) -> None:
        """A zip with a CSV of the labels."""
        write_image_zip(examples.frame, schema, self.content(schema, examples), path)

    def keep_product(self, folder: JobFolder, schema: Schema, examples: Examples) -> None:
        """A zip beside the files of a table."""
        folder.artifacts.save_images(PRODUCT, self.content(schema, examples))
        self.write(examples, schema, folder.synthetic_zip.path)
        super().keep_product(folder, schema, examples)

    def clouds(self, schema: Schema, train: Examples, sources: Mapping[str, Examples]) -> Clouds:
        """Images by their embedding."""
        space = EmbeddingSpace(schema, train)
        drawn = {
            name: space.rows(one.with_frame(one.frame.iloc[sample_positions(len(one.frame), MAX_TESTED, 25)]))
            for name, one in sources.items()
        }
        return table_clouds(space.schema, next(iter(drawn.values())), drawn)

    def importance(
        self,
        schema: Schema,
        source: str,
        rows: Examples,
        train: Examples,
        holdout: Examples,
        classifier: ClassifierName,
    ) -> Importance:
        """Effects of shuffling, and occlusion maps."""
        del classifier
        found = explain_images(schema, source, rows, train, holdout)
        return Importance(found.records, {OCCLUSION: found.occlusion})

    def further_plots(self, schema: Schema, train: Examples, sources: Mapping[str, Examples]) -> list[FurtherPlot]:
        """The train image nearest to each of a few synthetic ones."""
        if PRODUCT not in sources:
            return []
        work = partial(_nearest, schema, train, sources[PRODUCT])
        return [FurtherPlot("Looking for the nearest train images.", work)]

    def explanations(self, folder: RunFolder) -> list[Figure]:
        """Where in images classifiers look."""
        return (
            image_importance.occlusion(folder.artifacts.table(OCCLUSION))
            if folder.artifacts.has_table(OCCLUSION)
            else []
        )

    def galleries(self, folder: RunFolder, *, real: bool) -> list[Gallery]:
        """By subgroup, nearest, of both encoders, decided, counterfactual."""
        return run_galleries(folder, real=real)

    def product_galleries(self, schema: Schema, examples: Examples) -> list[Gallery]:
        """The first images by outcome and group."""
        return [subgroup_sheet(schema, examples.frame, images_of(examples), "Synthetic images")]

    def dataset_galleries(self, dataset: Dataset) -> list[Gallery]:
        """The first images by outcome and group."""
        images = images_of(dataset.examples)
        return [subgroup_sheet(dataset.schema, dataset.frame, images, "Real images")]

    def measure(self, dataset: Dataset) -> str:
        """Height and width."""
        high, wide = images_of(dataset.examples).size
        return f" of {high} × {wide} pixels"


def _nearest(schema: Schema, train: Examples, made: Examples) -> TableByName:
    return {NEAREST: nearest_table(schema, train, made)}
