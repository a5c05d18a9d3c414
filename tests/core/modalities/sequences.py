# ruff: noqa: ARG002  # the signatures are those of the interface
"""A third kind of data, as another package would add it: each row names a sequence of eight numbers."""

import numpy as np
import pandas as pd

from core.audit.data_kind import TableColumns, Tabular
from core.audit.explain.projections import table_clouds
from core.audit.explain.shap_importance import importance_records
from core.audit.metrics.privacy import attachment_copy_records, row_hashes
from core.data.column import Column, Kind, Role
from core.data.data_kinds import DataKindInfo
from core.data.dataset import Dataset
from core.data.examples import Examples
from core.data.schema import Schema
from core.errors import DataError
from core.events import ignore
from core.modalities.base import Importance, Modality, Wording
from core.synthesis.base import Generator, Observations, Sample
from core.synthesis.conditions import NO_CONDITIONS
from core.synthesis.methods.method_info import MethodInfo
from core.synthesis.settings import Settings

STEPS = [f"step {place}" for place in range(1, 9)]
SCHEMA = Schema(
    columns=(
        Column(name="series", kind="identifier", role="ignored"),
        Column(name="hired", kind="categorical", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
    ),
    positive="yes",
    min_group_size=5,
)


class Sequences:
    """Numbers by name; a table with the names as its index and a column a step."""

    def __init__(self, table):
        self.table = table

    def fingerprint(self):
        return str(pd.util.hash_pandas_object(self.table).sum())


def wide_schema(schema):
    """With a feature a step."""
    added = [Column(name=name, kind=Kind.NUMERICAL, role=Role.FEATURE) for name in STEPS]
    return schema.replaced(columns=(*schema.columns, *added))


def widened(schema, examples):
    """Rows with their sequences as columns, and the schema of these."""
    values = examples.attachments.table.loc[examples.frame["series"], STEPS].set_index(examples.frame.index)
    return wide_schema(schema), pd.concat([examples.frame, values], axis=1)


class SequenceColumns(TableColumns):
    def __init__(self, schema):
        super().__init__(wide_schema(schema))
        self._plain = schema

    def note(self, largest):
        del largest
        return "Sequences are compared step by step."

    def rows(self, examples):
        return widened(self._plain, examples)[1]


class SequenceAudit(Tabular):
    features_in_columns = False
    classifier_title = "a toy classifier of sequences"
    limits = (("Other steps", "Each sequence has eight steps."),)

    def check(self, schema, what, examples):
        if not isinstance(examples.attachments, Sequences):
            raise DataError(f"The {what} have no sequences.")

    def fit(self, schema, source, rows, train, holdout, *, with_sensitive):
        parts = (Examples(widened(schema, one)[1]) for one in (rows, train, holdout))
        return super().fit(wide_schema(schema), source, *parts, with_sensitive=with_sensitive)

    def fit_within(self, schema, source, rows):
        wide, frame = widened(schema, rows)
        return super().fit_within(wide, source, Examples(frame))

    def feature_space(self, schema, train):
        return SequenceColumns(schema)

    def copy_records(self, schema, train, synthetic, source):
        wide, _ = widened(schema, train)
        prints = [
            row_hashes(widened(schema, one)[1][STEPS], Schema(columns=wide.columns[-8:])) for one in (train, synthetic)
        ]
        return attachment_copy_records(*prints, source, "sequence_copies")


class Bootstrap(Generator[Settings]):
    """Train sequences drawn anew with noise, in groups that are drawn independently of everything."""

    def fit(self, data, schema, *, seed, device, listener=ignore):
        self.data, self.schema = data, schema
        return self

    def sample(self, rows, *, seed, conditions=NO_CONDITIONS, listener=ignore):
        conditions.check(self.settings.accepts)
        rng = np.random.default_rng(seed)
        chosen = rng.integers(0, len(self.data), rows)
        names = pd.Series([f"{seed}:{place}" for place in range(rows)], dtype="str")
        frame = self.data.frame.iloc[chosen].reset_index(drop=True).assign(series=names)
        frame["sex"] = self.data.frame["sex"].to_numpy()[rng.permutation(len(self.data))[chosen]]
        content = self.data.content[chosen]
        return Sample(frame, content + rng.normal(size=content.shape) / 10)

    def save(self, folder):
        """The train rows are in the folder already."""

    def load(self, folder, *, seed, device):
        schema, modality = folder.schema.read(), SequenceModality()
        real = modality.load(folder, schema, "train")
        return self.fit(Observations(real.frame, modality.content(schema, real)), schema, seed=seed, device=device)

    def parameter_count(self):
        return 0


BOOTSTRAP = MethodInfo(
    "Bootstrap",
    "rows",
    "Draws train sequences anew.",
    "Efron 1979",
    (__name__, "Bootstrap"),
    {name: Settings() for name in ("paper", "default", "fast")},
)


METHODS = {"bootstrap": BOOTSTRAP}
DATA_KIND = DataKindInfo(Kind.IDENTIFIER, (__name__, "METHODS"), (__name__, "SequenceModality"))


class SequenceModality(Modality):
    words = Wording(
        one="sequence",
        many="sequences",
        dataset="these sequences",
        columns=" of labels",
        learned_mix="As in the train sequences",
        projection="Original and synthetic sequences",
        roles="",
        upload="A CSV of labels and steps.",
        upload_label="Synthetic sequences",
    )
    sections = ("fairness", "projections", "external")
    column_kinds = (Kind.IDENTIFIER, Kind.CATEGORICAL)
    suffixes = upload_suffixes = (".csv",)

    def audit_kind(self, classifier):
        return SequenceAudit(classifier)

    def attachment_column(self, schema):
        return "series"

    def content(self, schema, examples):
        return examples.attachments.table.loc[examples.frame["series"], STEPS].to_numpy()

    def with_content(self, schema, frame, content):
        names = pd.Index(frame["series"], name="series")
        return Examples(frame, Sequences(pd.DataFrame(content, columns=STEPS, index=names)))

    def save_aligned(self, folder, name, frame, content):
        super().save_aligned(folder, name, frame, content)
        folder.artifacts.save_table(f"{name}-sequences", pd.DataFrame(content, columns=STEPS))

    def attachments(self, folder, schema, tables):
        frame = pd.concat(list(tables.values()))
        kept = pd.concat([folder.artifacts.table(f"{name}-sequences") for name in tables])
        return self.with_content(schema, frame, kept.to_numpy()).attachments

    def save_product(self, folder, schema, parts):
        (examples,) = parts
        folder.artifacts.save_table("synthetic-sequences", pd.DataFrame(self.content(schema, examples), columns=STEPS))
        super().save_product(folder, schema, [examples])

    def facts(self, dataset, parts):
        return {"sequences": {"steps": len(STEPS)}}

    def read_external(self, path, schema, real):
        table = pd.read_csv(path, dtype=dict.fromkeys(schema.names, "str"))
        return examples_of(table), ("Read.",)

    def write(self, parts, schema, path):
        (examples,) = parts
        widened(schema, examples)[1].to_csv(path, index=False)

    def clouds(self, schema, train, sources):
        wide, frame = widened(schema, train)
        return table_clouds(wide, frame, {name: widened(schema, one)[1] for name, one in sources.items()})

    def importance(self, schema, source, rows, train, holdout, classifier):
        frames = (widened(schema, one)[1] for one in (rows, train, holdout))
        return Importance(importance_records(wide_schema(schema), source, *frames, classifier=classifier), {})

    def measure(self, dataset):
        return " of 8 numbers"


def examples_of(table):
    """Labels and sequences from one table with both."""
    return Examples(table[SCHEMA.names], Sequences(table.set_index("series")[STEPS]))


def sequences(count, seed):
    """Labels and sequences; the mean of a sequence tells the outcome, which the sexes have unequally."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["f", "m"], count)
    hired = rng.random(count) < np.where(sex == "f", 0.3, 0.6)
    values = rng.normal(size=(count, 8)) + hired[:, None]
    table = pd.DataFrame(values, columns=STEPS)
    table["series"] = pd.Series([f"{seed}-{place}" for place in range(count)], dtype="str")
    table["hired"] = pd.Series(np.where(hired, "yes", "no"), dtype="str")
    table["sex"] = pd.Series(sex, dtype="str")
    return examples_of(table)


def dataset(count=300):
    """A dataset of sequences."""
    found = sequences(count, 0)
    return Dataset("sequences", found.frame, SCHEMA, attachments=found.attachments)
