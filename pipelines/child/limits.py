"""How much time and memory the process may take, said to the system where it can be said."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol


class Limits(Protocol):
    """How much a job may take: bytes that it writes, seconds of the processor, bytes of memory."""

    @property
    def most_bytes(self) -> int: ...  # noqa: D102  said above
    @property
    def most_seconds(self) -> int: ...  # noqa: D102  said above
    @property
    def most_memory(self) -> int: ...  # noqa: D102  said above


def limit(most: Limits) -> None:
    """Limit this process. Windows has no such limits: there the parent's patience and the size of the file count."""
    try:
        resource = import_module("resource")
    except ModuleNotFoundError:
        return
    wanted = {
        "RLIMIT_CPU": most.most_seconds,
        "RLIMIT_AS": most.most_memory,
        "RLIMIT_FSIZE": most.most_bytes,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, ValueError, OSError):  # macOS refuses to limit memory, and a system may be stricter
            continue
