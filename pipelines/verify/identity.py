"""A release is the one that it says it is: its id comes from its content, and all that name it agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines.released import CITATION, MANIFEST, Manifest, digest_of, in_id
from pipelines.verify.problem import Problem


def of_the_identity(folder: Path, manifest: Manifest, sums: Mapping[str, str], cited: str | None) -> Iterator[Problem]:
    """Give what is wrong with the names: in datapackage.json, CITATION.cff, and of the release that was `cited`."""
    digest = digest_of(sums)
    if manifest.digest != digest or in_id(digest) not in manifest.release_id.split("-"):
        said = f"{manifest.release_id} with sha256:{manifest.digest}"
        yield Problem(MANIFEST, f"names the release {said}, and the content's digest is {digest}")
    yield from (Problem(MANIFEST, f"differs from the folder in {path}") for path in _unlike(folder, manifest, sums))
    named = (manifest.release_id, f"sha256:{manifest.digest}")
    if _citation(folder) != named:
        yield Problem(CITATION, f"does not name {' and '.join(named)}, as {MANIFEST} does")
    if cited and cited.removeprefix("sha256:") not in {manifest.release_id, digest}:
        yield Problem(MANIFEST, f"this is release {manifest.release_id} (sha256:{digest}), not {cited}")


def _unlike(folder: Path, manifest: Manifest, sums: Mapping[str, str]) -> list[str]:
    there = {(path, digest, (folder / path).stat().st_size) for path, digest in sums.items() if path != MANIFEST}
    told = {(path, digest, manifest.sizes[path]) for path, digest in manifest.sums.items()}
    return sorted({path for path, *_ in there ^ told})


def _citation(folder: Path) -> tuple[Any, Any] | None:
    """Give the release's id and the digest of its content as CITATION.cff says them; None where it says neither."""
    try:
        told = yaml.safe_load((folder / CITATION).read_text(encoding="utf-8"))
        return told["version"], told["identifiers"][0]["value"]
    except (OSError, ValueError, LookupError, TypeError, yaml.YAMLError):
        return None
