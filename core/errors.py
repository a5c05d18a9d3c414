"""The errors that bad input raises, and how each front end words them.

An error holds a sentence, the field that caused it, and its remedies as data: give a field, change it, or leave it
out. The sentence names no front end: the library never says ``--target`` or “Outcome”. Each front end has a `Wording`,
with a name for every field and a few phrases. `PYTHON` is the wording of the Python API and of ``str(error)``.

>>> error = SchemaError("Target 'y' has no positive value yet.", field="positive", remedies=[give("positive")])
>>> str(error)
"Target 'y' has no positive value yet. Pass positive."
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal, Self, TypeGuard, get_args

FieldName = Literal[
    # Data, and how to read them.
    "data",
    "target",
    "positive",
    "threshold",
    "favorable",
    "margin",
    "decision",
    "sensitive",
    "strata",
    "reference",
    "prediction",
    "score",
    "model_column",
    "weight",
    "weight_kind",
    "replicate_weights",
    "replicate_method",
    "reference_group",
    "period_column",
    "period",
    "bin_edges",
    "schema",
    "holdout",
    "encoding",
    "decimal_mark",
    "date_order",
    "labels",
    "sql",
    "apply",
    "image_size",
    "bias",
    "synthetic",
    # Settings of a run or of a request for rows, with the names of `core.config.RunConfig`.
    "preset",
    "method",
    "hyperparameters",
    "seed",
    "device",
    "rows",
    "label_channel",
    "criterion",
    "repair_level",
    "target_dpr",
    "epsilon",
    "epsilon_dp",
    "proportions",
    "group",
    "epochs",
    "fairness_weight",
    "student_kl_weight",
    "quality",
    "student_hidden",
    "holdout_fraction",
    "classifier",
    "confidence",
    "min_group_shown",
    "audit_seeds",
    "audit_refits",
    "generator_draws",
    "pictures",
    # Input and output locations, and requirements on figures.
    "run",
    "out",
    "to",
    "tables",
    "answers",
    "local_law_144",
    "selection",
    "require",
    "cluster",
]
"""All inputs that an error can name. The keywords of the Python API have these names."""
FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)


@dataclass(frozen=True)
class Remedy:
    """One change of the input that solves a problem; see `give`, `change` and `leave_out`.

    Args:
        action: What to do with the field.
        field: The field.
        value: The value to give, if it is known.
        why: What that value is, e.g. ``its median``.
    """

    action: Literal["give", "change", "leave_out"]
    field: FieldName
    value: float | str | None = None
    why: str = ""


def give(field: FieldName, value: float | str | None = None, why: str = "") -> Remedy:
    """Return the remedy to give this field, with this value if one is known."""
    return Remedy("give", field, value, why)


def change(field: FieldName) -> Remedy:
    """Return the remedy to give another value of this field."""
    return Remedy("change", field)


def leave_out(field: FieldName) -> Remedy:
    """Return the remedy to leave this field out."""
    return Remedy("leave_out", field)


@dataclass(frozen=True)
class Wording:
    """The words of one front end for remedies. ``{name}`` and ``{value}`` in a phrase are placeholders.

    Args:
        names: The front end's name of each field.
        give: Phrase for a field to give.
        give_value: Phrase for a field to give with a value.
        change: Phrase for a field that needs another value.
        leave_out: Phrase for a field to leave out.
        value: Formats a value of a field.
    """

    names: Mapping[FieldName, str]
    give: str
    give_value: str
    change: str
    leave_out: str
    value: Callable[[FieldName, float | str], str] = lambda _field, value: repr(value)

    def remedy(self, remedy: Remedy) -> str:
        """Return one remedy as a phrase.

        >>> PYTHON.remedy(give("threshold", 35.0, "its median"))
        'pass threshold=35.0 (its median)'
        """
        name = self.names[remedy.field]
        if remedy.action == "change":
            return self.change.format(name=name)
        if remedy.action == "leave_out":
            return self.leave_out.format(name=name)
        if remedy.value is None:
            return self.give.format(name=name)
        phrase = self.give_value.format(name=name, value=self.value(remedy.field, remedy.value))
        return f"{phrase} ({remedy.why})" if remedy.why else phrase


PYTHON: Final = Wording(
    names={field: field for field in FIELDS},
    give="pass {name}",
    give_value="pass {name}={value}",
    change="pass another {name}",
    leave_out="leave {name} out",
)
"""The wording of the Python API, in which fields are keywords."""


@dataclass(frozen=True)
class Problem:
    """The content of an error, as data. A run stores it, and a front end words it later.

    Args:
        sentence: What is wrong and why. It names the column, row or value, and no front end.
        field: The field that caused it; ``None`` if the content of a file did.
        remedies: Changes of the input, each of which solves the problem.
    """

    sentence: str
    field: FieldName | None = None
    remedies: tuple[Remedy, ...] = ()

    def worded(self, wording: Wording) -> str:
        """Return sentence and remedies in a front end's words. The field comes first if no remedy names it.

        >>> Problem("The seed must be at least 0, not -1.", "seed").worded(PYTHON)
        'seed: The seed must be at least 0, not -1.'
        """
        is_named = self.field is None or any(remedy.field == self.field for remedy in self.remedies)
        prefix = "" if is_named or self.field is None else f"{wording.names[self.field]}: "
        if not self.remedies:
            return prefix + self.sentence
        phrases = ", or ".join(wording.remedy(remedy) for remedy in self.remedies)
        return f"{prefix}{self.sentence} {phrases[0].upper()}{phrases[1:]}."


class EvenhandError(Exception):
    """Base class of every error that a user can cause and correct.

    Args:
        sentence: What is wrong and why, in the words of no front end. It ends with a full stop.
        field: The field that caused it.
        remedies: Changes of the input, each of which solves the problem.
    """

    def __init__(self, sentence: str, *, field: FieldName | None = None, remedies: Sequence[Remedy] = ()) -> None:
        super().__init__(sentence)
        self.problem = Problem(sentence, field, tuple(remedies))

    def __str__(self) -> str:
        """Return the message in the words of the Python API."""
        return self.problem.worded(PYTHON)

    @property
    def sentence(self) -> str:
        """What is wrong and why, in the words of no front end."""
        return self.problem.sentence

    @property
    def field(self) -> FieldName | None:
        """The field that caused the error."""
        return self.problem.field

    @classmethod
    def of(cls, problem: Problem, before: str = "") -> Self:
        """Return an error of this class with the same content, its sentence preceded by ``before``."""
        return cls(f"{before}{problem.sentence}", field=problem.field, remedies=problem.remedies)


class DataError(EvenhandError):
    """A file or a table is not usable as it is."""


class SchemaError(EvenhandError, ValueError):
    """Kinds, roles, groups or target values do not fit the table.

    It is also a ``ValueError``, so pydantic's validators can raise it. The same holds for `ConfigError`.
    """


class ConfigError(EvenhandError, ValueError):
    """A setting is out of range, or two settings contradict each other."""


class RunError(EvenhandError):
    """A run folder is missing, damaged or unfinished."""


@contextmanager
def about_field(field: FieldName, instead_of: Collection[FieldName] = ()) -> Iterator[None]:
    """Attribute the errors of the context to a field. An error that names a field keeps it.

    Args:
        field: The field whose content the context reads.
        instead_of: Fields of an inner call that the user did not give. ``field`` replaces them, and remedies that
            name them are dropped.

    >>> with about_field("holdout"):
    ...     raise DataError("The file is empty.")
    Traceback (most recent call last):
    core.errors.DataError: holdout: The file is empty.
    """
    try:
        yield
    except EvenhandError as error:
        problem = error.problem
        if problem.field is None or problem.field in instead_of:
            remedies = tuple(remedy for remedy in problem.remedies if remedy.field not in instead_of)
            error.problem = replace(problem, field=field, remedies=remedies)
        raise


def is_field(name: object) -> TypeGuard[FieldName]:
    """Return whether this is the name of a field."""
    return name in FIELDS


def as_field(name: str) -> FieldName:
    """Return the name as a field name.

    Raises:
        KeyError: There is no such field.
    """
    if not is_field(name):
        raise KeyError(name)
    return name


def os_error_reason(error: OSError) -> str:
    """Return the system's reason for an error, without the words that libraries add.

    >>> os_error_reason(OSError(28, "Error writing bytes to file. Detail: [errno 28] No space left on device"))
    'No space left on device'
    """
    return os.strerror(error.errno) if error.errno else "the system gave no reason"
