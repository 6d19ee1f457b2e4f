"""What is measured at admission: values that a living body shows and that agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.simulate.window import Fact

if TYPE_CHECKING:
    import numpy as np

_GROWN = 18


def vital_signs(age: int, rng: np.random.Generator) -> Fact:
    """Draw the measurements of one patient; one in twenty is not measured."""
    height = int(rng.integers(150, 196)) if age >= _GROWN else 60 + 5 * age + int(rng.integers(0, 20))
    lightest, heaviest = (19, 35) if age >= _GROWN else (14, 20)
    weight = height * height * int(rng.integers(lightest, heaviest)) // 1000
    measured: Fact = {
        "temperature_celsius": int(rng.integers(360, 405)) / 10,
        "heart_rate_per_min": int(rng.integers(55, 140)),
        "respiratory_rate_per_min": int(rng.integers(12, 35)),
        "systolic_pressure_mmhg": int(rng.integers(95, 180)),
        "diastolic_pressure_mmhg": int(rng.integers(50, 90)),
        "spo2_percent": float(rng.integers(78, 100)),
        "height_cm": float(height),
        "weight_kg": weight / 10,
    }
    return {f: None if rng.random() < 0.05 else value for f, value in measured.items()}  # noqa: PLR2004  1 in 20
