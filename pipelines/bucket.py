"""bucket: how DuckDB enters the object store in which the lake's data lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from pipelines.engine import literal, name
from pipelines.errors import LakeError

__all__ = ["secret"]

_KEYS = {"KEY_ID": "AWS_ACCESS_KEY_ID", "SECRET": "AWS_SECRET_ACCESS_KEY"}
_SCHEME, _REGION = "s3://", "us-east-1"  # the region that a store without regions takes


def secret(data: str, environment: Mapping[str, str] | None = None) -> str | None:
    """Give the SQL of DuckDB's secret for this address, and for no other; None for a folder.

    It is made from the environment variables that all tools for S3 know: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN, AWS_REGION or AWS_DEFAULT_REGION, and for a store that is not Amazon's AWS_ENDPOINT_URL_S3 or
    AWS_ENDPOINT_URL. Raises LakeError for what is no bucket, and where a key is missing.
    """
    if "://" not in data:
        return None
    env = os.environ if environment is None else environment
    if not data.startswith(_SCHEME):
        raise LakeError(
            f"SALAMAT_DATA is a folder or begins with {_SCHEME}, and not with {data.partition('://')[0]}://"
        )
    if missing := [variable for variable in _KEYS.values() if not env.get(variable)]:
        raise LakeError(f"SALAMAT_DATA is in an object store, and {' and '.join(missing)} is not set")
    told = {
        **{key: env[variable] for key, variable in _KEYS.items()},
        "SESSION_TOKEN": env.get("AWS_SESSION_TOKEN"),
        "REGION": env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or _REGION,
        "SCOPE": data,
        **_endpoint(env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL")),
    }
    listed = ", ".join(f"{key} {literal(value)}" for key, value in told.items() if value is not None)
    return f"CREATE OR REPLACE SECRET {name('lake_data')} (TYPE s3, {listed})"


def _endpoint(address: str | None) -> dict[str, object]:
    """A store of one's own has its buckets below its address; Amazon's have an address each."""
    if not address:
        return {}
    parts = urlsplit(address)
    at = f"{parts.netloc}{parts.path.rstrip('/')}"
    return {"ENDPOINT": at, "URL_STYLE": "path", "USE_SSL": parts.scheme != "http"}
