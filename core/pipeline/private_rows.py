"""The stage of a run with a privacy guarantee: private rows are made, and all later stages learn from them alone."""

from __future__ import annotations

import pandas as pd

from core.config import RunConfig, run_config
from core.data.schema import Schema
from core.events import Listener
from core.runs.artifacts import PRIVATE
from core.runs.run_folder import RunFolder
from core.synthesis.private_rows.accounting import PrivacyAccount, check_installed
from core.synthesis.settings import PrivacySettings, SynthesisSettings


def learned_rows(folder: RunFolder) -> pd.DataFrame:
    """Return the rows that the method of a run learns from: the train rows, or private rows in their place."""
    return folder.artifacts.table(PRIVATE if folder.artifacts.has_table(PRIVATE) else "train")


def private_account(folder: RunFolder) -> PrivacyAccount | None:
    """Return what a run guarantees for one train row; ``None`` if it guarantees nothing."""
    stored = folder.manifest.read().get("privacy")
    return None if stored is None else PrivacyAccount.model_validate(stored)


def privacy_settings(config: RunConfig, schema: Schema) -> PrivacySettings | None:
    """Return the settings of a run's guarantee; ``None`` if it has none."""
    settings = config.settings_for(schema)
    return settings.privacy if isinstance(settings, SynthesisSettings) else None


def check_private(config: RunConfig, schema: Schema) -> None:
    """Raise a `ConfigError` if the run wants a guarantee and the library for it is missing. This imports no torch."""
    if privacy_settings(config, schema) is not None:
        check_installed()


def make_private_rows(folder: RunFolder, listener: Listener) -> None:
    """Make the private rows of a run that wants a guarantee, once. A finished stage is never repeated.

    Noise is not drawn twice: two versions of the rows together would reveal more than the guarantee allows.
    """
    config, schema = run_config(**folder.config.read()), folder.schema.read()
    settings = privacy_settings(config, schema)
    if settings is None or folder.artifacts.has_table(PRIVATE):
        return
    from core.synthesis.private_rows.source import private_rows  # torch takes seconds to import
    from core.synthesis.private_rows.wording import guarantee, limits

    made = private_rows(folder.artifacts.table("train"), schema, settings, seed=config.seed, listener=listener)
    folder.notes.add([guarantee(made.account), *made.notes])
    manifest = folder.manifest.read()
    known = [list(limit) for limit in limits()]
    folder.manifest.save(
        {**manifest, "privacy": made.account.model_dump(mode="json"), "limits": [*manifest.get("limits", []), *known]}
    )
    folder.artifacts.save_table(PRIVATE, made.frame)
