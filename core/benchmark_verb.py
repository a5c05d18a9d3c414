"""The verb that measures every system on the same rows. `core.cli` lists it; `benchmarks` does the work."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import ConfigError
from core.shell import guarded


class Benchmark(StrEnum):
    """What can be measured."""

    FRONTIER = "frontier"
    VARIANTS = "variants"


def benchmark(
    name: Annotated[Benchmark, typer.Argument(help="frontier: presets, comparators; variants: what each part buys.")],
    out: Annotated[Path | None, typer.Option(help="Folder of what is measured; runs/NAME if left out.")] = None,
    problem: Annotated[list[str] | None, typer.Option(help="Problem, e.g. adult-sex; repeat for several.")] = None,
    preset: Annotated[list[str] | None, typer.Option(help="Preset; repeat for several.")] = None,
    variant: Annotated[list[str] | None, typer.Option(help="Variant by name; all if left out.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Generator seeds, from 0 on.")] = 5,
    external: Annotated[list[str] | None, typer.Option(help="NAME=FILE: a synthetic file of the one problem.")] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="The demo, fast preset, 2 seeds.")] = False,
    readme: Annotated[bool, typer.Option("--readme", help="Write the tables into benchmarks/README.md.")] = False,
) -> None:
    """Measure systems side by side on the same rows; what was measured before is not measured again."""
    with guarded():
        from benchmarks.frontier import measure, write_tables
        from core.report.console import progress

        asked = _plan(name, out, problem, preset, variant, seeds, external, quick=quick)
        with progress() as listener:
            table = measure(asked, listener)
        typer.echo(f"Tables: {write_tables(table, asked, readme=readme)}")
        typer.echo(f"Every figure: {asked.out / 'frontier.parquet'}")


def _plan(
    name: Benchmark,
    out: Path | None,
    problems: list[str] | None,
    presets: list[str] | None,
    variants: list[str] | None,
    seeds: int,
    external: list[str] | None,
    *,
    quick: bool,
) -> Any:
    from benchmarks.frontier import Plan
    from benchmarks.variants import VARIANTS

    asked: dict[str, Any] = {"out": out or Path("runs") / name.value, "seeds": tuple(range(2 if quick else seeds))}
    if name is Benchmark.VARIANTS:
        asked |= {"presets": (), "variants": tuple(variants or VARIANTS), "split": "validation"}
        asked |= {"problems": ("adult-sex",), "preset_of_variants": "fast" if quick else "default"}
    elif variants:
        raise ConfigError("--variant goes with: evenhand benchmark variants.")
    elif presets or quick:
        asked["presets"] = tuple(presets or ("fast",))
    if problems or quick:
        asked["problems"] = tuple(problems or ("demo",))
    return Plan(**asked, external=dict(_named(text) for text in external or ()))


def _named(text: str) -> tuple[str, Path]:
    name, sign, path = text.partition("=")
    if not (name and sign and path):
        raise ConfigError(f"--external {text!r} is not understood; write it like NAME=FILE.csv.")
    return name, Path(path).resolve()
