"""How often a report on clean tables calls a gap: one line a table, saved as soon as it is known."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypedDict

from core.benchmarks.clean_tables import ROWS, clean_conclusions
from core.benchmarks.experiments import code_hash
from core.benchmarks.runner import STAGE
from core.cluster import completed
from core.events import Event, Listener
from core.findings.finding import Finding, Topic, VerdictKind
from core.findings.worse import likely_harms, shown_harms
from core.runs.files import write_text

CODE = ("core/findings/**/*.py", "core/downstream_classifiers/*.py", "core/benchmarks/clean_tables.py")
PRIMARY, CHECKS, OTHERS = PARTS = ("primary question", "checks of the file", "all other tests")
"""The questions that share an error rate."""


class Alarm(TypedDict):
    """A false "gap found".

    ``family``: of the finding. ``part``: one of `PARTS`. ``told``: whether the summary has it. ``figure``: its address.
    """

    family: str
    part: str
    told: bool
    figure: str


class Outcome(TypedDict):
    """What one audit concluded.

    ``announced``: the error rate that the report announces. ``tests``: its tests. ``shown`` and ``likely``: the harms
    that its first screen tells as proven and as likely.
    """

    announced: float
    tests: int
    alarms: list[Alarm]
    shown: int
    likely: int


class CleanTable(TypedDict):
    """A clean table by number, its outcome by variant, and the seconds that it took."""

    table: int
    seconds: float
    outcomes: dict[str, Outcome]


def path(out: Path, rows: int = ROWS) -> Path:
    """Return the file of the results; its name has a hash of the code that they depend on."""
    return out / f"false-alarms-{rows}-{code_hash(synthesizes=False, extra_files=CODE)}.jsonl"


def saved(file: Path) -> dict[int, CleanTable]:
    """Return the tables of a file by number; a last line that was cut off is left out."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    found: list[CleanTable] = [json.loads(line) for line in lines if line.endswith("\n")]
    return {one["table"]: one for one in found}


def measure(
    tables: int,
    out: Path,
    listener: Listener,
    *,
    processes: int = 1,
    rows: int = ROWS,
    cluster: str | None = None,
) -> list[CleanTable]:
    """Audit the tables that are not saved yet, and return all.

    Args:
        tables: Number of tables; their seeds are 0 onwards.
        out: Folder of the results.
        listener: Receives an event of the stage ``benchmark`` before the first table and after each.
        processes: Processes that audit, each in one thread.
        rows: Rows of a table.
        cluster: Address of a Ray cluster that audits in place of the processes; see `core.cluster`.
    """
    file = path(out, rows)
    known = saved(file)
    pending = [seed for seed in range(tables) if seed not in known]
    write_text(file, "".join(f"{json.dumps(one)}\n" for one in known.values()))  # without a line that was cut off
    started = time.monotonic()
    listener(Event(STAGE, tables - len(pending), tables, message="clean tables"))
    with file.open("a", encoding="utf-8") as lines:
        for done, one in enumerate(_audited(pending, rows, processes, cluster), 1):
            lines.write(f"{json.dumps(one)}\n")
            lines.flush()
            known[one["table"]] = one
            left = (time.monotonic() - started) / done * (len(pending) - done)
            number = tables - len(pending) + done
            message = f"clean tables, {one['seconds']:.1f} s each"
            listener(Event(STAGE, number, tables, seconds_left=left, message=message))
    return [known[seed] for seed in range(tables)]


def _audited(seeds: list[int], rows: int, processes: int, cluster: str | None) -> Iterator[CleanTable]:
    if cluster is not None:
        with closing(completed([partial(audited, seed, rows) for seed in seeds], cluster)) as done:
            yield from (found() for _, found in done)
        return
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _one_thread)
    try:
        for future in as_completed([pool.submit(audited, seed, rows) for seed in seeds]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupted run does not wait for tables that have not begun


def _one_thread() -> None:
    """Keep the libraries of this process to one thread: the processes share the cores."""
    import torch
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    torch.set_num_threads(1)
    threadpool_limits(1)


def audited(seed: int, rows: int = ROWS) -> CleanTable:
    """Audit one clean table."""
    started = time.monotonic()
    outcomes: dict[str, Outcome] = {
        variant: {
            "announced": conclusions.announced_rate,
            "tests": conclusions.tests(on_file=False) + conclusions.tests(on_file=True),
            "alarms": [_alarm(one) for one in conclusions.findings if _is_alarm(one)],
            "shown": len(shown_harms(conclusions)),
            "likely": len(likely_harms(conclusions)),
        }
        for variant, conclusions in clean_conclusions(seed, rows).items()
    }
    return {"table": seed, "seconds": round(time.monotonic() - started, 2), "outcomes": outcomes}


def _is_alarm(finding: Finding) -> bool:
    return finding.verdict is VerdictKind.GAP and not finding.withheld


def _alarm(finding: Finding) -> Alarm:
    claim, figure = finding.claim, finding.claim.figure
    part = PRIMARY if claim.primary else CHECKS if claim.topic is Topic.FILE else OTHERS
    address = [figure.source, figure.protocol, figure.metric, figure.sensitive, figure.group, figure.split]
    return {
        "family": claim.family,
        "part": part,
        "told": bool(finding.sentence),
        "figure": " ".join(part for part in address if part),
    }
