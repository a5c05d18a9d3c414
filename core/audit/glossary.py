"""The description and the order of sources, protocols and statuses. Metrics: `core.audit.metrics.catalog`."""

from __future__ import annotations

# In the order of tables and charts. A source that is not listed here is an external table.
SOURCES: dict[str, str] = {
    "original": "The real train rows as they are.",
    "constant": "Always the more frequent outcome: what any useful classifier must beat.",
    "teacher": "Rows decoded from the teacher's latents, before label repair (images: before groups are redrawn).",
    "student": "Rows decoded from the student's latents, before label repair (images: before groups are redrawn).",
    "synthetic": "The synthetic rows. Evenhand's own method decodes them from the student's latents and repairs their "
    "outcomes; for images it draws groups independently of outcomes.",
    "decisions": "Not rows: the decisions of a classifier that the method trained on the real train rows.",
    "representation": "Not rows: the numbers to which the method maps real rows; classifiers learn from these.",
}

PROTOCOLS: dict[str, str] = {
    "data": "the data, without a classifier",
    "A": "trained on the source's rows with the sensitive attribute as a feature, tested on real hold-out rows",
    "B": "as A, but the classifier does not see the sensitive attribute",
    "C": "trained on latents of train rows, tested on latents of hold-out rows",
    "D": "trained and tested on the source's own rows; diagnostic only, no evidence about real rows",
    "change": "after minus before: the source's figure under A minus that of the original, on the same rows",
    "change B": "the same under B",
    "generators": "figures under A of several draws of the generator; the seed is the generator's",
    "generators B": "the same under B",
    "repair_level_search": "as A, for rows generated at several repair levels, tested on validation rows",
    "repair_level_search B": "the same under B",
    "fidelity": "how similar the rows are to real ones",
    "privacy": "whether rows reveal the people they were learned from",
    "file": "whether something about the file itself makes its other figures worthless",
    "independence": "whether latents or rows reveal the sensitive attribute",
    "distillation": "whether the student keeps what the teacher had: what its latents reveal, and what they decode to",
    "explanation": "feature importance of a classifier trained on the source's rows, as in A",
    "overlay": "the points of a projection, compared before they were projected",
    "local_law_144": "counts of a bias audit: what a hiring tool selected or scored, over all real rows",
    "generation": "what generating the rows changed and cost",
}

STATUSES: dict[str, str] = {
    "undefined": "The figure does not exist here, e.g. 0/0; the note says why.",
    "small_n": "The group has fewer rows than the minimum. It is shown, but left out of minima and maxima.",
    "degenerate": "The predictions are not measurably better than a constant (at the lower bounds of their intervals), "
    "so neither parity nor a gap means anything.",
}


def source_rank(source: str) -> tuple[int, str]:
    """Return the key that sorts sources as `SOURCES` does, those from elsewhere last."""
    return (list(SOURCES).index(source) if source in SOURCES else len(SOURCES), source)


def protocol_rank(protocol: str) -> tuple[int, str]:
    """Return the key that sorts protocols as `PROTOCOLS` does, unknown ones last."""
    return (list(PROTOCOLS).index(protocol) if protocol in PROTOCOLS else len(PROTOCOLS), protocol)


def split_rank(split: str) -> tuple[bool, str]:
    """Return the key that sorts the rows that were learned from before those held out."""
    return (split != "train", split)
