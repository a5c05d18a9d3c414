"""The words for every source, protocol and status, and their order. Those for metrics: `core.audit.metrics.catalog`."""

from __future__ import annotations

# Order in tables and charts. A source that is not named here is a file from elsewhere.
SOURCES: dict[str, str] = {
    "original": "The real train rows as they are.",
    "constant": "Always the more frequent outcome: what any useful classifier must beat.",
    "teacher": "Rows decoded from the teacher's latents, before outcomes (of images: groups) were made fair.",
    "student": "Rows decoded from the student's latents, before outcomes (of images: groups) were made fair.",
    "synthetic": "The product. Evenhand's own: rows from the student, outcomes through the fair label channel; of "
    "images: groups drawn without regard to outcomes.",
    "decisions": "Not rows: what a classifier decides that the method made of the real train rows.",
    "representation": "Not rows: numbers that the method maps real rows to; classifiers learn from these.",
}

PROTOCOLS: dict[str, str] = {
    "data": "the rows themselves",
    "A": "trained on the source's rows with the sensitive attribute as a feature, tested on real held-out rows",
    "B": "as A, but the sensitive attribute is withheld from the classifier",
    "C": "trained on latents of train rows, tested on latents of held-out rows",
    "D": "trained and tested on the source's own rows; diagnostic only, no evidence about real rows",
    "change": "after minus before: the figure under A of the source less that of the original, on the same rows",
    "change B": "the same under B",
    "generators": "figures under A of several draws of the generator; the seed is the generator's",
    "generators B": "the same under B",
    "repair_level_search": "as A, on rows made with several repair levels of the label channel, tested on validation rows",
    "repair_level_search B": "the same under B",
    "fidelity": "how alike the rows are to real ones",
    "privacy": "whether rows betray the people they were learned from",
    "independence": "whether the sensitive attribute can be read from the latents or rows",
    "distillation": "whether the student keeps what the teacher had: what latents tell, and what they decode to",
    "explanation": "which columns a classifier trained on the source's rows, as in A, decides by",
    "overlay": "the clouds of a picture, compared before they were projected",
    "local_law_144": "counts of a bias audit of what a hiring tool selected or scored, over all real rows",
    "generation": "what making the rows changed and cost",
}

STATUSES: dict[str, str] = {
    "undefined": "The figure does not exist here, e.g. 0/0; the note says why.",
    "small_n": "Fewer rows than the minimum; shown, but it takes no part in a minimum or maximum.",
    "degenerate": "The predictions are not measurably better than a constant (at the lower bounds of their intervals), "
    "so neither parity nor a gap means anything.",
}


def protocol_title(protocol: str) -> str:
    """A protocol's name as a heading.

    >>> protocol_title("change B")
    'Change B'
    """
    return f"{protocol[:1].upper()}{protocol[1:]}"


def source_rank(source: str) -> tuple[int, str]:
    """Sorts sources as `SOURCES` does, those from elsewhere last."""
    return (list(SOURCES).index(source) if source in SOURCES else len(SOURCES), source)


def protocol_rank(protocol: str) -> tuple[int, str]:
    """Sorts protocols as `PROTOCOLS` does, unknown ones last."""
    return (list(PROTOCOLS).index(protocol) if protocol in PROTOCOLS else len(PROTOCOLS), protocol)


def split_rank(split: str) -> tuple[bool, str]:
    """Sorts the rows that were learned from before those held out."""
    return (split != "train", split)
