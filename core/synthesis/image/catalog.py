"""The synthesizers of images; see `core.synthesis.methods.catalog`. This module does not import torch."""

from __future__ import annotations

from core.location import PACKAGE
from core.synthesis import run_fields
from core.synthesis.base import ENCODERS
from core.synthesis.image.settings import IMAGE_PRESETS
from core.synthesis.methods.method_info import EVENHAND, MethodInfo

METHODS: dict[str, MethodInfo] = {
    EVENHAND: MethodInfo(
        "Evenhand",
        "rows",
        "Teacher and student learn images without what is sensitive; groups are drawn independently of the outcome.",
        "Evenhand, after Sikder et al.",
        (f"{PACKAGE}.synthesis.image.synthesizer", "ImageSynthesizer"),
        IMAGE_PRESETS,
        stages=ENCODERS,
        takes=run_fields.SHARED,
        in_words="Fair images",
        use="The one to begin with: groups are drawn independently of the outcome.",
    ),
}
