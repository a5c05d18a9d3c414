"""Made-up files as people bring them: odd names, values of every form, gaps, encodings, broken bytes."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

NAMES = (
    *("sex", "Alter", "income €", "a,b", "x\ny", " lead", "", "name", "ID", "date", "tot%", "<b>h</b>", "1", "None"),
    *("nan", "Ünï", "target", "age", "race", "very " * 12, "*md*", "=1+1", "index", "weight", "score"),
)
MISSING = ("", "NA", "n/a", "null", "-", "?", "NaN", "None", ".")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252")
WORDS = ("the", "quick", "Füchse", "日本", "a|b", "'q'", '"d"', ";", "\t")
GROUPS = ("yes or no", "three", "rare", "spellings", "truth", "code")
OUTCOMES = ("yes or no", "truth", "rare one", "float label", "three", "whole", "fraction")

FORMS: Mapping[str, Callable[[random.Random, int], str]] = {
    "whole": lambda r, _: str(r.randint(-5, 90)),
    "beyond floats": lambda r, _: str(r.randint(2**53, 2**60)),
    "fraction": lambda r, _: repr(round(r.gauss(0, 1e3), r.randint(0, 6))),
    "exponent": lambda r, _: f"{r.gauss(0, 1):.3e}",
    "money": lambda r, _: f"${r.randint(1, 99999):,}.{r.randint(0, 99):02d}",
    "decimal comma": lambda r, _: f"{r.randint(0, 99)},{r.randint(0, 99)}",
    "percent": lambda r, _: f"{r.random() * 100:.1f}%",
    "date": lambda r, _: f"{r.randint(1900, 2030)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
    "far date": lambda r, _: r.choice(["9999-12-31", "0001-01-01", f"{r.randint(1900, 2030)}-01-02"]),
    "short date": lambda r, _: f"{r.randint(1, 12):02d}/{r.randint(1, 28):02d}/{r.randint(0, 99):02d}",
    "time with zone": lambda r, _: (
        f"2020-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}T{r.randint(0, 23):02d}:00:00+01:00"
    ),
    "truth": lambda r, _: r.choice(["True", "False"]),
    "yes or no": lambda r, _: r.choice(["Yes", "No"]),
    "spellings": lambda r, _: r.choice(["Male", "Female", "male ", " Female", "MALE"]),
    "constant": lambda _r, _: "x",
    "empty": lambda _r, _: "",
    "unique": lambda r, row: f"u{row:05d}{r.randint(0, 9)}",
    "text": lambda r, _: " ".join(r.choice(WORDS) for _ in range(r.randint(1, 5))),
    "rare": lambda r, _: "common" if r.random() < 0.97 else f"r{r.randint(0, 4)}",
    "postcode": lambda r, _: f"{r.randint(0, 99999):05d}",
    "infinite": lambda r, _: r.choice(["inf", "-inf", "1.5", "2.5", "nan", "1e308"]),
    "mixed": lambda r, _: r.choice(["1", "2", "a", "", "NA", "3.5", "TRUE"]),
    "code": lambda r, _: str(r.randint(1, 9)),
    "rare one": lambda r, _: "1" if r.random() < 0.02 else "0",
    "three": lambda r, _: r.choice("abc"),
    "float label": lambda r, _: r.choice(["1.0", "0.0"]),
}


@dataclass(frozen=True)
class OddFile:
    """A file, and the roles that a person would give; ``None`` where they are left to be guessed."""

    content: bytes
    target: str | None
    positive: str | None
    sensitive: tuple[str, ...]


def odd_file(seed: int) -> OddFile:
    """Return a file; the same seed gives the same."""
    r = random.Random(seed)  # noqa: S311  # no secret
    columns, rows = r.choice([1, 2, 3, 3, 4, 5, 6, 8, 12]), r.choice([0, 1, 2, 5, 12, 40, 80, 150, 300])
    names = [r.choice(NAMES) if r.random() < 0.4 else f"c{place}" for place in range(columns)]
    forms = [r.choice(list(FORMS)) for _ in range(columns)]
    if columns > 1 and r.random() < 0.8:
        forms[0], forms[-1] = r.choice(GROUPS), r.choice(OUTCOMES)
    gaps, word = [r.choice([0, 0, 0, 0.02, 0.3, 0.95]) for _ in range(columns)], r.choice(MISSING)
    cells = [
        [word if r.random() < gap else FORMS[form](r, row) for gap, form in zip(gaps, forms, strict=True)]
        for row in range(rows)
    ]
    content = _broken(r, _text(r, names, cells).encode(r.choice(ENCODINGS), errors="replace"))
    if r.random() < 0.2 or not rows:
        return OddFile(content, None, None, ())
    values = [row[-1] for row in cells if row[-1] != word]
    positive = r.choice(values) if values and r.random() < 0.9 else None
    return OddFile(content, names[-1], positive, (names[0],))


def _text(r: random.Random, names: list[str], cells: list[list[str]]) -> str:
    buffer, delimiter = io.StringIO(), r.choice([",", ",", ",", ";", "\t", "|"])
    end = r.choice(["\n", "\n", "\r\n", "\r"])
    quoting = r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([names, *cells] if r.random() < 0.95 else cells)
    if r.random() < 0.05:
        buffer.write("Total" + delimiter * (len(names) - 1) + end)
    return buffer.getvalue()


def _broken(r: random.Random, content: bytes) -> bytes:
    chance = r.random()
    if chance < 0.03:
        return content[: len(content) * 2 // 3]
    if chance < 0.05:
        return bytes(byte if r.random() > 0.01 else r.randint(0, 255) for byte in content)
    return content
