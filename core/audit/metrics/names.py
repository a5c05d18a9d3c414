"""Names of the declared metrics that code refers to by itself. It imports nothing, so every layer can have them."""

from __future__ import annotations

from typing import Final

ACCURACY: Final = "accuracy"
BALANCED_ACCURACY: Final = "balanced_accuracy"
PARITY_RATIO: Final = "demographic_parity_ratio"
PARITY_DIFFERENCE: Final = "demographic_parity_difference"
# 10th percentile and mean of the parity ratio if all groups had the same rate.
CHANCE_LIMIT: Final = "demographic_parity_ratio_null_p10"
CHANCE_MEAN: Final = "demographic_parity_ratio_null_mean"
SELECTION_SHORTFALL: Final = "selection_shortfall"
MATCHING_THRESHOLD: Final = "matching_threshold"
MATCHED_RATIO: Final = "matched_parity_ratio"
ODDS_DIFFERENCE: Final = "equalized_odds_difference"
DETECTABLE: Final = "detectable_gap"
DETECTABLE_ERROR_RATE: Final = "detectable_error_rate_gap"
OPPORTUNITY_DIFFERENCE: Final = "equal_opportunity_difference"
ODDS_RATIO: Final = "equalized_odds_ratio"
