"""Chance that is the same everywhere: a stream for each name, and numbers made of exact doubles only.

No logarithm and no exponential is taken, whose last bit differs from one machine to another; sums that are compared
are sums of whole numbers.
"""

from __future__ import annotations

import hashlib

import numpy as np


def chance(seed: int, *names: str) -> np.random.Generator:
    """Give the stream of chance that bears these names under this seed, whatever else was drawn before."""
    digest = hashlib.sha256(" ".join(names).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def whole(expected: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Round up or down by chance, so that small places have zeros and their sum is still right."""
    counted: np.ndarray = np.floor(expected + rng.random(np.shape(expected))).astype(np.int64)
    return counted


def shared_out(whole_numbers: np.ndarray, shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Share whole numbers out over a new last axis; the parts of each add up to it exactly. `shares` add up to one."""
    reached = np.cumsum(shares, axis=-1)
    reached[..., -1] = 1.0
    upto = np.floor(whole_numbers[..., None] * reached + rng.random(whole_numbers.shape)[..., None]).astype(np.int64)
    parts: np.ndarray = np.diff(upto, axis=-1, prepend=0)
    return parts


def later(daily: np.ndarray, days: int) -> np.ndarray:
    """Give what happens so many days later; days are the last axis. What falls behind the last day is left out."""
    moved = np.zeros_like(daily)
    if days < daily.shape[-1]:
        moved[..., days:] = daily[..., : daily.shape[-1] - days]
    return moved
