"""Treatments and vaccines: real substances with their ATC codes, and invented assessments of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.told import Told, in_columns, label

_TRIED = (  # name, kind, ATC
    ("remdesivir", "MEDICINE", "J05AB16"),
    ("dexamethasone", "MEDICINE", "H02AB02"),
    ("tocilizumab", "MEDICINE", "L04AC07"),
    ("favipiravir", "MEDICINE", "J05AX27"),
    ("hydroxychloroquine", "MEDICINE", "P01BA02"),
    ("convalescent plasma", "BLOOD_PRODUCT", None),
    ("oxygen", "OXYGEN", "V03AN01"),
    ("tozinameran", "VACCINE", "J07BN01"),
)
_RATIOS = {  # the ratio and its bounds, in hundredths
    "BENEFIT": (70, 60, 85),
    "HARM": (130, 110, 160),
    "NO_DIFFERENCE": (101, 90, 112),
    "NOT_SHOWN": (90, 60, 130),
}
_SAYS = {
    "BENEFIT": "RECOMMENDED",
    "HARM": "NOT_RECOMMENDED",
    "NO_DIFFERENCE": "NOT_RECOMMENDED",
    "NOT_SHOWN": "TRIAL_ONLY",
}
_PROVEN = {"SYSTEMATIC_REVIEW", "RCT", "COHORT"}


def treatments(asked: Asked) -> Iterator[Columns]:
    """Give an assessment of every treatment for every group of patients that the source can name."""
    tried = [t for t in _TRIED if t[1] in asked.codes("treatment_kind")]
    assessed = [(treatment, group) for treatment in tried for group in asked.codes("patient_group")]
    yield in_columns(_assessed(n, treatment, group, asked) for n, (treatment, group) in enumerate(assessed, start=1))


def _assessed(number: int, treatment: tuple[str, str, str | None], group: str, asked: Asked) -> Told:
    rng, (name, kind, atc) = asked.chance(f"treatment {number}"), treatment
    effect, level, measure = (
        said[int(rng.integers(0, len(said)))]
        for said in (asked.codes("treatment_effect"), asked.codes("evidence_level"), asked.codes("outcome_measure"))
    )
    ratio, low, high = (hundredths / 100 for hundredths in _RATIOS[effect])
    treated, day = int(rng.integers(20, 2000)), int(rng.integers(0, 7 * asked.window.weeks))
    return {
        "treatment_id": f"T{number:04d}",
        "treatment_name": name,
        "treatment_kind": kind,
        "atc_code": atc,
        "pathogen": "SARSCOV2",
        "diagnosis_icd10": "U07.1",
        "patient_group": group,
        "use_start_date": asked.window.first - timedelta(days=30),
        "assessment_date": asked.window.first + timedelta(days=day),
        "recommendation": _SAYS[effect],
        "evidence_level": level,
        "patients_treated_count": treated,
        "patients_with_adverse_events_count": treated // 9,
        "outcome_measure": measure,
        "treatment_effect": effect,
        "effect_ratio": ratio,
        "effect_ratio_low": low,
        "effect_ratio_high": high,
        "evidence_url": f"https://studies.example/{number}" if level in _PROVEN else None,
        "note": f"{label(asked, 'treatment_effect', effect)}: {label(asked, 'outcome_measure', measure)}",
    }
