"""Scores or labels of a model file in the ONNX format (extra ``onnx``). Opening one runs no code of its own.

A model has an input for each column that it reads, by name, or one matrix of all numeric features in the order of the
table. Its outputs are read as those of classifiers: probabilities of the classes, or predicted labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.groups import as_text
from core.data.label_spelling import as_the_target
from core.data.schema import Schema
from core.errors import ConfigError, DataError

LACKING: Final = "An ONNX model needs onnxruntime: pip install 'evenhand[onnx]'."
_BATCH: Final = 65_536
_NUMBERS: Final[dict[str, type[np.generic]]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}
_WEIGHTS_FOLDER: Final = "session.model_external_initializers_file_folder_path"
_TEXT: Final = "tensor(string)"


@dataclass(frozen=True)
class OnnxDecisions:
    """What a model decided of each row.

    Args:
        decided: Scores of the positive outcome, or labels with the target's values; missing where an input of the model
            is; shape (n,).
        is_score: Whether these are scores.
        notes: How inputs and outputs were read, one sentence each.
    """

    decided: pd.Series
    is_score: bool
    notes: tuple[str, ...]


def installed() -> bool:
    """Return whether onnxruntime is installed, without importing it."""
    return find_spec("onnxruntime") is not None


def decisions_of(path: Path, frame: pd.DataFrame, schema: Schema) -> OnnxDecisions:
    """Return what the model in a file decides of the rows.

    Args:
        path: The file.
        frame: Typed rows, shape (n, ...).
        schema: Features, target and positive value.

    Raises:
        ConfigError: onnxruntime is not installed.
        DataError: The file is no ONNX model, or its inputs or outputs do not fit the table.
    """
    session = _session(path)
    inputs = _inputs(session.get_inputs(), frame, schema, path.name)
    used = list(dict.fromkeys(name for names in inputs.values() for name in names))
    known = frame[used].notna().all(axis=1).to_numpy(dtype=bool)
    if not known.any():
        raise DataError(f"The model {path.name!r} decides no row: every row lacks one of {_listed(used)}.")
    feeds = {one.name: _tensor(one, frame.loc[known, inputs[one.name]]) for one in session.get_inputs()}
    found, is_score, note = _read(_run(session, feeds, path.name), frame.loc[known], schema, path.name)
    values = pd.Series(np.nan if is_score else None, index=frame.index, dtype="float64" if is_score else "str")
    values[known] = found
    order = f"The model {path.name!r} read {_listed(used)}, in this order."
    return OnnxDecisions(values, is_score, (order, *([note] if note else [])))


def _session(path: Path) -> Any:
    if not path.is_file():
        raise DataError(f"There is no file {str(path)!r} with a model.")
    try:
        import onnxruntime
    except ImportError as error:
        raise ConfigError(LACKING) from error
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry(_WEIGHTS_FOLDER, str(path.parent.resolve()))  # no weights from elsewhere
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise DataError(f"{path.name!r} cannot be read as an ONNX model: {_first_line(error)}") from error


def _inputs(asked: Sequence[Any], frame: pd.DataFrame, schema: Schema, model: str) -> Mapping[str, list[str]]:
    """Return the columns of each input of the model."""
    strange = next((one for one in asked if one.type not in (*_NUMBERS, _TEXT)), None)
    if strange is not None:
        raise DataError(
            f"The model {model!r} has the input {strange.name!r} of type {strange.type}, which no column has."
        )
    if len(asked) == 1 and asked[0].name not in frame.columns:
        return {asked[0].name: _matrix_columns(asked[0], schema, model)}
    for one in asked:
        if one.name not in frame.columns:
            raise DataError(
                f"The model {model!r} has the input {one.name!r}, but the table has no column of this name."
            )
        if one.type in _NUMBERS and not _is_number(frame[one.name]):
            raise DataError(f"The model {model!r} reads numbers from {one.name!r}, but the column has text.")
    return {one.name: [one.name] for one in asked}


def _matrix_columns(matrix: Any, schema: Schema, model: str) -> list[str]:
    names = [name for name in schema.features if schema.column(name).is_numeric]
    width = matrix.shape[-1] if len(matrix.shape) == 2 else None
    if matrix.type == _TEXT or width is None:
        raise DataError(
            f"The model {model!r} has the input {matrix.name!r}, which is neither a column's name nor a matrix of "
            "numbers."
        )
    if isinstance(width, int) and width != len(names):
        raise DataError(
            f"The model {model!r} reads {width} numbers of a row, but the table has {len(names)} numeric features: "
            f"{_listed(names)}. Leave the others out of the table, or set their role to ignored."
        )
    return names


def _tensor(one: Any, columns: pd.DataFrame) -> NDArray[Any]:
    if one.type == _TEXT:
        values = as_text(columns.iloc[:, 0]).astype(object)[:, None]
    else:
        values = np.column_stack([columns[name].to_numpy(dtype=np.float64) for name in columns])
        values = np.ascontiguousarray(values.astype(_NUMBERS[one.type]))
    return values[:, 0] if len(one.shape) == 1 else values


def _run(session: Any, feeds: Mapping[str, NDArray[Any]], model: str) -> list[Any]:
    rows = len(next(iter(feeds.values())))
    parts = []
    for start in range(0, rows, _BATCH):
        batch = {name: values[start : start + _BATCH] for name, values in feeds.items()}
        try:
            parts.append(session.run(None, batch))
        except Exception as error:
            raise DataError(f"The model {model!r} failed on the rows: {_first_line(error)}") from error
    return [_joined(outputs) for outputs in zip(*parts, strict=True)]


def _joined(parts: Sequence[Any]) -> Any:
    """Return one output of all rows: maps by class as a list, tensors as an array."""
    return [row for part in parts for row in part] if isinstance(parts[0], list) else np.concatenate(parts)


def _read(outputs: Sequence[Any], frame: pd.DataFrame, schema: Schema, model: str) -> tuple[NDArray[Any], bool, str]:
    """Return scores of the positive outcome if the model has any, else labels; and a note on what was assumed."""
    maps = next((one for one in outputs if isinstance(one, list)), None)
    arrays = [one for one in outputs if isinstance(one, np.ndarray)]
    scores = next((one for one in arrays if one.dtype.kind == "f"), None)
    labels = next((one.reshape(-1) for one in arrays if one.dtype.kind not in "f" and one.size == len(frame)), None)
    if maps is not None:
        columns = {str(key): key for key in maps[0]}
        names = as_the_target(np.asarray(list(columns), dtype=object), set(as_text(frame[schema.target])))
        key = dict(zip(names.tolist(), columns.values(), strict=True)).get(str(schema.positive))
        if key is None:
            raise DataError(
                f"The model {model!r} has the classes {_listed(list(columns))}, and no {schema.positive!r}."
            )
        return np.asarray([row[key] for row in maps], dtype=np.float64), True, ""
    if scores is not None and scores.size == len(frame):
        return scores.reshape(-1).astype(np.float64), True, ""
    if scores is not None and scores.ndim == 2 and scores.shape[1] == 2:
        return _second(scores, labels, frame, schema, model)
    if labels is not None:
        return as_text(pd.Series(labels)), False, ""
    raise DataError(f"The model {model!r} has no output with a score or a label for each row.")


def _second(
    scores: NDArray[Any], labels: NDArray[Any] | None, frame: pd.DataFrame, schema: Schema, model: str
) -> tuple[NDArray[Any], bool, str]:
    """Return the column of the positive class, which the labels tell: a row has the label of its higher score."""
    if labels is None or schema.positive is None:
        note = f"The model {model!r} does not name its two classes; the second is taken as the positive one."
        return scores[:, 1].astype(np.float64), True, note
    told = as_the_target(as_text(pd.Series(labels)), set(as_text(frame[schema.target])))
    is_positive = told == schema.positive
    place = 1 if np.mean((scores[:, 1] >= scores[:, 0]) == is_positive) >= 0.5 else 0
    return scores[:, place].astype(np.float64), True, ""


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:12])) + (", …" if len(names) > 12 else "")
