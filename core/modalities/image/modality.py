"""Images with a table of their labels: each row names its image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.explain.projections import MAX_TESTED, Clouds, table_clouds
from core.audit.records import Record
from core.data.column import Kind
from core.data.dataset import Dataset
from core.data.examples import Attachments, Examples
from core.data.holdout_split import Split
from core.data.images import Images, Pixels, check_image_count, max_images, sha256
from core.data.io.image_zip import write_image_zip
from core.data.sampling import sample_positions
from core.data.schema import Schema
from core.data.sources.image_archive import SUFFIX
from core.data.sources.load import load
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName
from core.errors import ConfigError, DataError, leave_out
from core.modalities.base import KIND_AND_ROLE, PRODUCT, ExtraPlot, Importance, Modality, TableByName, Wording
from core.modalities.image.attached import image_column, images_of
from core.modalities.image.audit import ImageAudit
from core.modalities.image.embedding_space import EmbeddingSpace
from core.modalities.image.galleries import NEAREST, OCCLUSION, nearest_table, run_galleries
from core.modalities.image.importance import explain_images
from core.modalities.image.reconstruction import pixel_records
from core.modalities.image.subgroups import subgroup_sheet
from core.report.charts import image_importance
from core.report.charts.gallery import Gallery
from core.report.charts.theme import Figure
from core.runs.artifacts import HasArtifacts
from core.runs.run_folder import JobFolder, RunFolder
from core.synthesis.evaluation import PixelReconstructions

MAX_DEFAULT_COUNT = 10_000
"""The default number of images that a run generates."""
SMALL_HOLDOUT = 200


class ImageModality(Modality):
    """See the module."""

    words = Wording(
        one="image",
        many="images",
        dataset="these images",
        columns=" of labels",
        learned_mix="As in the train images",
        projection="Original and synthetic images, by edges and colours",
        roles=f"{KIND_AND_ROLE} Images are learned from their pixels alone, so all columns but outcome and sensitive "
        "ones are ignored.",
        upload="A zip of synthetic images from any generator, with a CSV of their labels that has the columns of this "
        "run.",
        upload_label="Synthetic images: a zip with their labels",
        stages={
            "teacher": "Full model: learns the images without the sensitive columns",
            "generate": "Images: the synthetic ones are drawn",
            "audit": "Audit: everything is measured on real test images, kept aside",
        },
    )
    sections = ("fairness", "galleries", "projections", "shuffled", "external")
    column_kinds = tuple(Kind)
    suffixes = (SUFFIX,)
    upload_suffixes = (SUFFIX,)

    def attachment_column(self, schema: Schema) -> str | None:
        """Return the header of the image column."""
        return schema.image

    def save_aligned(self, folder: HasArtifacts, name: str, frame: pd.DataFrame, content: NDArray[Any] | None) -> None:
        """Return the labels and pixels, the latter of shape (n, height, width, 3)."""
        super().save_aligned(folder, name, frame, content)
        if content is not None:
            folder.artifacts.save_images(name, content)

    def content(self, schema: Schema, examples: Examples) -> Pixels:
        """Return pixels, shape (n, height, width, 3); they stay on disk if they are stored in the order of the rows."""
        return images_of(examples).of(examples.frame[image_column(schema)])

    def with_content(self, schema: Schema, frame: pd.DataFrame, content: NDArray[Any] | None) -> Examples:
        """Return each row names its image."""
        return Examples(frame, None if content is None else Images(list(frame[image_column(schema)]), content))

    def attachments(self, folder: HasArtifacts, schema: Schema, tables: Mapping[str, pd.DataFrame]) -> Images:
        """Read the images. Those of a single table stay on disk until they are used."""
        column = image_column(schema)
        pixels = [folder.artifacts.images(name) for name in tables]
        names = [name for frame in tables.values() for name in frame[column]]
        return Images(names, pixels[0] if len(pixels) == 1 else np.concatenate(pixels))

    def facts(self, dataset: Dataset, parts: Split) -> dict[str, object]:
        """Return the size and hashes of the images."""
        images = images_of(dataset.examples)
        column = image_column(dataset.schema)
        hashes = {
            name: sha256(images.of(frame[column]))
            for name, frame in (("train", parts.train), ("holdout", parts.holdout))
        }
        height, width = images.size
        return {"images": {"height": height, "width": width, "sha256": hashes}}

    def audit_kind(self, classifier: ClassifierName) -> ImageAudit:
        """Return the audit of images, which always uses a small network."""
        if classifier != DEFAULT_CLASSIFIER:
            raise ConfigError(
                "The classifier can be chosen for tables only, and these data are images.",
                field="classifier",
                remedies=[leave_out("classifier")],
            )
        return ImageAudit()

    def read_external(
        self, source: Path | pd.DataFrame, schema: Schema, real: Examples
    ) -> tuple[Examples, tuple[str, ...]]:
        """Read a zip of images with a table of their labels. Images are resized to the size of the real ones."""
        if isinstance(source, pd.DataFrame) or source.suffix.lower() != SUFFIX:
            what = "A frame" if isinstance(source, pd.DataFrame) else repr(source.name)
            raise DataError(f"{what} is not a zip; the real data are images, so give a zip of images and labels.")
        dataset = load(source, schema=schema.generated, image_size=images_of(real).size[0])
        return Examples(dataset.frame, dataset.attachments), dataset.notes

    def max_count(self, attachments: Attachments | None) -> int | None:
        """Return the number that fits into memory."""
        return max_images(attachments.size) if isinstance(attachments, Images) else None

    def default_count(self, train_rows: int) -> int:
        """Return at most 10,000."""
        return min(train_rows, MAX_DEFAULT_COUNT)

    def holdout_notes(self, holdout_rows: int) -> list[str]:
        """Return a note on wide intervals if the hold-out is small."""
        return (
            [f"Only {holdout_rows} images are held out, so intervals are wide."] if holdout_rows < SMALL_HOLDOUT else []
        )

    def check_count(self, count: int, attachments: Attachments | None) -> None:
        """Raise a `ConfigError` if this many images do not fit into memory."""
        if isinstance(attachments, Images):
            check_image_count(count, attachments.size)

    def write(self, parts: Iterable[Examples], schema: Schema, path: Path) -> None:
        """Write a zip with a CSV of the labels."""
        (examples,) = parts
        write_image_zip(examples.frame, schema.generated, self.content(schema, examples), path)

    def save_product(self, folder: JobFolder, schema: Schema, parts: Iterable[Examples]) -> None:
        """Save a zip in addition to the files of a table."""
        (examples,) = parts
        folder.artifacts.save_images(PRODUCT, self.content(schema, examples))
        self.write([examples], schema, folder.synthetic_zip.path)
        super().save_product(folder, schema, [examples])

    def reconstruction_records(self, schema: Schema, reconstructions: PixelReconstructions) -> list[Record]:
        """Return the differences of images and their reconstructions."""
        del schema
        return pixel_records(reconstructions)

    def clouds(self, schema: Schema, train: Examples, sources: Mapping[str, Examples]) -> Clouds:
        """Return images as points, by their embedding."""
        space = EmbeddingSpace(schema, train)
        points = {
            name: space.rows(one.with_frame(one.frame.iloc[sample_positions(len(one.frame), MAX_TESTED, 25)]))
            for name, one in sources.items()
        }
        return table_clouds(space.schema, next(iter(points.values())), points)

    def importance(
        self,
        schema: Schema,
        source: str,
        rows: Examples,
        train: Examples,
        holdout: Examples,
        classifier: ClassifierName,
    ) -> Importance:
        """Return permutation importance and occlusion maps."""
        del classifier
        explanation = explain_images(schema, source, rows, train, holdout)
        return Importance(explanation.records, {OCCLUSION: explanation.occlusion})

    def extra_plots(
        self,
        schema: Schema,
        train: Examples,
        holdout: Examples,
        sources: Mapping[str, Examples],
        classifier: ClassifierName,
    ) -> list[ExtraPlot]:
        """Return the train image nearest to each of a few synthetic ones."""
        del holdout, classifier
        if PRODUCT not in sources:
            return []
        work = partial(_nearest, schema, train, sources[PRODUCT])
        return [ExtraPlot("Searching the nearest train images.", work)]

    def explanations(self, folder: RunFolder) -> list[Figure]:
        """Return the charts of the occlusion maps."""
        return (
            image_importance.occlusion(folder.artifacts.table(OCCLUSION))
            if folder.artifacts.has_table(OCCLUSION)
            else []
        )

    def galleries(self, folder: RunFolder, *, real: bool) -> list[Gallery]:
        """Return all galleries of the run; see `run_galleries`."""
        return run_galleries(folder, real=real)

    def product_galleries(self, schema: Schema, examples: Examples) -> list[Gallery]:
        """Return the first images by outcome and group."""
        return [subgroup_sheet(schema, examples.frame, images_of(examples), "Synthetic images")]

    def dataset_galleries(self, dataset: Dataset) -> list[Gallery]:
        """Return the first images by outcome and group."""
        images = images_of(dataset.examples)
        return [subgroup_sheet(dataset.schema, dataset.frame, images, "Real images")]

    def measure(self, dataset: Dataset) -> str:
        """Return height and width as text."""
        high, wide = images_of(dataset.examples).size
        return f" of {high} × {wide} pixels"


def _nearest(schema: Schema, train: Examples, synthetic: Examples) -> TableByName:
    return {NEAREST: nearest_table(schema, train, synthetic)}
