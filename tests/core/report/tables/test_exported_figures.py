"""The figures of an exported generator stand beside those of its run."""

from core.audit.records import Record
from core.report.tables.exported_figures import exported_figures_table


def test_the_table_has_the_figures_of_the_file_and_of_the_run_for_the_same_outcome() -> None:
    def record(source: str, value: float, positive: str, seed: int | None) -> Record:
        names = {"protocol": "B", "metric": "demographic_parity_ratio", "sensitive": "sex"}
        return Record(source=source, value=value, positive=positive, seed=seed, **names)

    of_run = [record("synthetic", 0.9, "yes", None), record("synthetic", 0.8, "yes", 0)]
    of_run.append(record("synthetic", 0.4, "no", None))
    table = exported_figures_table([record("exported generator", 0.7, "yes", 0)], of_run)
    ((_, _, run, exported),) = table.rows
    assert (run.text, exported.text) == ("0.900", "0.700")
