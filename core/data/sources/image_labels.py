"""Match the rows of a table of labels with image files: find the column of file names, and each row's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from core.data.io.text_values import as_text_column, missing_mask
from core.errors import DataError

_USUAL_HEADERS: Final = ("image", "file", "filename", "path", "name", "id")


@dataclass(frozen=True)
class MatchedLabels:
    """The rows with an image file.

    Args:
        rows: Rows of the raw table, shape (n, columns); the image column holds the names as in the table.
        header: Header of the image column.
        files: The image file of each name.
        notes: Sentences about what was left out, with counts.
    """

    rows: pd.DataFrame
    header: str
    files: dict[str, str]
    notes: tuple[str, ...]


def match_labels(raw: pd.DataFrame, files: Sequence[str], labels: str, header: str | None = None) -> MatchedLabels:
    """Match rows and image files.

    A name may be a file's full path or any trailing part of it (``a/b.png``, ``b.png``), with or without suffix.

    Args:
        raw: The table of labels, shape (n, columns).
        files: Paths of the image files, with forward slashes.
        labels: Name of the table in error messages.
        header: Header of the column that names the files; detected if left out.

    Raises:
        DataError: No column names files, a name fits several files, or two rows name the same file.
    """
    if header is not None and header not in raw.columns:
        raise DataError(f"{labels!r} has no column {header!r}, which the schema says names the images; add it.")
    columns = {str(name): _file_names(raw[name]) for name in ([header] if header is not None else raw.columns)}
    by_name = _files_by_name(set().union(*(column.dropna() for column in columns.values())), files)
    best = max(columns, key=lambda name: (_matches(columns[name], by_name), name.lower() in _USUAL_HEADERS), default="")
    if not best or not _matches(columns[best], by_name):
        raise DataError(
            f"No column of {labels!r} names the images: none holds {files[0]!r} or the like; add a column with the "
            "file name of each row's image."
        )
    names = columns[best]
    _check_ambiguous(names, by_name, labels)
    has_image = names.isin(list(by_name))
    matched = names[has_image].map(lambda name: by_name[name][0])
    _check_repeated(matched, labels)
    rows = raw[has_image].reset_index(drop=True).assign(**{best: names[has_image].reset_index(drop=True)})
    notes = (*_without_image(raw[best], has_image, labels), *_without_label(files, set(matched), labels))
    return MatchedLabels(rows, best, dict(zip(names[has_image], matched, strict=True)), notes)


def _file_names(values: pd.Series) -> pd.Series:
    """Return the values of a column as file names, shape (n,). Missing values stay missing."""
    text = as_text_column(values.reset_index(drop=True))
    plain = text.str.strip().str.replace("\\", "/", regex=False).str.removeprefix("./")
    return plain.mask(missing_mask(text))


def _files_by_name(names: set[str], files: Sequence[str]) -> dict[str, list[str]]:
    """Return the file of each name, or the first two if several fit."""
    full_paths = names.intersection(files)
    by_name = {name: [name] for name in full_paths}
    for file in files:
        for name in _accepted_names(file):
            if name in names and name not in full_paths and len(by_name.setdefault(name, [])) < 2:
                by_name[name].append(file)
    return by_name


def _accepted_names(file: str) -> Iterator[str]:
    path = PurePosixPath(file)
    for parts in (path.parts, path.with_suffix("").parts):
        for start in range(len(parts)):
            yield "/".join(parts[start:])


def _matches(names: pd.Series, by_name: dict[str, list[str]]) -> int:
    """Return how many different files a column names."""
    return len({file for name in names.dropna().unique() for file in by_name.get(name, ())})


def _check_ambiguous(names: pd.Series, by_name: dict[str, list[str]], labels: str) -> None:
    is_ambiguous = names.isin([name for name, files in by_name.items() if len(files) > 1])
    if is_ambiguous.any():
        row = names.index[is_ambiguous][0]
        first, second = by_name[names[row]]
        raise DataError(
            f"Row {row + 1} of {labels!r} names the image {names[row]!r}, which may be {first!r} or {second!r}; write "
            "its whole path."
        )


def _check_repeated(matched: pd.Series, labels: str) -> None:
    repeated = matched[matched.duplicated()]
    if len(repeated):
        first, second = matched.index[matched == repeated.iloc[0]][:2]
        raise DataError(
            f"Rows {first + 1} and {second + 1} of {labels!r} name the same image, {repeated.iloc[0]!r}; keep one of "
            "them."
        )


def _without_image(names: pd.Series, has_image: pd.Series, labels: str) -> list[str]:
    absent = names.reset_index(drop=True)[~has_image]
    if absent.empty:
        return []
    row = absent.index[0]
    shown = f"{absent[row]!r} in row {row + 1}" if isinstance(absent[row], str) else f"row {row + 1}"
    return [f"{len(absent):,} rows of {labels!r} were left out, because there is no image for them, such as {shown}."]


def _without_label(files: Sequence[str], used: set[str], labels: str) -> list[str]:
    unused = [file for file in files if file not in used]
    if not unused:
        return []
    return [f"{len(unused):,} images were left out, because no row of {labels!r} names them, such as {unused[0]!r}."]
