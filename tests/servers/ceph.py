"""A Ceph of the tests' own, with one disk that is a file: its gateway is stricter about S3 than moto."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3

from tests.servers.ports import free_port
from tests.servers.s3 import Bucket

START_SECONDS = 120
_PROGRAMS = ("monmaptool", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph")
_CONF = """[global]
fsid = {fsid}
mon_initial_members = a
mon_host = v2:127.0.0.1:{monitor}/0
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
mon_data_avail_warn = 1
ms_mon_client_mode = crc
osd_objectstore = bluestore
bluestore_block_size = 6442450944
osd_memory_target = 939524096
mon_data = {folder}/mon
osd_data = {folder}/osd
rgw_data = {folder}/rgw
run_dir = {folder}
admin_socket = {folder}/$name.asok
log_file = {folder}/$name.log
pid_file = {folder}/$name.pid
keyring = {folder}/keyring
rgw_frontends = beast endpoint=127.0.0.1:{gateway}
"""


def missing() -> list[str]:
    """Give what this machine lacks to run it: programs, and the right to."""
    return [p for p in _PROGRAMS if not shutil.which(p)] + (["root"] if os.geteuid() else [])


@dataclass
class Ceph:
    """A monitor, a store and a gateway, each a process."""

    folder: Path
    gateway: int = field(default_factory=free_port)
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> Bucket:
        """Start all three, with an empty bucket."""
        fsid, disk, monitor = uuid.uuid4(), uuid.uuid4(), free_port()
        for part in ("mon", "osd", "rgw"):
            (self.folder / part).mkdir()
        (self.folder / "keyring").touch()
        told = _CONF.format(fsid=fsid, monitor=monitor, gateway=self.gateway, folder=self.folder)
        self._conf.write_text(told, encoding="utf-8")
        there = ["--addv", "a", f"[v2:127.0.0.1:{monitor}]", "--fsid", str(fsid)]
        self._well("monmaptool", "--create", *there, str(self.folder / "monmap"))
        self._well("ceph-mon", *self._at, "--mkfs", "-i", "a", "--monmap", str(self.folder / "monmap"))
        self._begin("ceph-mon", "-i", "a")
        self._well("ceph", *self._at, "osd", "new", str(disk))
        self._well("ceph-osd", *self._at, "-i", "0", "--mkfs", "--osd-uuid", str(disk))
        self._begin("ceph-osd", "-i", "0")
        self._begin("radosgw", "-n", "client.rgw.a")
        bucket = Bucket(f"http://127.0.0.1:{self.gateway}")
        self._await(bucket.endpoint)
        who = ["--uid=salamat", "--display-name=salamat", f"--access-key={bucket.key}", f"--secret-key={bucket.secret}"]
        self._well("radosgw-admin", *self._at, "user", "create", *who)
        keys = {"aws_access_key_id": bucket.key, "aws_secret_access_key": bucket.secret}
        client = boto3.client("s3", endpoint_url=bucket.endpoint, region_name="us-east-1", **keys)
        client.create_bucket(Bucket=bucket.name)
        client.close()
        return bucket

    def stop(self) -> None:
        """End them, the last one first."""
        for process in reversed(self.started.values()):
            process.kill()
            process.wait()

    @property
    def _conf(self) -> Path:
        return self.folder / "ceph.conf"

    @property
    def _at(self) -> list[str]:
        return ["-c", str(self._conf)]

    def _begin(self, program: str, *words: str) -> None:
        with (self.folder / f"{program}.out").open("wb") as log:
            command = [program, *self._at, *words, "-f"]
            self.started[program] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _await(self, address: str) -> None:
        end = time.monotonic() + START_SECONDS
        while not _answers(address):
            dead = [program for program, process in self.started.items() if process.poll() is not None]
            assert not dead, [(self.folder / f"{program}.out").read_text() for program in dead]
            assert time.monotonic() < end, f"the gateway was not ready after {START_SECONDS} s"
            time.sleep(0.5)

    def _well(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def _answers(address: str) -> bool:
    try:
        urlopen(address, timeout=10).close()  # noqa: S310  loopback
    except HTTPError:
        return True
    except OSError:
        return False
    return True
