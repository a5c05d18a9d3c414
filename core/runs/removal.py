"""Removal of a run with everything derived from it: rows, networks, figures, report, and later generations.

A run disappears at once, by a rename to a hidden name; its files are removed after that. A kill in between leaves a
hidden folder, which nobody can open as a run and which :func:`remove_leftovers` removes.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import RunError
from core.runs import access_log
from core.runs.locks import check_free, locked
from core.runs.run_folder import DELETED, JobFolder, RunFolder

_NAMED: Final = 3  # files of others that a confirmation names


@dataclass(frozen=True)
class RunContents:
    """What goes with a run.

    Args:
        has_real_rows: Whether it holds real rows, their images or their latents.
        has_synthetic_rows: Whether it holds synthetic rows.
        has_report: Whether it holds a report.
        generations: Number of later generations.
        others: Paths in the folder of files that no run writes, sorted.
        files: Number of all files.
        size: Of all files, in bytes.
    """

    has_real_rows: bool
    has_synthetic_rows: bool
    has_report: bool
    generations: int
    others: tuple[str, ...]
    files: int
    size: int

    @property
    def sentence(self) -> str:
        """What goes, in words."""
        parts = ["settings and figures"]
        parts += ["the real rows and what was learned from them"] if self.has_real_rows else []
        parts += ["the synthetic rows"] if self.has_synthetic_rows else []
        parts += ["the report"] if self.has_report else []
        parts += [_counted(self.generations, "later generation")] if self.generations else []
        if self.others:
            more = "" if len(self.others) <= _NAMED else " …"
            parts.append(f"{_counted(len(self.others), 'other file')} ({', '.join(self.others[:_NAMED])}{more})")
        listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
        return f"{listed[0].upper()}{listed[1:]}: {_counted(self.files, 'file')}, {_megabytes(self.size)}."


def contents(folder: RunFolder) -> RunContents:
    """Return what :func:`delete` would remove."""
    paths = [path for path in folder.path.rglob("*") if path.is_file() or path.is_symlink()]
    names = sorted(path.relative_to(folder.path).as_posix() for path in paths)
    return RunContents(
        has_real_rows=folder.artifacts.has_real_rows(),
        has_synthetic_rows=folder.synthetic.exists(),
        has_report=folder.report_html.exists(),
        generations=len(folder.generations()),
        others=tuple(name for name in names if not folder.owns(name)),
        files=len(paths),
        size=sum(path.lstat().st_size for path in paths),
    )


def jobs_of(folder: RunFolder) -> list[JobFolder]:
    """Return the jobs that a deletion would remove: the run and its later generations."""
    return [folder, *folder.generations()]


def delete(path: Path) -> None:
    """Remove a run and everything derived from it.

    Raises:
        RunError: There is no run, it or one of its generations is queued or running, or some files cannot be removed.
            Only in the last case is the run gone.
        OSError: The folder cannot be renamed, or the log not written; the run is then unchanged.
    """
    if path.is_symlink():
        raise RunError(f"{path} is a link to a run. Delete the run in {path.resolve()}, or remove the link.")
    folder = RunFolder.open(path.absolute())
    with locked(folder):
        for job in jobs_of(folder):
            check_free(job)
        access_log.record(access_log.DELETED, folder.path)
        hidden = folder.path.with_name(f"{DELETED}{folder.path.name}-{secrets.token_hex(4)}")
        folder.path.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)
    if hidden.exists():
        raise RunError(
            f"The run is deleted, but some of its files could not be removed. Remove {hidden} yourself, or start "
            "Evenhand again as its owner."
        )


def remove_leftovers(parent: Path) -> None:
    """Remove what deletions that were killed have left beside the runs; what cannot be removed stays."""
    if parent.is_dir():
        for path in parent.glob(f"{DELETED}*"):
            shutil.rmtree(path, ignore_errors=True)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _megabytes(size: int) -> str:
    """Return a size as text.

    >>> _megabytes(250), _megabytes(2_345_678)
    ('under 0.1 MB', '2.3 MB')
    """
    return "under 0.1 MB" if size < 50_000 else f"{size / 1e6:,.1f} MB"
