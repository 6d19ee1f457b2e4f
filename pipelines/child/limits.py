"""How much time and memory the process may take, said to the system where it can be said."""

from __future__ import annotations

from importlib import import_module


def limits(seconds: int, memory: int) -> None:
    """Limit this process. Windows has no such limits: there the parent's patience and the size of the file count."""
    try:
        resource = import_module("resource")
    except ModuleNotFoundError:
        return
    wanted = (("RLIMIT_CPU", seconds), ("RLIMIT_AS", memory), ("RLIMIT_CORE", 0))
    for name, most in wanted:
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):  # macOS refuses to limit memory, and a system may be stricter
            continue
