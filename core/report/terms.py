"""What every figure is called and what it says; read through `core.report.glossary`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """How a metric is called and explained.

    Args:
        label: Short name for a table's head.
        sentence: What it says, for someone who never trained a model.
        limit: What it does not prove.
        ideal: The value that would be best, in words; empty if there is none.
    """

    label: str
    sentence: str
    limit: str = ""
    ideal: str = ""


METRICS: dict[str, Term] = {
    "base_rate": Term(
        "base rate",
        "Share of rows with the positive outcome in the data itself.",
        "A gap between groups can come from history, from how rows were collected, or from real differences.",
    ),
    "selection_rate": Term(
        "selection rate",
        "Share of rows that the classifier predicts positive.",
        "Equal rates do not say that the right people are selected.",
    ),
    "impact_ratio": Term(
        "impact ratio",
        "A category's selection rate over the highest rate of any category that takes part.",
        "Under four fifths is a rule of thumb of US employment law, no finding of discrimination.",
        "1",
    ),
    "impact_ratio_p": Term(
        "Fisher's p",
        "Fisher's exact test of the category against the one with the highest rate, two-sided: the chance of a gap at "
        "least this unlikely, were the rates equal. Means over classifiers are rounded to whole selections.",
        "A high p is no proof of equal rates.",
    ),
    "impact_ratio_moved": Term(
        "impact ratio, one moved",
        "The impact ratio, had one more of the category been selected instead of one of the category with the highest "
        "rate.",
        "If that lifts it to four fifths, one person decides the flag.",
    ),
    "category_share": Term("share of rows", "Share of the rows that are of the category."),
    "unknown_share": Term("category unknown", "Share of the rows whose category is not known.", "", "0"),
    "impact_ratio_unknown_worst": Term(
        "least impact ratio, worst case",
        "The least impact ratio, if the rows of unknown category are those that widen the gap most.",
    ),
    "impact_ratio_unknown_best": Term(
        "least impact ratio, best case",
        "What the least impact ratio cannot exceed, whatever the categories of the rows of unknown category.",
        "A bound: whole rows may not quite reach it.",
    ),
    "selection_rate_shrunk": Term(
        "selection rate, shrunk",
        "The selection rate drawn towards those of the other groups, the more the fewer rows the group has.",
        "It assumes that no group stands apart from the others for a reason of its own.",
    ),
    "base_rate_shrunk": Term(
        "base rate, shrunk",
        "The base rate drawn towards those of the other groups, the more the fewer rows the group has.",
        "It assumes that no group stands apart from the others for a reason of its own.",
    ),
    "n_to_decide": Term(
        "n to decide",
        "Rows that the group would need for a two-sided test at 5 % to tell its impact ratio from four fifths in 80 of "
        "100 samples, were the observed rates the true ones.",
        "Observed rates of small groups are often far from the true ones.",
    ),
    "scoring_rate": Term("scoring rate", "Share of a category that scores above the median score of all rows."),
    "applicants": Term("applicants", "People of a category whose outcome is recorded."),
    "selected": Term("selected", "People of a category that were selected, or scored above the median."),
    "assessed": Term("assessed", "People whose outcome is recorded, unknown categories included."),
    "unknown": Term("unknown category", "People whose category is missing or stated to be unknown."),
    "median_score": Term("median score", "The median score of all rows that have one."),
    "tpr": Term(
        "TPR", "True positive rate: of those who are positive, the share predicted positive.", "", "equal in all groups"
    ),
    "fpr": Term(
        "FPR",
        "False positive rate: of those who are negative, the share predicted positive.",
        "",
        "equal in all groups",
    ),
    "demographic_parity_ratio": Term(
        "DPR",
        "Demographic parity ratio: the lowest selection rate of any group over the highest.",
        "Says nothing about errors, and a classifier that decides at random scores 1.",
        "1",
    ),
    "demographic_parity_difference": Term(
        "DPD", "Demographic parity difference: the highest selection rate of any group minus the lowest.", "", "0"
    ),
    "demographic_parity_ratio_null_mean": Term(
        "DPR if equal, mean", "The mean DPR that chance alone would give if all groups had one rate at these sizes."
    ),
    "demographic_parity_ratio_null_p10": Term(
        "DPR if equal, p10",
        "If all groups had one rate, nine of ten samples of these sizes would show a DPR above this value.",
        "A DPR above it is compatible with equal rates; it does not prove them.",
    ),
    "equalized_odds_ratio": Term(
        "EOR",
        "Equalized odds ratio: the smaller of the TPR ratio and the FPR ratio between groups.",
        "Where base rates differ, DPR and EOR near 1 together are the mark of a trivial classifier.",
        "1",
    ),
    "equalized_odds_difference": Term(
        "EOD", "Equalized odds difference: the larger of the TPR difference and the FPR difference.", "", "0"
    ),
    "unawareness_gap": Term(
        "direct effect",
        "How far the score of the positive outcome moves, on average over rows, when only the sensitive attribute is "
        "replaced by that of another group: highest minus lowest over groups. 0 means that the classifier does not "
        "use the attribute itself.",
        "0 is no proof of equal treatment: other columns can stand in for the attribute.",
        "0",
    ),
    "accuracy": Term(
        "ACC",
        "Share of right predictions.",
        "Always predicting the more frequent outcome can score high: compare with the constant predictor.",
        "1",
    ),
    "balanced_accuracy": Term(
        "bal. ACC", "Mean of the share right among positives and among negatives; a constant scores 0.5.", "", "1"
    ),
    "auc": Term(
        "AUC", "Chance that a positive row gets a higher score than a negative one; guessing scores 0.5.", "", "1"
    ),
    "precision": Term("precision", "Of the rows predicted positive, the share that are.", "", "1"),
    "recall": Term("recall", "Of the rows that are positive, the share predicted positive.", "", "1"),
    "class_recall": Term("recall of class", "Of the rows of one class, the share predicted as it.", "", "1"),
    "multiclass_accuracy": Term(
        "ACC, all classes", "Share of right predictions over all values of the outcome.", "", "1"
    ),
    "multiclass_accuracy_difference": Term(
        "ACC difference, all classes",
        "The highest accuracy over all classes of any group minus the lowest.",
        "Groups can have different shares of hard classes.",
        "0",
    ),
    "worst_class_demographic_parity_ratio": Term(
        "DPR, worst class",
        "The least demographic parity ratio of any class of the outcome, counted as positive against the rest.",
        "The least of many ratios lies below 1 by chance alone, the more so the more classes and groups there are; its "
        "interval does not count that.",
        "1",
    ),
    "worst_class_equalized_odds_ratio": Term(
        "EOR, worst class",
        "The least equalized odds ratio of any class of the outcome, counted as positive against the rest.",
        "The least of many ratios lies below 1 by chance alone; where classes are well told apart, false positives are "
        "few and their ratio swings.",
        "1",
    ),
    "macro_f1": Term("macro F1", "Mean of the F1 of every class.", "", "1"),
    "worst_class_recall": Term("worst class recall", "The lowest recall of any class.", "", "1"),
    "f1": Term("F1", "Harmonic mean of precision and recall.", "Depends on which outcome is called positive.", "1"),
    "column_shapes": Term(
        "column shapes", "How alike each column is distributed, averaged over columns.", "Says nothing of pairs.", "1"
    ),
    "pair_trends": Term("pair trends", "How alike each pair of columns is distributed, averaged over pairs.", "", "1"),
    "pair_trends_sdmetrics": Term(
        "pair trends, SDMetrics",
        "The same in the SDMetrics library's definition, to compare with other reports.",
        "",
        "1",
    ),
    "group_share": Term(
        "share of rows",
        "Share of the rows that belong to the group.",
        "A group can keep its share and still lose its variety: see coverage.",
        "that of the real train rows",
    ),
    "column_shape": Term("column shape", "How alike one column is distributed.", "", "1"),
    "density": Term(
        "density",
        "How closely synthetic rows lie among real ones.",
        "Above 1 is concentration, not quality.",
        "that of real hold-out rows",
    ),
    "coverage": Term(
        "coverage", "Share of real rows that have a synthetic row near by.", "", "that of real hold-out rows"
    ),
    "alpha_precision": Term(
        "α-precision",
        "Whether synthetic rows lie as far from the centre of the real rows as real ones do: 1 if every ball about it "
        "holds as many of them as of the real rows. Rows too far out and rows crowded at the centre both lower it.",
        "Looks at distances from one centre only: gaps between real rows that synthetic ones fill, or leave out, can "
        "go unseen.",
        "that of real hold-out rows",
    ),
    "beta_recall": Term(
        "β-recall",
        "Whether every ball about the centre of the synthetic rows takes in the same share of real rows as of "
        "synthetic ones; a real row counts only if a synthetic one lies near by. Kinds of real rows that were not made "
        "lower it.",
        "Looks at distances from one centre; with many columns even real hold-out rows do not reach 1.",
        "that of real hold-out rows",
    ),
    "c2st_auc": Term(
        "C2ST AUC",
        "How well a classifier tells two kinds of rows apart, as a rule synthetic from real ones; 0.5 means that it "
        "cannot.",
        "Another classifier might.",
        "0.5",
    ),
    "exact_copies": Term(
        "exact copies",
        "Share of the rows that equal a real row of the named kind (train, or hold-out rows never seen in training).",
        "Few columns make copies by chance: only more copies of train rows than of hold-out rows are telling.",
    ),
    "exact_copies_all": Term(
        "exact copies, all train rows", "Share of the rows that equal any train row.", "Copies can arise by chance."
    ),
    "image_copies": Term(
        "copied images",
        "Share of the images that equal a real train image in every pixel.",
        "An image that is a copy but for one pixel is not counted: see the nearest images.",
        "0",
    ),
    "distance_share": Term(
        "distance share",
        "Share of rows nearer to a train row than to a hold-out row; 0.5 means no preference.",
        "Distances alone do not detect leakage.",
        "0.5",
    ),
    "nndr_median": Term(
        "NNDR, median",
        "Nearest-neighbour distance ratio: distance to the nearest real row over that to the second nearest.",
        "Distances alone do not detect leakage.",
        "that of real hold-out rows",
    ),
    "authenticity": Term(
        "authenticity",
        "Share of rows farther from their nearest train row than that row is from its own nearest train row; copies "
        "of train rows make it 0.",
        "A high value is no proof of privacy: rows that resemble nobody raise it, and a few copies hardly lower it.",
        "that of real hold-out rows",
    ),
    "membership_auc": Term(
        "membership AUC",
        "How well an attacker tells train rows from hold-out rows by the synthetic ones; 0.5 means guessing.",
        "One attack; a stronger one may do better.",
        "0.5",
    ),
    "adversary_auc": Term(
        "adversary AUC",
        "How well a classifier guesses the sensitive attribute; 0.5 means guessing.",
        "Another adversary might do better.",
        "0.5",
    ),
    "rows_adversary_auc": Term(
        "adversary AUC from rows",
        "How well a classifier guesses the sensitive attribute from the features of the rows.",
        "Rows keep the law of the features given the attribute by design, so this is shown and not flagged.",
    ),
    "proxy_auc": Term(
        "proxy AUC",
        "How well one column alone guesses the sensitive attribute; 0.5 means that it tells nothing, 1 that it tells "
        "all.",
        "Several columns together may tell more than any of them alone.",
    ),
    "distance_correlation": Term(
        "distance correlation", "Dependence on the sensitive attribute of any form; 0 means independence.", "", "0"
    ),
    "distance_correlation_p": Term(
        "distance correlation, p",
        "How often shuffled groups show as much dependence by chance.",
        "A high p is no proof of independence.",
    ),
    "pair_distance": Term(
        "pair distance",
        "Mean distance of two encoders' latents of the same row over that of different rows; 0 means the same place, "
        "1 no nearer than strangers.",
        "Latents may say the same in other coordinates and still lie apart.",
    ),
    "shap": Term(
        "mean |SHAP|",
        "How far a column moves the predicted chance of the positive outcome, up or down, on average over rows.",
        "Shows what one classifier decides by, not what causes the outcome; a proxy can carry what a column lost.",
    ),
    "shap_share": Term("share of |SHAP|", "A column's mean |SHAP| over the sum of all columns'."),
    "shap_agreement": Term(
        "same prediction",
        "Share of rows for which the explained classifier and the protocols' random forest predict the same outcome.",
        "Both can be right for different reasons: see the agreement of ranks.",
        "1",
    ),
    "shap_agreement_ranks": Term(
        "agreement of ranks",
        "Rank correlation of the columns' importance for the explained classifier and the protocols' random forest.",
        "",
        "1",
    ),
    "shuffle_effect": Term(
        "effect of shuffling",
        "How far the predicted chances of the classes move (half the sum of what each moves by), on average over rows, "
        "if what the classifier sees is shuffled among the rows.",
        "An image can show the sensitive attribute, so that the image's effect holds some of the attribute's.",
    ),
    "shuffle_drop": Term(
        "drop from shuffling",
        "How much accuracy falls if what the classifier sees is shuffled among the rows.",
        "Not the attribute's whole part: the image can show it too.",
    ),
    "labels_changed": Term(
        "labels changed",
        "Share of synthetic rows whose outcome the fair label channel changed.",
        "It is the price of parity: these rows no longer carry the outcome that the real rows' law gave them.",
    ),
    "adversary_auc_difference": Term(
        "adversary AUC, student minus teacher",
        "How much better a classifier guesses the sensitive attribute from the student's latents than from the "
        "teacher's.",
        "Another adversary might find another difference.",
        "0 or below",
    ),
    "decoded_error": Term(
        "decoded error",
        "How far held-out images are from what they decode to: mean absolute difference of colours, 0 to 1.",
        "A mean over pixels does not see whether what is on the image can still be told.",
        "0",
    ),
    "decoded_difference": Term(
        "decoded difference, student and teacher",
        "How far what held-out images decode to from the student's latents is from what they decode to from the "
        "teacher's: mean absolute difference of colours, 0 to 1.",
        "",
        "0",
    ),
    "decoded_agreement": Term(
        "decoded agreement",
        "Share of cells drawn alike from the teacher's latents and the student's; of the teacher: from its own, drawn "
        "twice, which is the most to be had.",
    ),
    "decoded_agreement_mode": Term(
        "decoded agreement, likeliest",
        "Share of cells whose most likely value is the same from the teacher's latents and the student's.",
        "",
        "1",
    ),
    "decoded_agreement_difference": Term(
        "decoded agreement, student minus teacher", "How far the student falls short of the most to be had.", "", "0"
    ),
    "deviation": Term("deviation over generator draws", "Standard deviation of the figure over generator seeds."),
    "target_dpr": Term(
        "target DPR",
        "The demographic parity ratio that was asked for; the repair level was looked for on "
        "validation rows, drawn from the train rows.",
        "What is reached on other rows, such as those held out, may be more or less.",
    ),
    "repair_level": Term(
        "repair_level",
        "How far the fair label channel moves outcomes: 0 leaves them, 1 moves them as far as fairness needs.",
    ),
    "seconds_learning": Term(
        "seconds learning",
        "Wall-clock time of what the method learns from the train rows.",
        "It depends on the machine, its load and the preset.",
    ),
    "seconds_generating": Term("seconds generating", "Wall-clock time to make the synthetic rows once."),
    "parameters": Term("trained parameters", "Trained numbers of the networks that make rows."),
    "parameters_ratio": Term("parameters", "Weights of the student over weights of the teacher."),
    "encode_time_ratio": Term("encoding time", "Time to encode rows with the student over that with the teacher."),
}
