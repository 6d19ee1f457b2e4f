"""Write `.env`, which docker compose reads, from `.env.example`: python3 deploy/write_env.py.

A variable named _PASSWORD, _SECRET or _KEY gets a secret made here; the others stay empty, and empty means the default
that docker-compose.yml shows. What `.env` has already is kept: run it again when an update brings new variables.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

_SET = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$")
_SECRET = ("_PASSWORD", "_SECRET", "_KEY")


def write_env(folder: Path) -> int:
    """Write what is missing into `.env`, readable by its owner only; give how many secrets were made."""
    env = folder / ".env"
    before = env.read_text(encoding="utf-8") if env.exists() else ""
    there = {found[1]: found[2] for line in before.splitlines() if (found := _SET.match(line))}
    example = (folder / ".env.example").read_text(encoding="utf-8")
    lines = [_filled(line, there) for line in example.splitlines()]
    named = {found[1] for line in lines if (found := _SET.match(line))}
    own = [f"{name}={value}" for name, value in there.items() if name not in named]
    _replace(env, "\n".join([*lines, *own]) + "\n")
    return sum(1 for name in named if name.endswith(_SECRET) and not there.get(name))


def _filled(line: str, there: Mapping[str, str]) -> str:
    found = _SET.match(line)
    if not found:
        return line
    name = found[1]
    made = _secret(name) if name.endswith(_SECRET) else found[2]
    return f"{name}={there.get(name) or made}"


def _secret(name: str) -> str:
    """Fernet asks for 32 bytes in its own writing; everything else stands in URLs, so letters and digits only."""
    if name == "AIRFLOW_FERNET_KEY":
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_hex(32)


def _replace(file: Path, text: str) -> None:
    """Never readable by others, not for a moment, and never half written."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    part.replace(file)


if __name__ == "__main__":
    made = write_env(Path(__file__).resolve().parents[1])
    sys.stdout.write(f"{made} secrets were made; .env has them, and nobody else may read it\n")
