"""The command ``benchmark``: measures every system on the same rows; `core.benchmarks` does the work."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.choices import TestedRows
from core.cli.failures import guarded
from core.cli.printing import echo
from core.errors import ConfigError

if TYPE_CHECKING:
    from core.benchmarks.system_comparison import Plan
    from core.benchmarks.systems import External
    from core.events import Event, Listener


class Benchmark(StrEnum):
    """What can be measured."""

    SYSTEMS = "systems"
    ABLATIONS = "ablations"
    TABLE1 = "table1"
    IMAGES = "images"
    VERDICTS = "verdicts"
    SPEED = "speed"


_ON_CLUSTER = (Benchmark.SYSTEMS, Benchmark.ABLATIONS, Benchmark.VERDICTS)
ExternalFiles = Annotated[
    list[str] | None, typer.Option(help="NAME=FILE: a synthetic file for the problem; needs a single problem.")
]
ExternalSeconds = Annotated[
    list[str] | None, typer.Option(help="NAME=SECONDS: the time that it took to make that file.")
]


def benchmark(
    name: Annotated[
        Benchmark,
        typer.Argument(
            help="systems: presets beside real rows and other generators; ablations: one setting changed at a time; "
            "table1: every system of the paper; "
            "images: a digit classifier whose train images have a colour bias; "
            "verdicts: false alarms on tables without a gap, and power; "
            "speed: how time and memory grow with rows, columns, values and groups, and ratios side by side."
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder of the results; default runs/NAME.")] = None,
    problem: Annotated[
        list[str] | None, typer.Option(help="Problem, e.g. adult-sex, of speed a part, e.g. rows; repeat for several.")
    ] = None,
    preset: Annotated[list[str] | None, typer.Option(help="Preset; repeat for several.")] = None,
    variant: Annotated[list[str] | None, typer.Option(help="Variant by name; default: all.")] = None,
    method: Annotated[list[str] | None, typer.Option(help="table1: method by name; default: all.")] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Generator seeds from 0 on; 5, table1: 2; verdicts: 500 tables.")
    ] = None,
    split: Annotated[
        TestedRows | None,
        typer.Option(
            help="Rows to test on; validation: a quarter of the train rows. Default: test; ablations: validation."
        ),
    ] = None,
    external: ExternalFiles = None,
    external_seconds: ExternalSeconds = None,
    anchor_seeds: Annotated[
        int, typer.Option(min=0, help="Seeds of each other generator that `make anchors` installed.")
    ] = 1,
    processes: Annotated[int, typer.Option(min=1, help="verdicts: processes at once.")] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(help="systems, ablations, verdicts: address of a Ray cluster, e.g. 10.0.0.5:6379, or local."),
    ] = None,
    *,
    external_independent: Annotated[
        bool, typer.Option("--external-independent", help="The files were made without the tested rows.")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="The demo, fast preset, few seeds.")] = False,
    readme: Annotated[bool, typer.Option("--readme", help="Write the tables into docs/benchmarks.")] = False,
) -> None:
    """Measure systems side by side on the same rows; earlier results are reused."""
    with guarded():
        from core.benchmarks.system_comparison import FIGURES, measure, write_tables

        if cluster and name not in _ON_CLUSTER:
            raise ConfigError(f"--cluster goes with: {', '.join(_ON_CLUSTER)}.")
        if name is Benchmark.TABLE1:
            _table1(out, problem, preset, method, seeds, split, quick=quick, readme=readme)
            return
        if name is Benchmark.IMAGES:
            _images(out, problem, seeds, quick=quick, readme=readme)
            return
        if name is Benchmark.VERDICTS:
            _verdicts(out, seeds, processes, cluster, quick=quick, readme=readme)
            return
        if name is Benchmark.SPEED:
            _speed(out, problem, preset, quick=quick, readme=readme)
            return
        options = _plan(name, out, problem, preset, variant, seeds, split, quick=quick)
        files = _files(external, external_seconds, independent=external_independent)
        plan = _with(options, external=files, anchor_seeds=tuple(range(anchor_seeds)), cluster=cluster)
        with _progress() as listener:
            table = measure(plan, listener)
        echo(f"Tables: {write_tables(table, plan, readme=readme)}")
        echo(f"Every figure: {plan.out / FIGURES}")


def _table1(
    out: Path | None,
    problems: list[str] | None,
    presets: list[str] | None,
    methods: list[str] | None,
    seeds: int | None,
    split: TestedRows | None,
    *,
    quick: bool,
    readme: bool,
) -> None:
    """Measure every method of the paper; with ``--quick`` on the demo, and report steps and seconds of each row."""
    from core.benchmarks import table1

    if len(presets or ()) > 1:
        raise ConfigError("table1 takes one preset; give --preset once.")
    options: dict[str, Any] = {"out": out or Path("runs") / "table1", "command": _command()}
    if quick:
        options |= table1.QUICK
    chosen = {"problems": problems, "systems": methods, "seeds": seeds and range(seeds)}
    options |= {key: tuple(value) for key, value in chosen.items() if value}
    options |= {"preset": presets[0]} if presets else {}
    options |= {"split": split} if split else {}
    plan = table1.Plan(**options)
    with _progress() as listener:
        table = table1.measure(plan, listener)
    echo(table1.steps_table(table))
    echo(f"Tables: {table1.write_tables(table, plan, readme=readme)}")
    echo(f"Every figure: {plan.out / 'table1.parquet'}")


def _images(out: Path | None, problems: list[str] | None, seeds: int | None, *, quick: bool, readme: bool) -> None:
    """Measure classifiers trained on biased and on synthetic images; with ``--quick`` on a few coloured digits."""
    from core.benchmarks import image_bias, image_bias_page

    options: dict[str, Any] = {"out": out or Path("runs") / "images", "command": _command()}
    if len(problems or ()) > 1:
        raise ConfigError("images takes one problem; give --problem once.")
    problem = problems[0] if problems else None
    if problem not in {None, *image_bias.PROBLEMS}:
        raise ConfigError(f"images has no problem {problem!r}; it has: {', '.join(image_bias.PROBLEMS)}.")
    options |= image_bias.QUICK if quick else {}
    options |= {"problem": problem} if problem else {}
    options |= {"seeds": tuple(range(seeds))} if seeds else {}
    plan = image_bias.Plan(**options)
    with _progress() as listener:
        table = image_bias.measure(plan, listener)
    echo(f"Tables: {image_bias_page.write_tables(table, plan, readme=readme)}")
    echo(f"Every figure: {plan.out / 'images.parquet'}")


def _verdicts(
    out: Path | None, tables: int | None, processes: int, cluster: str | None, *, quick: bool, readme: bool
) -> None:
    """Count false alarms on clean tables, and the verdicts on known gaps; with ``--quick`` on ten tables."""
    from core.benchmarks import verdict_rates

    options: dict[str, Any] = {"out": out or Path("runs") / "verdicts", "command": _command()}
    options |= {"processes": processes, "cluster": cluster}
    options |= verdict_rates.QUICK if quick else {}
    options |= {"tables": tables} if tables else {}
    plan = verdict_rates.Plan(**options)
    with _progress() as listener:
        found = verdict_rates.measure(plan, listener)
    echo(f"Tables: {verdict_rates.write_tables(found, plan, readme=readme)}")
    echo(f"Every alarm: {verdict_rates.results(plan)}")


def _speed(out: Path | None, parts: list[str] | None, presets: list[str] | None, *, quick: bool, readme: bool) -> None:
    """Measure how time and memory grow, and ratios side by side; with ``--quick`` on small tables."""
    from core.benchmarks import speed, speed_page

    if len(presets or ()) > 1:
        raise ConfigError("speed takes one preset; give --preset once.")
    options: dict[str, Any] = {"out": out or Path("runs") / "speed", "command": _command()}
    options |= speed.QUICK if quick else {}
    options |= {"parts": tuple(parts)} if parts else {}
    options |= {"preset": presets[0]} if presets else {}
    plan = speed.Plan(**options)
    with _progress() as listener:
        table = speed.measure(plan, listener)
    echo(f"Tables: {speed_page.write_tables(table, plan, readme=readme)}")
    echo(f"Every figure: {plan.out / speed.FIGURES}")


def _plan(
    name: Benchmark,
    out: Path | None,
    problems: list[str] | None,
    presets: list[str] | None,
    variants: list[str] | None,
    seeds: int | None,
    split: TestedRows | None,
    *,
    quick: bool,
) -> dict[str, Any]:
    from core.benchmarks.ablations import VARIANTS
    from core.synthesis.settings import PRESETS

    options: dict[str, Any] = {
        "out": out or Path("runs") / name.value,
        "seeds": tuple(range(seeds or (2 if quick else 5))),
    }
    for preset in presets or ():
        if preset not in PRESETS:
            raise ConfigError(f"There is no preset {preset!r}; there are: {', '.join(PRESETS)}.")
    if name is Benchmark.ABLATIONS:
        if len(presets or ()) > 1:
            raise ConfigError("Ablations differ from one preset; give --preset once.")
        base = (presets or ["fast" if quick else "default"])[0]
        options |= {"presets": (), "variants": tuple(variants or VARIANTS), "split": "validation"}
        options |= {"problems": ("adult-sex",), "preset_of_variants": base}
    elif variants:
        raise ConfigError("--variant goes with: evenhand benchmark ablations.")
    elif presets or quick:
        options["presets"] = tuple(presets or ("fast",))
    if problems or quick:
        options["problems"] = tuple(problems or ("demo",))
    if split is not None:
        options["split"] = split
    return options


def _with(options: dict[str, Any], **more: Any) -> Plan:
    from core.benchmarks.system_comparison import Plan

    return Plan(**options, **more, command=_command())


def _command() -> str:
    """Return the typed command without options that only say where results go on this machine."""
    words = sys.argv[1:] if len(sys.argv) > 1 and sys.argv[1] == "benchmark" else ["benchmark"]
    kept = [
        word
        for before, word in zip(["", *words], words, strict=False)
        if "--out" not in (before, word) and not word.startswith("--out=") and word != "--readme"
    ]
    return shlex.join(["evenhand", *kept])


def _files(given: list[str] | None, seconds: list[str] | None, *, independent: bool) -> tuple[External, ...]:
    from core.benchmarks.systems import External

    files = dict(_pair("--external", text, "NAME=FILE.csv") for text in given or ())
    seconds_by_name = dict(_pair("--external-seconds", text, "NAME=120") for text in seconds or ())
    for name in seconds_by_name:
        if name not in files:
            raise ConfigError(f"--external-seconds names {name!r}, but no --external does.")
    return tuple(
        External(name, Path(path).resolve(), _number(name, seconds_by_name.get(name)), independent)
        for name, path in files.items()
    )


def _number(name: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < float("inf"):
        raise ConfigError(f"--external-seconds of {name!r} must be a number of seconds, not {text!r}.")
    return found


def _pair(option: str, text: str, like: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise ConfigError(f"{option} {text!r} is not understood; write it like {like}.")
    return name, value


@contextmanager
def _progress() -> Iterator[Listener]:
    """Show bars on a terminal, elsewhere a line for each measurement."""
    from core.benchmarks.runner import STAGE
    from core.report.output.console import progress

    if sys.stderr.isatty():
        with progress() as listener:
            yield listener
        return

    def on_event(event: Event) -> None:
        if event.stage == STAGE and event.step < event.total:
            left = "" if event.seconds_left is None else f"; about {event.seconds_left / 60:.0f} min left"
            echo(f"{event.step + 1} of {event.total}: {event.message}{left}", err=True)

    yield on_event
