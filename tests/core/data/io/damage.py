"""Files of tables that something happened to: cut off, flipped bits, wrong ends of lines, parts of others."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as pa_feather
import pyarrow.orc as pa_orc
import pyarrow.parquet as pq

ROWS = 40


@cache
def sound() -> dict[str, bytes]:
    """A sound file of each type, by its suffix."""
    rng = np.random.default_rng(0)
    days = pd.Series(pd.date_range("2020-01-01", periods=ROWS).astype("datetime64[s]"))
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["f", "m"], ROWS),
            "age": rng.integers(18, 70, ROWS),
            "pay": rng.normal(30, 5, ROWS).round(2),
            "since": days,
            "hired": rng.choice(["yes", "no"], ROWS),
        }
    )
    typed = frame.assign(since=[dt.date(1500 + 15 * row, 1, 1) for row in range(ROWS)])
    arrow = pa.Table.from_pandas(typed, preserve_index=False)
    files = {".csv": frame.to_csv(index=False).encode(), ".tsv": frame.to_csv(index=False, sep="\t").encode()}
    for suffix, write in {
        ".parquet": lambda file: pq.write_table(arrow, file),
        ".feather": lambda file: pa_feather.write_feather(arrow, file, compression="uncompressed"),
        ".orc": lambda file: pa_orc.write_table(arrow, file),
        ".xlsx": lambda file: frame.to_excel(file, index=False),
        ".dta": lambda file: frame.to_stata(file, write_index=False),
    }.items():
        buffer = io.BytesIO()
        write(buffer)
        files[suffix] = buffer.getvalue()
    files[".csv.gz"] = gzip.compress(files[".csv"], mtime=0)
    files[".zip"] = _zip({"t.csv": files[".csv"]})
    files[".sav"], files[".xpt"], files[".sas7bdat"] = b"$FL2@(#)" + bytes(300), b"HEADER RECORD*******LIB", bytes(400)
    return files


def damaged(seed: int, folder: Path) -> Path:
    """Write the file of this number, and return its path."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    suffix = rng.choice(sorted(sound()))
    content = sound()[suffix]
    if suffix == ".xlsx" and rng.random() < 0.7:
        content = _with_damaged_member(rng, content)
    else:
        for _ in range(rng.choice([1, 1, 1, 2, 4])):
            content = rng.choice(HARMS)(rng, content)
    if rng.random() < 0.05:
        suffix = rng.choice(sorted(sound()))
    path = folder / f"file-{seed}{suffix}"
    path.write_bytes(content)
    return path


def _cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _flip(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 2, 8, 64])):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _flip_end(rng: random.Random, content: bytes) -> bytes:
    """The metadata of Parquet, Feather, ORC and zip stand at the end."""
    place = max(0, len(content) - 600)
    return content[:place] + _flip(rng, content[place:])


def _nulls(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + bytes(rng.choice([1, 16, 512])) + content[start:]


def _blank(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) + 1)
    length = rng.choice([4, 64, 1024])
    return content[:start] + bytes(len(content[start : start + length])) + content[start + length :]


def _old_ends(rng: random.Random, content: bytes) -> bytes:
    return content.replace(b"\n", rng.choice([b"\r", b"\r\r\n", b"\n\r", b"\x85", b"\x0b"]))


def _other_part(rng: random.Random, content: bytes) -> bytes:
    other = sound()[rng.choice(sorted(sound()))]
    return content[: rng.randrange(len(content) + 1)] + other[rng.randrange(len(other)) :]


def _noise(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + rng.randbytes(rng.choice([1, 30, 300])) + content[start:]


def _quotes(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + rng.choice([b'"', b'""', b"'", b'"\n', b",", b"\\"]) * rng.choice([1, 3]) + content[start:]


def _twice(rng: random.Random, content: bytes) -> bytes:
    return content + content[rng.randrange(len(content) + 1) :]


HARMS = (_cut, _flip, _flip, _flip_end, _nulls, _blank, _old_ends, _other_part, _noise, _quotes, _twice)


def _with_damaged_member(rng: random.Random, content: bytes) -> bytes:
    """A sound zip, one of whose members is damaged, missing or another."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(members))
    if rng.random() < 0.2:
        del members[name]
    elif rng.random() < 0.2:
        members[name] = members[rng.choice(sorted(members))]
    elif rng.random() < 0.5:
        members[name] = rng.choice(HARMS)(rng, members[name])
    else:
        members[name] = _other_words(rng, members[name])
    return _zip(members)


def _other_words(rng: random.Random, content: bytes) -> bytes:
    """XML that stays well-formed and says something else."""
    old, new = rng.choice(
        [
            (b'r="A1"', b'r="A0"'),
            (b'r="B2"', b'r="ZZZZ9"'),
            (b'r="2"', b'r="0"'),
            (b'r="2"', b'r="-5"'),
            (b'r="2"', b'r="x"'),
            (b"<v>0</v>", b"<v>99999</v>"),
            (b"<v>1</v>", b"<v>1e400</v>"),
            (b"<v>2</v>", b"<v>nan</v>"),
            (b't="inlineStr"', b't="d"'),
            (b't="inlineStr"', b't="e"'),
            (b't="inlineStr"', b't="s"'),
            (b't="n"', b't="b"'),
            (b'numFmtId="0"', b'numFmtId="14"'),
            (b'numFmtId="14"', b'numFmtId="-1"'),
            (b's="1"', b's="4000"'),
            (b"worksheets/sheet1", b"worksheets/sheet9"),
            (b'r:id="rId1"', b'r:id="rId7"'),
            (b"<v>4", b"<v>-4"),
            (b"<v>4", b"<v>4e9"),
            (b"UTF-8", b"UTF-99"),
        ]
    )
    return content.replace(old, new)


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
