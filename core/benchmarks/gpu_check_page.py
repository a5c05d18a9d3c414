"""The results of `core.benchmarks.gpu_check` as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from core.benchmarks.device_agreement import TOLERANCE
from core.benchmarks.markdown_page import grid, machine

if TYPE_CHECKING:
    from core.benchmarks.gpu_check import Part

UNKNOWN = "unknown"


def page(parts: Sequence[Part], device: torch.device, seconds: float) -> str:
    """Return everything that was measured.

    Args:
        parts: What was measured of each workload.
        device: The device that was compared with the CPU.
        seconds: How long it took.
    """
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)
    problems = [f"- {part.name}: {problem}" for part in parts for problem in part.problems]
    return "\n\n".join(
        [
            f"# {name} beside the CPU",
            f"{machine()} The check took {seconds:.0f} seconds.",
            "\n".join(["**Failed:**", "", *problems]) if problems else "**Everything agrees.**",
            f"One training step, relative differences; at most {TOLERANCE:g}:",
            grid(["", "network", "loss", "gradient"], _agreements(parts)),
            "Updates of the parameters a second:",
            grid(["", "network", name, "CPU", "ratio"], _updates(parts)),
            "Seconds, means over the seeds:",
            grid(["", "stage", name, "CPU", "ratio"], _seconds(parts)),
            "Headline figures, one for each seed:",
            grid(["", "figure", name, "CPU"], _headlines(parts)),
            "The GPU while it trains, samples and audits:",
            grid(["", "mean utilisation", "peak memory"], [_usage(part) for part in parts]),
        ]
    )


def _agreements(parts: Sequence[Part]) -> list[list[str]]:
    return [
        [part.name, one.network, f"{one.loss:.1e}", f"{one.gradient:.1e}"] for part in parts for one in part.agreements
    ]


def _updates(parts: Sequence[Part]) -> list[list[str]]:
    lines = []
    for part in parts:
        cpu = part.updates_per_second.get("cpu", {})
        for network, rate in part.updates_per_second.get("device", {}).items():
            lines.append([part.name, network, f"{rate:.1f}", f"{cpu[network]:.1f}", f"{rate / cpu[network]:.1f} times"])
    return lines


def _seconds(parts: Sequence[Part]) -> list[list[str]]:
    lines = []
    for part in parts:
        cpu = part.seconds.get("cpu", {})
        for stage, there in part.seconds.get("device", {}).items():
            here = cpu.get(stage)
            beside = ["–", "–"] if here is None else [f"{here:.1f}", f"{here / there:.1f} times"]
            lines.append([part.name, stage, f"{there:.1f}", *beside])
    return lines


def _headlines(parts: Sequence[Part]) -> list[list[str]]:
    lines = []
    for part in parts:
        cpu = part.headlines.get("cpu", {})
        for figure, there in part.headlines.get("device", {}).items():
            lines.append([part.name, figure, _listed(there), _listed(cpu.get(figure, []))])
    return lines


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in values) or "–"


def _usage(part: Part) -> list[str]:
    busy = UNKNOWN if part.utilisation is None else f"{part.utilisation:.0f} %"
    peak = UNKNOWN if part.peak_bytes is None else f"{part.peak_bytes / 2**30:.2f} GiB"
    return [part.name, busy, peak]
