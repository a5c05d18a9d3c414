"""What a privacy guarantee means, in sentences for people."""

from __future__ import annotations

import math

from core.synthesis.private_rows.accounting import PrivacyAccount


def guarantee(account: PrivacyAccount) -> str:
    """Say what is guaranteed for one train row.

    The bound on an attack: of neighbours, with equal chances before, the attacker's chance of being right is at most
    ``(e^epsilon + delta) / (1 + e^epsilon)`` (Kairouz, Oh and Viswanath 2015).
    """
    grown = math.exp(account.epsilon)
    right = (grown + account.delta) / (1 + grown)
    return (
        f"Privacy guarantee: epsilon {account.epsilon:.2f}, delta {account.delta:.1e} (differential privacy for one "
        "train row). Everything was learned from private rows, so the synthetic rows, the weights and an exported "
        "generator keep it. Somebody who knows all other train rows and wonders, with even chances, whether a given "
        f"row is among them is right in at most {right:.1%} of the cases. The figures of the audit are not covered."
    )


def limits() -> list[tuple[str, str]]:
    """Return what the guarantee does not cover: a title, and why it matters."""
    return [
        (
            "Privacy of the figures",
            "The audit compares with real rows, so the guarantee does not cover its figures, this report, or hashes "
            "and latents of real rows. Handing on figures of small groups may reveal something of people.",
        ),
        (
            "People with several rows",
            "The guarantee is for one row. A person with several rows has a weaker one, as many times epsilon.",
        ),
        (
            "Facts that count as public",
            "Names, kinds and roles of the columns, how the file writes numbers, the rounded highest number of "
            "identifiers, cut points, even those that were chosen from the rows, the positive outcome and the number "
            "of train rows are not protected.",
        ),
        (
            "Which rows are held out",
            "The guarantee is for the train rows. They are drawn from all rows at once, so one row more or fewer in "
            "the file also changes which of the others are train rows.",
        ),
        (
            "Several runs on the same rows",
            "Each run spends its own epsilon. What two runs reveal together is bounded by the sum.",
        ),
        (
            "Rounding of the noise",
            "Noise comes from the operating system's cryptographic generator, and in numbers of limited precision. "
            "Attacks on that rounding are known in theory; nothing here defends training against them.",
        ),
    ]
