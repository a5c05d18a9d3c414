"""The figures of other methods that were run on the same rows as a run, to stand beside its own."""

from __future__ import annotations

from core.app import run_results, subject
from core.audit.record_set import RecordSet
from core.pipeline.method_runs import in_catalog_order, newest_per_method, read_method_run, runs_on_same_rows
from core.report.tables import methods
from core.runs.run_folder import RunFolder
from core.runs.state import Status


def records(folder: RunFolder, positive: str | None) -> RecordSet:
    """Return figures under A and B of what the newest finished run of each other method made, its name as source.

    Args:
        folder: The run that they stand beside.
        positive: The outcome that its figures count as positive.
    """
    hashes = folder.manifest.read().get("sha256")
    if not hashes:
        return RecordSet()
    same = runs_on_same_rows(subject.runs().values(), hashes, folder.schema.read())
    done = [one for one in same if one.path != folder.path and one.job.state().status is Status.DONE]
    runs = [read_method_run(one, run_results.records(one)) for one in in_catalog_order(newest_per_method(done))]
    return RecordSet(
        record.model_copy(update={"source": label})
        for label, run in zip(methods.labels(runs), runs, strict=True)
        for record in RecordSet(run.records).shown.of_outcome(positive).where(protocol=("A", "B"), source=run.product)
    )
