"""Runs as they are kept on disk, without the time that making one takes."""

from pathlib import Path

from core.config import run_config
from core.findings.headline import headline
from core.pipeline.results import read_conclusions, write_report
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder
from core.runs.state import State, Status
from tests.core.report.samples import SCHEMA, sample_records

ROWS = {"train": "a" * 64, "holdout": "b" * 64}


START = "2026-01-01T10:00:00+00:00"


def keep(path: Path, *, rows=None, status=Status.DONE, started=START, facts=(), reported=False, **settings):
    """A finished run with the records of `samples` and their headline.

    Args:
        path: The folder.
        rows: Hashes of its rows.
        status: How it ended.
        started: When it began; it ended then too.
        facts: Further facts of the manifest.
        reported: Whether its report is written, which takes a second; else a page stands in for it.
        **settings: Of its configuration.
    """
    folder, config = RunFolder.create(path), run_config(preset="fast", **settings)
    folder.schema.save(SCHEMA)
    folder.environment.save("cpu")
    columns = [{"name": one.name, "kind": one.kind.value, "role": one.role.value} for one in SCHEMA.columns]
    manifest = {"name": "people", "columns": columns, "favorable_outcome": ">50K", "sha256": rows or ROWS}
    manifest |= {"rows": {"train": 80, "holdout": 20}, "method": config.method_info(SCHEMA).title}
    manifest |= {"settings": config.settings_for(SCHEMA).model_dump(mode="json"), **dict(facts)}
    folder.manifest.save(manifest)
    folder.notes.save([])
    folder.config.save(config)
    folder.generation.save([])
    folder.metrics.save(sample_records())
    folder.checksums.record()
    if reported:
        write_report(path)
    else:
        folder.headline.save(headline(read_conclusions(path)))
        folder.report_html.save("<p>A report.</p>")
    folder.job.save_state(State(status=status, started=started, finished=started))
    return folder


def generate_later(folder: RunFolder) -> GenerationFolder:
    """A later generation that is done."""
    later = GenerationFolder.create(folder.path, {"rows": 3})
    later.synthetic_csv.path.write_text("sex,income\nFemale,>50K\n")
    later.job.update_state(status=Status.DONE)
    return later
