"""The making stage of a run on images: learn, generate, encode, and what the galleries show."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.audit.records import Record
from core.config import RunConfig
from core.events import Event, Listener
from core.pipeline.compared_methods import draw_name, further_seeds
from core.pipeline.generation_records import distillation_costs
from core.pipeline.image_galleries import COUNTERFACTUAL
from core.pipeline.more_rows import MoreRows, leave
from core.runs.run_folder import RunFolder

if TYPE_CHECKING:
    from core.synthesis.image import ImageSynthesizer, MadeImages

ENCODERS = ("teacher", "student")
MAX_MADE = 10_000
SHOWN = 12


def make_images(folder: RunFolder, config: RunConfig, listener: Listener) -> None:
    """Leave weights, tables with their images, latents, and last the records of the making."""
    from core.synthesis.persistence import fit_images_kept
    from core.synthesis.training import choose_device, thread_count

    device = choose_device(config.device)
    folder.environment.save(str(device), thread_count())
    made = fit_images_kept(folder, config.image_settings(), seed=config.seed, device=device, listener=listener)
    count = config.rows or min(len(made.rows), MAX_MADE)
    holdout, images = folder.artifacts.table("holdout"), folder.artifacts.images("holdout")
    for name in ENCODERS:
        plain = made.sample(count, seed=config.seed, encoder=name, own_groups=True)
        _keep(folder, name, plain)
        folder.artifacts.save_latents(
            name, made.encode(made.rows, made.pixels, name), made.encode(holdout, images, name)
        )
    seeds = [*further_seeds(config), config.seed]
    for done, seed in enumerate(seeds[:-1]):
        listener(Event("generate", done, len(seeds)))
        _keep(folder, draw_name(seed), made.sample(count, seed=seed, proportions=config.proportions))
    started = time.perf_counter()
    synthetic = made.sample(count, seed=config.seed, proportions=config.proportions)
    spent = time.perf_counter() - started
    leave(MoreRows(synthetic.frame, [], synthetic.pixels), folder.schema.read(), folder)
    _keep_counterfactuals(folder, made, config.seed)
    listener(Event("generate", len(seeds), len(seeds)))
    folder.notes.add(_notes(made, len(holdout)))
    folder.generation.save([*distillation_costs(made, count, spent), *_fidelity_of_decoding(made, holdout, images)])


def _keep(folder: RunFolder, name: str, found: MadeImages) -> None:
    folder.artifacts.save_table(name, found.frame)
    folder.artifacts.save_images(name, found.pixels)


def _keep_counterfactuals(folder: RunFolder, made: ImageSynthesizer, seed: int) -> None:
    """A few train images decoded with every group."""
    rng = np.random.default_rng([seed, 7])
    source = np.sort(rng.choice(len(made.rows), min(SHOWN, len(made.rows)), replace=False))
    by_group = made.counterfactuals(source)
    names = made.rows[made.schema.image].iloc[source]
    table = pd.DataFrame([(name, group) for name in names for group in by_group], columns=["row", "group"])
    folder.artifacts.save_table(COUNTERFACTUAL, table)
    folder.artifacts.save_images(
        COUNTERFACTUAL, np.stack(list(by_group.values()), axis=1).reshape(-1, *made.pixels.shape[1:])
    )


def _notes(made: ImageSynthesizer, held: int) -> list[str]:
    target, sensitive = made.schema.target, ", ".join(made.schema.sensitive)
    notes = [
        f"Each synthetic image has the latent and the {target} of a train image, and a {sensitive} that was drawn "
        f"without regard to either: {target} and {sensitive} are independent in the synthetic images, whatever they "
        "are in the real ones. The images of teacher and student keep both.",
        f"The latent of the networks was made independent of {sensitive} "
        + (f"within each {target}." if made.settings.given_target else "over all images."),
    ]
    if held < 200:
        notes.append(f"Only {held} images are held out, so intervals are wide.")
    return notes


def _fidelity_of_decoding(made: ImageSynthesizer, holdout: pd.DataFrame, images: np.ndarray) -> list[Record]:
    """How far hold-out images are from what teacher and student make of them, and those from one another."""
    few = slice(0, MAX_MADE)
    rows, real = holdout.iloc[few], np.asarray(images[few])
    decoded = {name: made.reconstruct(rows, real, name) for name in ENCODERS}
    note = "Mean absolute difference of colours, 0 to 1, of hold-out images"
    pairs = [
        ("teacher", "decoded_error", real, decoded["teacher"], f"{note} and what they decode to."),
        ("student", "decoded_error", real, decoded["student"], f"{note} and what they decode to."),
        ("student", "decoded_difference", decoded["teacher"], decoded["student"], f"{note} by teacher and student."),
    ]
    return [
        Record(
            source=source,
            protocol="distillation",
            metric=metric,
            split="holdout",
            value=float(np.abs(one.astype(np.int16) - other).mean() / 255.0),
            n=len(rows),
            note=text,
        )
        for source, metric, one, other, text in pairs
    ]
