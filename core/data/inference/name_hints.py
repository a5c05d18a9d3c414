"""Usual names of protected attributes, outcomes and keys, and usual values of positive outcomes."""

from __future__ import annotations

import re
from typing import Final

# Attributes that most equality laws protect (EU Charter art. 21, US Civil Rights Act, UK Equality Act).
PROTECTED: Final = frozenset(
    {"sex", "gender", "race", "ethnicity", "ethnic", "religion", "nationality", "citizenship", "disability", "disabled"}
    | {"rac1p", "racetxt", "male", "female", "marital", "pregnancy", "pregnant", "caste", "transgender"}
)
PROTECTED_PHRASES: Final = frozenset(
    {"sexual orientation", "skin color", "skin colour", "foreign worker", "native country", "rac1 p"}
)
_AGE_KINDS: Final = ("cat", "group", "band", "bracket", "range", "category", "class", "bin", "bucket", "cohort")
AGE_GROUP_NAMES: Final = frozenset(
    {"agegroup", "ageband"} | {f"age {kind}{end}" for kind in _AGE_KINDS for end in ("", "s")} | {"age categories"}
)
AGE_NAMES: Final = frozenset({"age", "age years", "age in years"}) | AGE_GROUP_NAMES

# In order of preference: the first one that a table has is the likely target.
OUTCOME_NAMES: Final = (
    *("y true", "true label", "ground truth", "truth", "actual", "actual label"),
    *("class", "target", "label", "label value", "outcome", "y", "decision"),
    *("approved", "approval", "hired", "admitted", "accepted", "granted", "selected", "promoted"),
    *("default", "defaulted", "loan status", "credit risk", "risk", "two year recid", "is recid", "recidivism"),
    *("income", "churn", "survived", "readmitted", "passed", "pass bar", "result", "status", "g3", "final grade"),
)

# What is good for a person, whatever the outcome is called.
FAVORABLE_VALUES: Final = frozenset(
    {"approved", "approve", "accepted", "accept", "granted", "grant", "hired", "hire", "admitted", "admit"}
    | {"promoted", "promote", "passed", "pass", "invited", "invite", "shortlisted", "shortlist"}
    | {"offer", "offered", "eligible", "qualified"}
)
UNFAVORABLE_VALUES: Final = frozenset(
    {"rejected", "reject", "denied", "deny", "declined", "decline", "refused", "refuse", "failed", "fail"}
    | {"no offer", "ineligible", "unqualified", "disapproved", "disapprove", "dismissed", "dismiss"}
)
POSITIVE_VALUES: Final = FAVORABLE_VALUES | frozenset(
    {"1", "yes", "y", "true", "t", "positive", "pos", ">50k", "good", "selected", "success", "paid"}
)

_PREDICTION_WORDS = frozenset(
    {"pred", "preds", "ypred", "predict", "predicted", "prediction", "predictions", "yhat", "vorhersage", "prediccion"}
    | {"fitted", "forecast", "prognose"}
)
_PREDICTION_PHRASES = frozenset({"y hat", "model decision", "model output", "scored label", "scored labels"})
_PREDICTION_PHRASES |= {
    f"{who} {what}"
    for who in ("ai", "ml", "algo", "algorithm", "algorithmic", "automated", "model", "machine", "system", "em")
    for what in ("decision", "outcome", "recommendation", "classification", "label", "verdict")
}
_SCORE_WORDS = frozenset({"proba", "probas", "logit", "logits"})
_SCORE_PHRASES = frozenset({"score", "scores", "probability", "y prob", "y probability", "p hat", "phat"})
_SCORE_PHRASES |= {"propensity", "propensity score", "scored probability", "scored probabilities", "class probability"}
_SCORE_PHRASES |= {"ml score", "ai score", "algo score", "em eventprobability", "em probability"}
_SCORE_BEGINNINGS = ("score ", "prob ", "probability ", "confidence ", "scored probabilities ")
_SCORE_ENDS = (" y score", " model score", " risk score", " decile score", " recid score", " prob", " probability")
_MODEL_NAMES = frozenset({"model", "models", "model id", "model name", "classifier", "algorithm", "system"})
_KEY_WORDS = frozenset({"id", "ids", "uuid", "guid", "ssn", "iban", "email", "e mail", "phone", "telephone", "key"})
_JOINED_KEY = re.compile(
    r"(?:p|h|hh|u|g|case|resp|person|pers|household|emp|employee|cust|customer|user|student|stud|pat|patient|member"
    r"|client|app|applicant|loan|account|acct|order|trans|record|row|unique|obs|subj|subject|seq|visit)idp?s?"
)
_KEY_PHRASES = frozenset(
    {"name", "first name", "last name", "full name", "surname", "case number", "account number", "record number"}
    | {"customer number", "index", "row", "row number", "passport", "unnamed 0", "url"}
)
# What belongs to one person wherever it stands, however many rows the person has.
_PERSONAL_WORDS = frozenset({"ssn", "email", "iban", "phone", "telephone", "passport", "mrn", "nhs", "nino"})
_PERSONAL_WORDS |= {"pid", "hid", "hhid", "pidp", "hidp", "personid", "patientid", "employeeid", "customerid"}
_PERSONAL_WORDS |= {"nif", "dni", "curp", "cpf", "bsn", "pesel", "aadhaar", "personalnummer", "matrikelnummer"}
_PERSONAL_PHRASES = frozenset(
    {"e mail", "name", "full name", "surname", "last name", "social security number", "personal number", "national id"}
    | {"patient", "employee", "customer", "client", "applicant", "candidate", "person", "student", "respondent"}
    | {"employee name", "patient name", "customer name", "applicant name", "candidate name", "student name"}
)
_NUMBER_ENDS = frozenset({"no", "nr", "num", "number", "code", "ref", "reference", "serial", "barcode", "ticket"})
_NUMBERED = frozenset(
    {"employee", "patient", "customer", "client", "applicant", "person", "case", "record", "account", "member"}
    | {"student", "user", "respondent", "participant", "subject"}
)
_ORDERED_WORDS = frozenset({"year", "rank", "ranking", "order", "position", "place", "time", "date", "age", "score"})
_POSTAL_WORDS = frozenset({"zip", "zipcode", "postcode", "postal", "plz", "postleitzahl", "pincode", "fips"})

_BIRTH_WORDS = frozenset({"birth", "birthday", "birthdate", "dob", "born", "geburtsdatum", "geboren", "naissance"})
_DATE_WORDS = _BIRTH_WORDS | {
    "date",
    "day",
    "datum",
    "tag",
    "fecha",
    "since",
    "until",
    "start",
    "end",
    "from",
    "to",
    "on",
}


def normalized(name: str) -> str:
    """Return a header in lower case with single blanks: ``Marital-Status``, ``maritalStatus`` -> ``marital status``."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return re.sub(r"[\W_]+", " ", spaced).strip().lower()


def is_protected_name(name: str) -> bool:
    """Return whether a header names a protected attribute other than age.

    >>> is_protected_name("Marital-Status"), is_protected_name("sextant"), is_protected_name("grace_period")
    (True, False, False)
    """
    words = normalized(name)
    return words in PROTECTED_PHRASES or bool(PROTECTED & set(words.split()))


def is_age_name(name: str) -> bool:
    """Return whether a header names a person's age, in years or in groups.

    >>> is_age_name("age_band"), is_age_name("AgeBracket"), is_age_name("age_of_account")
    (True, True, False)
    """
    return normalized(name) in AGE_NAMES


def is_age_group_name(name: str) -> bool:
    """Return whether a header names groups of people by age, which somebody made to compare them.

    >>> is_age_group_name("age_band"), is_age_group_name("age")
    (True, False)
    """
    return normalized(name) in AGE_GROUP_NAMES


def is_prediction_name(name: str) -> bool:
    """Return whether a header names what a model predicted: labels or, by their content, scores.

    >>> is_prediction_name("y_pred"), is_prediction_name("predictedLabel"), is_prediction_name("predator")
    (True, True, False)
    """
    words = normalized(name)
    return words in _PREDICTION_PHRASES or bool(_PREDICTION_WORDS & set(words.split()))


def is_saved_name(name: str, target: str) -> bool:
    """Return whether statistics programs give this name to what a model predicts of an outcome.

    SPSS saves ``PRE_1``, ``PGR_1`` and ``$R-hired``; SAS puts ``P_`` and ``I_`` before the target, also with a value
    behind it.

    >>> [is_saved_name(name, "hired") for name in ("PGR_1", "P_hiredYes", "I_hired", "P_grade", "pre")]
    [True, True, True, False, False]
    """
    words, about = normalized(name), normalized(target)
    if re.fullmatch(r"(?:pre|pgr|prb) ?[0-9]+", words) or re.match(r"\$[RCLNPS]{1,3}[-P]", name):
        return True
    return bool(about) and words.startswith((f"p {about}", f"i {about}", f"u {about}", f"ep {about}"))


def is_score_name(name: str) -> bool:
    """Return whether a header names a model's scores. Scores of people, such as a test's, have other names.

    >>> [is_score_name(name) for name in ("score", "v_decile_score", "score_rf", "credit_score")]
    [True, True, True, False]
    """
    words = normalized(name)
    if words in _SCORE_PHRASES or _SCORE_WORDS & set(words.split()):
        return True
    return words.startswith(_SCORE_BEGINNINGS) or f" {words}".endswith(_SCORE_ENDS)


def is_number_name(name: str) -> bool:
    """Return whether a header may name the number of a person or case, if its values do not speak against it.

    >>> is_number_name("Staff No"), is_number_name("Matrikelnummer"), is_number_name("employee"), is_number_name("pay")
    (True, True, True, False)
    """
    words = normalized(name)
    return words in _NUMBERED or words.rpartition(" ")[2] in _NUMBER_ENDS or words.endswith("nummer")


def may_number_rows(name: str) -> bool:
    """Return whether a header allows that numbers that never repeat only number the rows; ranks and years do not.

    >>> may_number_rows("matriculation"), may_number_rows("year")
    (True, False)
    """
    words = normalized(name)
    is_outcome = words in OUTCOME_NAMES or is_prediction_name(name) or is_score_name(name)
    return not (is_outcome or is_protected_name(name) or _ORDERED_WORDS & set(words.split()))


def is_postal_name(name: str) -> bool:
    """Return whether a header names a postal or area code, which is no quantity.

    >>> is_postal_name("ZIP code"), is_postal_name("zipCode"), is_postal_name("zipped")
    (True, True, False)
    """
    words = normalized(name)
    return bool(_POSTAL_WORDS & set(words.split())) or words == "post code"


def is_birth_name(name: str) -> bool:
    """Return whether a header names a date of birth.

    >>> is_birth_name("date_of_birth"), is_birth_name("birthplace")
    (True, False)
    """
    return bool(_BIRTH_WORDS & set(normalized(name).split()))


def is_date_name(name: str) -> bool:
    """Return whether a header may name a date.

    >>> is_date_name("hire_date"), is_date_name("amount")
    (True, False)
    """
    return bool(_DATE_WORDS & set(normalized(name).split()))


def is_model_name(name: str) -> bool:
    """Return whether a header names the model of each row.

    >>> is_model_name("model_id"), is_model_name("car_model")
    (True, False)
    """
    return normalized(name) in _MODEL_NAMES


def is_key_name(name: str) -> bool:
    """Return whether a header names a key of rows or persons.

    >>> [is_key_name(name) for name in ("customerId", "CASEID", "first_name", "idle_hours", "covid")]
    [True, True, True, False, False]
    """
    words = normalized(name)
    if words in _KEY_PHRASES or "e mail" in words or _KEY_WORDS & set(words.split()):
        return True
    return any(_JOINED_KEY.fullmatch(word) for word in words.split())


def is_personal_key_name(name: str) -> bool:
    """Return whether a header names what tells a person from all others, also where a person has several rows.

    >>> [is_personal_key_name(name) for name in ("MRN", "NHS Number", "patientName", "store_id")]
    [True, True, True, False]
    """
    words = normalized(name)
    return words in _PERSONAL_PHRASES or bool(_PERSONAL_WORDS & set(words.split()))
