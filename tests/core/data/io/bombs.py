"""Small files that ask for much memory, each made as an attacker would make it."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.feather as pa_feather
import pyarrow.orc as pa_orc
import pyarrow.parquet as pq

MIB = 2**20
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
TYPES = (b"</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS}"/></Types>'.encode())
"""The workbook's list of its parts, with one of shared strings."""


def workbook(path: Path, **parts: str) -> None:
    """A workbook of one sheet, some of whose parts are replaced: ``sheet``, ``strings``, ``book``."""
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["sex", "hired"])
    book.active.append(["f", "yes"])
    book.save(buffer)
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml", "book": "xl/workbook.xml"}
    replaced = {names[key]: part for key, part in parts.items()}
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        if "strings" not in parts:
            replaced[names["strings"]] = _strings(0)
        for member in old.namelist():
            new.writestr(member, replaced.pop(member, None) or old.read(member).replace(*TYPES))
        for member, part in replaced.items():
            new.writestr(member, part)


def sheet(rows: str, dimension: str = "A1:B2") -> str:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    )


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{inline("A1", "sex")}{inline("B1", "hired")}</row>'


def far_dimension(path: Path) -> None:
    workbook(path, sheet=sheet(f'{HEAD}<row r="1048576">{inline("A1048576", "f")}</row>', "A1:XFD1048576"))


def far_row(path: Path) -> None:
    workbook(path, sheet=sheet(f'{HEAD}<row r="999999999999">{inline("A999999999999", "f")}</row>'))


def wide_rows(path: Path) -> None:
    rows = "".join(f'<row r="{row}">{inline(f"XFD{row}", "f")}</row>' for row in range(2, 60_000))
    workbook(path, sheet=sheet(HEAD + rows))


def many_strings(path: Path) -> None:
    workbook(path, strings=_strings(80 * MIB // 5), sheet=sheet(HEAD))


def _strings(count: int) -> str:
    return f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{"<si/>" * count}</sst>'


def deep_xml(path: Path) -> None:
    workbook(path, sheet="<a>" * 2_000_000)


def entities(path: Path) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    workbook(path, sheet=f'<!DOCTYPE w [<!ENTITY l0 "lol">{levels}]>{sheet("<row><c><v>&l11;</v></c></row>")}')


def runs_of_one_value(path: Path) -> None:
    values = pa.DictionaryArray.from_arrays(pa.array([0] * MIB, pa.int32()), pa.array(["x" * 1000]))
    with pq.ParquetWriter(path, pa.schema([("a", values.type), ("b", values.type)])) as writer:
        for _ in range(8):
            writer.write_table(pa.table([values, values], names=["a", "b"]))


def long_texts(path: Path) -> None:
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int32()), pa.array(["x" * 90_000]))
    pq.write_table(pa.table({"a": values.cast(pa.dictionary(pa.int32(), pa.string())), "b": values}), path)


def many_columns(path: Path) -> None:
    names = ",".join(f"c{place}" for place in range(100_000))
    path.write_text(f"{names}\n{','.join(['1'] * 100_000)}\n")


def many_parquet_columns(path: Path) -> None:
    pq.write_table(pa.table({f"c{place}": [1] for place in range(20_000)}), path)


def one_line(path: Path) -> None:
    path.write_bytes(b"a," * (10 * MIB))


def one_cell(path: Path) -> None:
    path.write_bytes(b"a,b\n1," + b"x" * 2_000_000 + b"\n")


def only_delimiters(path: Path) -> None:
    path.write_bytes((b"a" + b"," * 1999 + b"\n") + (b"," * 1999 + b"\n") * 26_000)


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"a,b\n" + b"1,2\n" * (18 * MIB))


def gzipped(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * (18 * MIB)))


def zip_of_zip(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"a,b\n" + b"1,2\n" * MIB)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("t.zip", inner.getvalue())


def feather_runs(path: Path) -> None:
    table = pa.table({f"c{place}": pa.nulls(2_000_000, pa.int64()) for place in range(30)})
    pa_feather.write_feather(table, path, compression="zstd")


def orc_runs(path: Path) -> None:
    zeros = pa.array([0] * 6_000_000)
    pa_orc.write_table(pa.table({"a": zeros}), str(path), compression="zlib")


BOMBS: dict[str, Callable[[Path], None]] = {
    "far-dimension.xlsx": far_dimension,
    "far-row.xlsx": far_row,
    "wide-rows.xlsx": wide_rows,
    "many-strings.xlsx": many_strings,
    "deep-xml.xlsx": deep_xml,
    "entities.xlsx": entities,
    "runs.parquet": runs_of_one_value,
    "long-texts.parquet": long_texts,
    "many-columns.csv": many_columns,
    "many-columns.parquet": many_parquet_columns,
    "one-line.csv": one_line,
    "one-cell.csv": one_cell,
    "delimiters.csv": only_delimiters,
    "packed.zip": zipped,
    "packed.csv.gz": gzipped,
    "nested.zip": zip_of_zip,
    "runs.feather": feather_runs,
    "runs.orc": orc_runs,
}
