"""A table of decisions, and what the tests of its pages do with it."""

import numpy as np
import pandas as pd

BUTTON = "Audit the decisions"


def table(rows=400, **columns) -> pd.DataFrame:
    """Decisions that select women less often than men, whatever came true."""
    rng = np.random.default_rng(0)
    sex = rng.choice(["f", "m"], rows)
    truth = rng.random(rows) < 0.5
    score = np.clip(0.35 * truth + 0.25 * (sex == "m") + rng.normal(0.2, 0.1, rows), 0, 1).round(3)
    frame = {"sex": sex, "y_true": truth.astype(int), "y_pred": (score > 0.5).astype(int), "score": score}
    return pd.DataFrame(frame | columns)


def csv(**columns) -> bytes:
    return table(**columns).to_csv(index=False).encode()


def held(page):
    return page.segmented_control(key="holds")


def press(page, label=BUTTON):
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
