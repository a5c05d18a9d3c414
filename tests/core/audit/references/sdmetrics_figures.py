"""Run by the interpreter of `make reference`: SDMetrics' figures of two CSV files as JSON on stdout.

Arguments: the real file, the other file, and the kind of each column as JSON.
"""

import json
import sys

import pandas as pd


def main(real: str, other: str, kinds: str) -> None:
    from sdmetrics.reports.single_table._properties import ColumnPairTrends, ColumnShapes  # not in pytest's environment

    columns = json.loads(kinds)
    frames = []
    for path in (real, other):
        frame = pd.read_csv(path)
        for name, column in columns.items():
            if column["sdtype"] == "datetime":
                frame[name] = pd.to_datetime(frame[name])
        frames.append(frame)
    shapes, pairs = ColumnShapes(), ColumnPairTrends()
    for part in (shapes, pairs):
        part.get_score(*frames, {"columns": columns})
    heads = ("Column 1", "Column 2", "Score")
    found = {
        "shapes": dict(zip(shapes.details["Column"], shapes.details["Score"], strict=True)),
        "pairs": list(zip(*(pairs.details[head] for head in heads), strict=True)),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
