"""Which image each row of a table of labels means: the column that names the files, and the file of each name."""

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
    """The rows whose image was found.

    Args:
        rows: Of the raw table, shape (n, columns); its image column holds the names as they are written there.
        header: Of the image column.
        files: The image file of each name.
        notes: What was set aside, with counts.
    """

    rows: pd.DataFrame
    header: str
    files: dict[str, str]
    notes: tuple[str, ...]


def match_labels(raw: pd.DataFrame, files: Sequence[str], labels: str, header: str | None = None) -> MatchedLabels:
    """Match rows and image files.

    A name may be a file's whole path, or any end of it (``a/b.png``, ``b.png``), with or without suffix.

    Args:
        raw: The table of labels, shape (n, columns).
        files: Paths of the image files, with forward slashes.
        labels: What to call the table in messages.
        header: Of the column that names the files; found out if left out.

    Raises:
        DataError: No column names files, a name fits several files, or a file is named twice.
    """
    if header is not None and header not in raw.columns:
        raise DataError(f"{labels!r} has no column {header!r}, which the schema says names the images; add it.")
    written = {str(name): _file_names(raw[name]) for name in ([header] if header is not None else raw.columns)}
    meant = _files_by_name(set().union(*(column.dropna() for column in written.values())), files)
    found = max(written, key=lambda name: (_matches(written[name], meant), name.lower() in _USUAL_HEADERS), default="")
    if not found or not _matches(written[found], meant):
        raise DataError(
            f"No column of {labels!r} names the images: none holds {files[0]!r} or the like; add a column with the "
            "file name of each row's image."
        )
    names = written[found]
    _check_ambiguous(names, meant, labels)
    there = names.isin(list(meant))
    chosen = names[there].map(lambda name: meant[name][0])
    _check_repeated(chosen, labels)
    rows = raw[there].reset_index(drop=True).assign(**{found: names[there].reset_index(drop=True)})
    notes = (*_without_image(raw[found], there, labels), *_without_label(files, set(chosen), labels))
    return MatchedLabels(rows, found, dict(zip(names[there], chosen, strict=True)), notes)


def _file_names(values: pd.Series) -> pd.Series:
    """A column as it may name files, shape (n,); missing values stay so."""
    text = as_text_column(values.reset_index(drop=True))
    plain = text.str.strip().str.replace("\\", "/", regex=False).str.removeprefix("./")
    return plain.mask(missing_mask(text))


def _files_by_name(wanted: set[str], files: Sequence[str]) -> dict[str, list[str]]:
    """For each wanted name the file it means, or the first two of several."""
    whole = wanted.intersection(files)
    meant = {name: [name] for name in whole}
    for file in files:
        for way in _accepted_names(file):
            if way in wanted and way not in whole and len(meant.setdefault(way, [])) < 2:
                meant[way].append(file)
    return meant


def _accepted_names(file: str) -> Iterator[str]:
    path = PurePosixPath(file)
    for parts in (path.parts, path.with_suffix("").parts):
        for start in range(len(parts)):
            yield "/".join(parts[start:])


def _matches(names: pd.Series, meant: dict[str, list[str]]) -> int:
    """How many different files a column names."""
    return len({file for name in names.dropna().unique() for file in meant.get(name, ())})


def _check_ambiguous(names: pd.Series, meant: dict[str, list[str]], labels: str) -> None:
    several = names.isin([name for name, files in meant.items() if len(files) > 1])
    if several.any():
        row = names.index[several][0]
        first, second = meant[names[row]]
        raise DataError(
            f"Row {row + 1} of {labels!r} names the image {names[row]!r}, which may be {first!r} or {second!r}; write "
            "its whole path."
        )


def _check_repeated(chosen: pd.Series, labels: str) -> None:
    repeated = chosen[chosen.duplicated()]
    if len(repeated):
        first, second = chosen.index[chosen == repeated.iloc[0]][:2]
        raise DataError(
            f"Rows {first + 1} and {second + 1} of {labels!r} name the same image, {repeated.iloc[0]!r}; keep one of "
            "them."
        )


def _without_image(names: pd.Series, there: pd.Series, labels: str) -> list[str]:
    absent = names.reset_index(drop=True)[~there]
    if absent.empty:
        return []
    row = absent.index[0]
    shown = f"{absent[row]!r} in row {row + 1}" if isinstance(absent[row], str) else f"row {row + 1}"
    return [f"{len(absent):,} rows of {labels!r} were set aside, because there is no image for them, such as {shown}."]


def _without_label(files: Sequence[str], used: set[str], labels: str) -> list[str]:
    unused = [file for file in files if file not in used]
    if not unused:
        return []
    return [f"{len(unused):,} images were set aside, because no row of {labels!r} names them, such as {unused[0]!r}."]
