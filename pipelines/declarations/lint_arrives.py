"""Contradictions in how a source's files arrive."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

from pipelines.declarations.arrives import Arrives
from pipelines.declarations.yaml_lines import Wrong


def wrong_arrival(arrives: Arrives) -> Iterator[Wrong]:
    """An upload says nothing of a connection, and what is pulled says all of it."""
    if arrives.by == "upload":
        for verb in ("over", "connection", "path", "give_up_after"):
            if verb in arrives.model_fields_set:
                yield f"'{verb}' is for by: pull; an upload is brought by its sender", ("arrives", verb)
        return
    for verb in ("over", "connection", "path", "cron"):
        if getattr(arrives, verb) is None:
            yield f"by: pull needs '{verb}'", ("arrives",)
    if arrives.over and arrives.path:
        yield from ((what, ("arrives", "path")) for what in _path(arrives, arrives.path))


def _path(arrives: Arrives, path: str) -> Iterator[str]:
    name, is_pattern = arrives.last_part, any(mark in arrives.last_part for mark in "*?[")
    if "://" in path or (arrives.over != "sftp" and not path.startswith("/")):
        yield f"'{path}' is not a path on the host, such as /out/weekly.csv; the connection has the address"
    elif not name:
        yield f"'{path}' is a folder: say the file's name, over sftp with * and ? where it changes"
    elif is_pattern and arrives.over != "sftp":
        yield f"'{path}' is a pattern, and nothing can be listed over {arrives.over}: say the one file"
    elif any(mark in path.removesuffix(name) for mark in "*?[") and arrives.over == "sftp":
        yield f"'{path}' has a pattern in a folder's name; only the file's name may have one"
    elif not is_pattern and not fnmatch(name, arrives.matching):
        yield f"'{path}' brings '{name}', which matching: '{arrives.matching}' does not take"
