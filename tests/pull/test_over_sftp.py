"""Over SFTP every new file that stands still is brought, from the known host alone."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from pipelines.errors import LineBroken, LineRefused
from tests.pull.courier import NOW, Courier
from tests.pull.sftp_host import Host, sftp_host

ROWS = b"a;b\n1;2\n"
MORE = b"a;b\n1;2\n3;4\n"


def test_every_file_that_the_pattern_takes_is_brought_the_oldest_first(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", MORE, mtime=2_000_000_000)
    host.put("out/b.csv", ROWS, mtime=1_000_000_000)
    host.put("out/notes.txt", ROWS)
    host.put("out/folder.csv/c.csv", ROWS)
    assert list(by_sftp.pull().items()) == [("b.csv", ROWS), ("a.csv", MORE)]
    mark = by_sftp.mark("/out/a.csv")
    assert mark
    assert (mark.size_bytes, mark.mtime, mark.fetched_at, mark.etag) == (len(MORE), 2_000_000_000, NOW, None)


def test_a_file_of_several_requests_is_whole(host: Host, by_sftp: Courier) -> None:
    body = bytes(range(256)) * 40_000
    host.put("out/a.csv", body)
    assert by_sftp.pull() == {"a.csv": body}


def test_an_empty_file_is_brought_too(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", b"")
    assert by_sftp.pull() == {"a.csv": b""}


def test_a_file_of_the_same_size_and_time_is_not_fetched_again(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", ROWS)
    assert by_sftp.pull() == {"a.csv": ROWS}
    host.fetched.clear()
    assert by_sftp.pull() == {}
    assert host.fetched == []


def test_a_file_that_has_changed_is_brought_anew_and_so_is_what_it_was_before(host: Host, by_sftp: Courier) -> None:
    for mtime, body in enumerate((ROWS, MORE, ROWS)):
        host.put("out/a.csv", body, mtime)
        assert by_sftp.pull() == {"a.csv": body}


def test_a_touched_file_is_not_delivered_again(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", ROWS, mtime=1)
    by_sftp.pull()
    host.put("out/a.csv", ROWS, mtime=2)
    assert by_sftp.pull() == {}
    assert by_sftp.said == ["tr/pulled: /out/a.csv: not delivered again: touched, and the same bytes as the last time"]
    host.fetched.clear()
    assert by_sftp.pull() == {}
    assert host.fetched == []


def test_a_renamed_file_is_not_delivered_again(host: Host, by_sftp: Courier) -> None:
    before = host.put("out/a.csv", ROWS)
    by_sftp.pull()
    before.rename(before.with_name("b.csv"))
    host.put("out/a.csv", MORE, mtime=2_000_000_000)
    assert by_sftp.pull() == {"a.csv": MORE}
    assert by_sftp.said == [
        "tr/pulled: /out/b.csv: not delivered again: renamed; the same file came as /out/a.csv",
    ]


def test_a_file_written_anew_with_the_same_words_is_a_delivery_of_its_own(host: Host, by_sftp: Courier) -> None:
    host.put("out/monday.csv", ROWS, mtime=1)
    by_sftp.pull()
    host.put("out/tuesday.csv", ROWS, mtime=2)
    assert by_sftp.pull() == {"tuesday.csv": ROWS}


def test_a_file_that_grows_between_two_looks_is_left_for_the_next_time(host: Host, by_sftp: Courier) -> None:
    file = host.put("out/a.csv", ROWS)
    host.put("out/b.csv", MORE)

    def grow(path: str) -> None:
        if path.endswith("a.csv"):
            file.write_bytes(file.read_bytes() + b"5;6\n")

    host.on_stat = grow
    assert by_sftp.pull() == {"b.csv": MORE}
    assert by_sftp.said == ["tr/pulled: /out/a.csv: it still changes; left for the next time"]
    host.on_stat = lambda _: None
    assert by_sftp.pull() == {"a.csv": file.read_bytes()}


@pytest.mark.parametrize("then", [MORE, ROWS.swapcase()], ids=["longer", "other bytes"])
def test_a_file_that_changes_while_it_is_fetched_is_left_for_the_next_time(
    host: Host, by_sftp: Courier, then: bytes
) -> None:
    file = host.put("out/a.csv", ROWS)
    host.on_open = lambda _: file.write_bytes(then)
    assert by_sftp.pull() == {}
    assert (by_sftp.lying(), by_sftp.mark("/out/a.csv")) == ([], None)
    assert by_sftp.said == ["tr/pulled: /out/a.csv: it changed while it was fetched; left for the next time"]


def test_a_file_that_shrinks_while_it_is_fetched_is_left_for_the_next_time(host: Host, by_sftp: Courier) -> None:
    file = host.put("out/a.csv", ROWS * 1_000_000)
    host.on_open = lambda _: file.write_bytes(ROWS)
    assert by_sftp.pull() == {}
    assert "changed while it was fetched" in by_sftp.said[0]


def test_a_file_that_vanishes_before_the_second_look_is_left_out(host: Host, by_sftp: Courier) -> None:
    file = host.put("out/a.csv", ROWS)
    host.on_stat = lambda _: file.unlink(missing_ok=True)
    assert by_sftp.pull() == {}
    assert by_sftp.said == ["tr/pulled: /out/a.csv: it is gone; left out"]


def test_a_file_that_vanishes_before_it_is_fetched_is_left_out(host: Host, by_sftp: Courier) -> None:
    file = host.put("out/a.csv", ROWS)
    host.put("out/b.csv", MORE)
    host.on_open = lambda _: file.unlink(missing_ok=True)
    assert by_sftp.pull() == {"b.csv": MORE}
    assert by_sftp.said == ["tr/pulled: /out/a.csv: it vanished before it was fetched; left out"]
    assert by_sftp.lying() == []


def test_files_in_the_making_are_ignored(host: Host, by_sftp: Courier) -> None:
    for name in (".a.csv", "~$a.csv", "a.csv.part", "a.csv.tmp", "a.csv.filepart"):
        host.put(f"out/{name}", ROWS)
    assert by_sftp.declared(path="/out/*", matching="*").pull() == {}
    assert host.fetched == []


def test_a_name_that_cannot_be_one_here_is_left_with_a_word(host: Host, by_sftp: Courier) -> None:
    host.put("out/a\tb.csv", ROWS)
    assert by_sftp.pull() == {}
    assert by_sftp.said == [r"tr/pulled: 'a\tb.csv': left: this cannot be the name of a file here"]


def test_a_link_is_followed_to_its_file(host: Host, by_sftp: Courier) -> None:
    (host.put("archive/2026.csv", ROWS).parents[1] / "out").mkdir()
    (host.folder / "out/latest.csv").symlink_to("../archive/2026.csv")
    (host.folder / "out/folder.csv").symlink_to("../archive")
    (host.folder / "out/nothing.csv").symlink_to("../archive/2025.csv")
    assert by_sftp.pull() == {"latest.csv": ROWS}
    assert by_sftp.pull() == {}


def test_a_key_lets_in_as_a_password_does(host: Host, by_sftp: Courier, tmp_path: Path) -> None:
    host.put("out/a.csv", ROWS)
    words = "a made one"
    private = host.client_key.export_private_key("openssh", passphrase=words, rounds=50).decode()
    keyed = replace(by_sftp.line, password=None, passphrase=words)
    assert by_sftp.over(replace(keyed, private_key=private)).pull() == {"a.csv": ROWS}
    host.put("out/b.csv", MORE)
    host.client_key.write_private_key(str(tmp_path / "key"))
    assert by_sftp.over(replace(by_sftp.line, password=None, key_file=tmp_path / "key")).pull() == {"b.csv": MORE}


@pytest.mark.parametrize("form", ["openssh", "pkcs8-pem"])
@pytest.mark.parametrize("kind", ["ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed25519"])
def test_every_usual_kind_of_key_lets_in(host: Host, by_sftp: Courier, kind: str, form: str) -> None:
    host.put("out/a.csv", ROWS)
    host.client_key = asyncssh.generate_private_key(kind)
    private = host.client_key.export_private_key(form).decode()
    assert by_sftp.over(replace(by_sftp.line, password=None, private_key=private)).pull() == {"a.csv": ROWS}


def test_a_host_key_may_come_without_its_kind(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", ROWS)
    assert by_sftp.over(replace(by_sftp.line, host_key=host.host_key.split()[1])).pull() == {"a.csv": ROWS}


@pytest.mark.parametrize("kind", ["ssh-rsa", "ecdsa-sha2-nistp256"])
def test_a_host_may_have_every_usual_kind_of_key(tmp_path: Path, by_sftp: Courier, kind: str) -> None:
    with sftp_host(tmp_path / "other", asyncssh.generate_private_key(kind)) as other:
        other.put("out/a.csv", ROWS)
        line = replace(by_sftp.line, port=other.port, host_key=other.host_key)
        assert by_sftp.over(line).pull() == {"a.csv": ROWS}


def test_another_host_key_is_refused_before_the_password_is_sent(host: Host, by_sftp: Courier) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    with pytest.raises(LineRefused, match=r"another key than the known one: AAAA.*never guess") as told:
        by_sftp.over(replace(by_sftp.line, host_key=other)).pull()
    assert host.host_key.split()[1] in str(told.value)


def test_a_host_whose_key_is_not_known_is_refused(by_sftp: Courier) -> None:
    with pytest.raises(LineRefused, match=r"not known which key the host has; put the host's line of known_hosts"):
        by_sftp.over(replace(by_sftp.line, host_key=None)).pull()


@pytest.mark.parametrize("written", ["AAAA", "AAAAB3Nz!", "AAAAC3NzaC1lZDI1NTE5", "AAAAA3gteXoAAAAA"])
def test_what_is_no_host_key_is_refused(by_sftp: Courier, written: str) -> None:
    with pytest.raises(LineRefused, match="host_key is not a public key"):
        by_sftp.over(replace(by_sftp.line, host_key=written)).pull()


def test_a_wrong_password_is_refused_and_not_shown(by_sftp: Courier) -> None:
    with pytest.raises(LineRefused, match=r"sftp://127.0.0.1:\d+: the host does not let this user in; mend") as told:
        by_sftp.over(replace(by_sftp.line, password="0ther")).pull()  # noqa: S106  a made one
    assert "0ther" not in str(told.value)


def test_a_wrong_key_is_refused(by_sftp: Courier) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh").decode()
    with pytest.raises(LineRefused, match="does not let this user in"):
        by_sftp.over(replace(by_sftp.line, password=None, private_key=other)).pull()


def test_what_is_no_private_key_is_refused(host: Host, by_sftp: Courier, tmp_path: Path) -> None:
    words = "a made one"
    encrypted = host.client_key.export_private_key("pkcs8-pem", passphrase=words).decode()
    for written in ("not a key", encrypted, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"):
        with pytest.raises(LineRefused, match="the private key is none"):
            by_sftp.over(replace(by_sftp.line, private_key=written)).pull()
    with pytest.raises(LineRefused, match=r"key file cannot be read.*mend extra key_file"):
        by_sftp.over(replace(by_sftp.line, key_file=tmp_path / "none")).pull()


def test_a_line_without_a_user_is_refused(by_sftp: Courier) -> None:
    with pytest.raises(LineRefused, match="says no user"):
        by_sftp.over(replace(by_sftp.line, user=None)).pull()


def test_no_key_of_this_user_and_no_agent_is_tried(
    host: Host, by_sftp: Courier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".ssh").mkdir()
    host.client_key.write_private_key(str(tmp_path / ".ssh/id_ed25519"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(LineRefused, match="says neither password nor key"):
        by_sftp.over(replace(by_sftp.line, password=None)).pull()
    with pytest.raises(LineRefused, match="does not let this user in"):
        by_sftp.over(replace(by_sftp.line, password="0ther")).pull()  # noqa: S106  a made one


def test_a_folder_that_is_not_there_is_refused(by_sftp: Courier) -> None:
    with pytest.raises(LineRefused, match=r"/out/\*.csv: the host says: .*; mend arrives.path"):
        by_sftp.pull()


def test_a_file_that_may_not_be_read_keeps_no_other_from_coming(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", ROWS, mtime=1)
    host.put("out/b.csv", MORE, mtime=2)

    def locked(path: str) -> None:
        if path.endswith("a.csv"):
            raise asyncssh.SFTPPermissionDenied("not for you")

    host.on_open = locked
    with pytest.raises(LineRefused, match=r"/out/a.csv: the host says: .*not for you"):
        by_sftp.pull()
    assert by_sftp.lying() == ["b.csv"]
    assert by_sftp.mark("/out/b.csv")


def test_a_file_over_the_limit_is_refused_and_keeps_no_other_from_coming(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", ROWS * 1000, mtime=1)
    host.put("out/b.csv", MORE, mtime=2)
    with pytest.raises(LineRefused, match=r"/out/a.csv: it has more than 1000 bytes"):
        by_sftp.limited(1000).pull()
    assert by_sftp.lying() == ["b.csv"]


def test_a_line_that_is_cut_in_the_middle_is_worth_another_try(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", MORE, mtime=1)
    host.put("out/b.csv", ROWS * 1_000_000, mtime=2)

    def cut(path: str) -> None:
        if path.endswith("b.csv"):
            host.cut()

    host.on_read = cut
    with pytest.raises(LineBroken, match=r"/out/b.csv: the line broke"):
        by_sftp.pull()
    assert (by_sftp.lying(), by_sftp.mark("/out/b.csv")) == (["a.csv"], None)
    host.on_read = lambda _: None
    (by_sftp.folder / "a.csv").unlink()
    assert by_sftp.pull() == {"b.csv": ROWS * 1_000_000}


def test_a_host_that_answers_no_more_meets_the_end_of_patience(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", ROWS)
    host.on_read = lambda _: host.stalled.wait()
    with pytest.raises(LineBroken, match=r"it was not whole after 1s|the line broke"):
        by_sftp.declared(give_up_after="1s").pull()
    assert by_sftp.lying() == []


def test_a_host_that_drips_meets_the_end_of_patience(host: Host, by_sftp: Courier) -> None:
    host.put("out/a.csv", ROWS * 1000)
    host.at_most = 1
    host.on_read = lambda _: host.stalled.wait(0.05)
    with pytest.raises(LineBroken, match=r"/out/a.csv: it was not whole after 2s; try again, or declare a longer"):
        by_sftp.declared(give_up_after="2s").pull()
    assert by_sftp.lying() == []


def test_a_refused_connection_is_worth_another_try(by_sftp: Courier) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        with pytest.raises(LineBroken, match=r"the line broke: .*Unable to connect"):
            by_sftp.over(replace(by_sftp.line, port=taken.getsockname()[1])).pull()


def test_a_name_that_nobody_has_is_worth_another_try(by_sftp: Courier) -> None:
    with pytest.raises(LineBroken, match=r"sftp://nobody.invalid:\d+: the line broke"):
        by_sftp.over(replace(by_sftp.line, host="nobody.invalid")).pull()


def test_a_host_that_speaks_something_else_is_worth_another_try(by_sftp: Courier) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection, and says nothing
        line = replace(by_sftp.line, port=silent.getsockname()[1])
        with pytest.raises(LineBroken, match=r"the line broke|not whole after 1s"):
            by_sftp.over(line).declared(give_up_after="1s").pull()
