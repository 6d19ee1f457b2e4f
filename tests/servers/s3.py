"""moto's S3 on a loopback port: objects in memory, answers that fail when a test wants them to."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.servers.ports import free_port

START_SECONDS = 60


@dataclass
class Bucket:
    """A bucket of a store of one's own, and the keys to it."""

    endpoint: str
    name: str = "lake"
    key: str = "salamat-test"
    secret: str = "of-no-worth"  # noqa: S105  a server of the test's own
    fault: Path | None = None

    def environment(self, prefix: str) -> dict[str, str]:
        """Give what salamat, and every tool for S3, is told of it."""
        return {
            "SALAMAT_DATA": f"s3://{self.name}/{prefix}/",
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_ENDPOINT_URL_S3": self.endpoint,
        }

    def fails_after(self, objects: int) -> None:
        """Take so many objects more, and then none."""
        assert self.fault is not None
        self.fault.write_text(str(objects), encoding="utf-8")

    def recovers(self) -> None:
        """Take all again."""
        assert self.fault is not None
        self.fault.unlink()


@dataclass
class Moto:
    """The server, as a process."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Bucket:
        """Start it with an empty bucket."""
        bucket = Bucket(f"http://127.0.0.1:{self.port}", fault=self.folder / "fault")
        script, told = Path(__file__).with_name("s3_server.py"), self.folder / "fault"
        command = [sys.executable, str(script), str(self.port), str(told)]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while not _answers(f"{bucket.endpoint}/{bucket.name}"):
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < end, f"moto was not ready after {START_SECONDS} s"
            time.sleep(0.1)
        return bucket

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.kill()
            self.process.wait()


def _answers(bucket: str) -> bool:
    """Make the bucket; moto asks for no key."""
    try:
        urlopen(Request(bucket, method="PUT"), timeout=10).close()  # noqa: S310  loopback
    except HTTPError:
        raise
    except OSError:
        return False
    return True
