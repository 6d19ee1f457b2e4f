"""Over HTTP and HTTPS only what is new and whole is brought, and every other answer says what to do."""

from __future__ import annotations

import gzip
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import LineBroken, LineRefused, StoreError
from pipelines.pull import Line
from tests.pull.certificates import certificate
from tests.pull.courier import NOW, Courier, courier
from tests.pull.http_site import Handler, Site, site

PATH = "/out/weekly.csv"
ROWS = b"a;b\n1;2\n"
MORE = b"a;b\n1;2\n3;4\n"


def test_a_file_is_brought_under_its_name_and_its_watermark_is_written(web: Site, sent: Courier) -> None:
    web.serves(ROWS, ETag='"1"', Last_Modified="Mon, 23 Nov 2026 10:00:00 GMT")
    assert sent.pull() == {"weekly.csv": ROWS}
    mark = sent.mark(PATH)
    assert mark
    assert (mark.etag, mark.last_modified, mark.size_bytes) == ('"1"', "Mon, 23 Nov 2026 10:00:00 GMT", len(ROWS))
    assert mark.fetched_at == NOW


def test_the_host_is_asked_by_etag_and_says_that_nothing_is_new(web: Site, sent: Courier) -> None:
    web.serves_with_etag(ROWS, '"1"')
    assert sent.pull() == {"weekly.csv": ROWS}
    web.asked.clear()
    assert sent.pull() == {}
    assert [headers.get("If-None-Match") for _, headers in web.asked] == ['"1"']
    web.serves_with_etag(MORE, '"2"')
    assert sent.pull() == {"weekly.csv": MORE}


def test_the_host_is_asked_by_day_where_it_has_no_etag(web: Site, sent: Courier) -> None:
    day = "Mon, 23 Nov 2026 10:00:00 GMT"

    def answer(handler: Handler) -> None:
        known = handler.headers.get("If-Modified-Since") == day
        handler.begin(304) if known else handler.send(200, ROWS, Last_Modified=day)

    web.answer = answer
    assert sent.pull() == {"weekly.csv": ROWS}
    assert sent.pull() == {}


def test_the_same_bytes_from_a_host_without_etag_are_dropped_and_the_watermark_is_renewed(
    web: Site, sent: Courier
) -> None:
    web.serves(ROWS)
    assert sent.pull() == {"weekly.csv": ROWS}
    web.serves(ROWS, ETag='"new server"')
    assert sent.pull() == {}
    assert sent.lying() == []
    assert sent.said == ["tr/pulled: /out/weekly.csv: not delivered again: the same bytes as the last time"]
    mark = sent.mark(PATH)
    assert mark
    assert mark.etag == '"new server"'


def test_what_is_said_again_after_something_else_is_new(web: Site, sent: Courier) -> None:
    for body in (ROWS, MORE, ROWS):
        web.serves(body)
        assert sent.pull() == {"weekly.csv": body}


def test_a_file_still_awaiting_the_watcher_is_never_written_over(web: Site, sent: Courier) -> None:
    sent.folder.mkdir(parents=True)
    (sent.folder / "weekly.csv").write_bytes(ROWS)
    web.serves(MORE)
    assert sent.pull() == {}
    assert (sent.folder / "weekly.csv").read_bytes() == ROWS
    assert "still waits to be taken in" in sent.said[0]
    (sent.folder / "weekly.csv").unlink()
    assert sent.pull() == {"weekly.csv": MORE}


def test_a_crash_before_the_watermark_fetches_once_more_and_loses_nothing(web: Site, sent: Courier) -> None:
    sent.folder.mkdir(parents=True)
    (sent.folder / "weekly.csv").write_bytes(ROWS)
    (sent.folder / "weekly.csv.part").write_bytes(b"half of an earlier o")
    web.serves(ROWS)
    assert sent.pull() == {"weekly.csv": ROWS}
    assert sent.lying() == []
    assert sent.pull() == {}


def test_a_file_that_still_grows_is_left_for_the_next_time(web: Site, sent: Courier) -> None:
    written = [ROWS]

    def answer(handler: Handler) -> None:
        handler.send(200, b"".join(written))
        written.append(b"5;6\n")

    web.answer = answer
    assert sent.pull() == {}
    assert (sent.lying(), sent.mark(PATH)) == ([], None)
    assert "still grows" in sent.said[0]
    web.serves(MORE)
    assert sent.pull() == {"weekly.csv": MORE}


def test_a_body_that_is_packed_on_the_way_arrives_unpacked(web: Site, sent: Courier) -> None:
    web.serves_gzip(ROWS * 300_000)
    assert sent.pull() == {"weekly.csv": ROWS * 300_000}


def test_a_packed_body_in_several_members_arrives_whole(web: Site, sent: Courier) -> None:
    web.serves(gzip.compress(ROWS) + gzip.compress(MORE), Content_Encoding="gzip")
    assert sent.pull() == {"weekly.csv": ROWS + MORE}


def test_a_packed_file_stays_packed(web: Site, sent: Courier) -> None:
    web.serves(gzip.compress(ROWS), Content_Type="application/gzip")
    brought = sent.declared(path="/out/weekly.csv.gz", matching="*.csv.gz").pull()
    assert {name: gzip.decompress(body) for name, body in brought.items()} == {"weekly.csv.gz": ROWS}


@pytest.mark.parametrize("damaged", [gzip.compress(ROWS)[:-9], b"no gzip at all"], ids=["early", "damaged"])
def test_a_packed_body_that_is_not_whole_is_not_brought(web: Site, sent: Courier, damaged: bytes) -> None:
    web.serves(damaged, Content_Encoding="gzip")
    with pytest.raises(LineBroken, match="packed body"):
        sent.pull()
    assert sent.lying() == []


def test_a_packing_that_nobody_asked_for_is_refused(web: Site, sent: Courier) -> None:
    web.serves(ROWS, Content_Encoding="br")
    with pytest.raises(LineRefused, match="packed as br, which nobody asked for"):
        sent.pull()


def test_user_and_password_reach_the_host_and_nobody_else(web: Site, sent: Courier) -> None:
    def answer(handler: Handler) -> None:
        known = handler.headers.get("Authorization") == "Basic bWU6czNjcjN0"
        handler.send(200 if known else 401, ROWS if known else b"")

    web.answer = answer
    assert sent.over(replace(sent.line, user="me", password="s3cr3t")).pull() == {"weekly.csv": ROWS}  # noqa: S106  a made one
    with pytest.raises(LineRefused, match=r"401.*mend user and password") as told:
        sent.over(replace(sent.line, user="me", password="0ther")).pull()  # noqa: S106  a made one
    assert "0ther" not in str(told.value)


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 206, 204])
def test_an_answer_that_somebody_must_mend_is_refused(web: Site, sent: Courier, status: int) -> None:
    web.refuses(status)
    with pytest.raises(LineRefused, match=rf"tr/pulled: http://127.0.0.1:\d+/out/weekly.csv: .*{status}.*; "):
        sent.pull()
    assert sent.lying() == []


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 425, 429])
def test_an_answer_that_passes_is_worth_another_try(web: Site, sent: Courier, status: int) -> None:
    web.refuses(status)
    with pytest.raises(LineBroken, match=rf"answered {status}.*; try again later"):
        sent.pull()


def test_nothing_modified_is_no_answer_to_who_did_not_ask_for_it(web: Site, sent: Courier) -> None:
    web.refuses(304)
    with pytest.raises(LineRefused, match="304"):
        sent.pull()


def test_a_redirect_on_the_same_host_is_followed(web: Site, sent: Courier) -> None:
    def answer(handler: Handler) -> None:
        moved = handler.path == "/new/w.csv?a=b"
        handler.send(200, ROWS) if moved else handler.send(302, Location="/new/w.csv?a=b")

    web.answer = answer
    assert sent.pull() == {"weekly.csv": ROWS}


@pytest.mark.parametrize("where", ["https://127.0.0.1:{port}/out/weekly.csv", "//localhost:{port}/x", "//127.0.0.1:1/"])
def test_a_redirect_to_another_scheme_or_host_is_refused(web: Site, sent: Courier, where: str) -> None:
    web.refuses(301, Location=where.format(port=web.port))
    with pytest.raises(LineRefused, match="points to another one"):
        sent.over(replace(sent.line, user="me", password="s3cr3t")).pull()  # noqa: S106  a made one
    assert len(web.asked) == 1


def test_a_redirect_in_a_circle_is_refused(web: Site, sent: Courier) -> None:
    web.refuses(302, Location="/out/weekly.csv")
    with pytest.raises(LineRefused, match="more than 5 redirects"):
        sent.pull()


def test_a_body_that_is_shorter_than_it_said_is_not_brought(web: Site, sent: Courier) -> None:
    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Length="1000")
        handler.wfile.write(ROWS)
        handler.close_connection = True

    web.answer = answer
    with pytest.raises(LineBroken, match="the line broke"):
        sent.pull()
    assert (sent.lying(), sent.mark(PATH)) == ([], None)


def test_a_line_that_is_reset_in_the_middle_is_worth_another_try(web: Site, sent: Courier) -> None:
    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Length="1000")
        handler.wfile.write(ROWS)
        handler.cut()

    web.answer = answer
    with pytest.raises(LineBroken, match="the line broke"):
        sent.pull()
    assert sent.lying() == []
    web.serves(ROWS)
    assert sent.pull() == {"weekly.csv": ROWS}


def test_a_host_that_drips_meets_the_end_of_patience(web: Site, sent: Courier) -> None:
    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Length="1000")
        while not web.ended.wait(0.05):
            handler.wfile.write(b"1")

    web.answer = answer
    with pytest.raises(LineBroken, match=r"not whole after 1s; try again, or declare a longer arrives.give_up_after"):
        sent.declared(give_up_after="1s").pull()
    assert sent.lying() == []


def test_a_host_that_drips_its_headers_meets_it_too(web: Site, sent: Courier) -> None:
    def answer(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not web.ended.wait(0.05):
            handler.wfile.write(b"1")

    web.answer = answer
    with pytest.raises(LineBroken, match="not whole after 1s"):
        sent.declared(give_up_after="1s").pull()


def test_a_file_over_the_limit_is_refused_while_it_streams_whatever_it_said(web: Site, sent: Courier) -> None:
    def answer(handler: Handler) -> None:
        handler.begin(200, Transfer_Encoding="chunked")
        while not web.ended.is_set():  # without end: only who stops listening gets away
            handler.wfile.write(b"4\r\n1;2\n\r\n")

    web.answer = answer
    with pytest.raises(LineRefused, match="more than 1000 bytes"):
        sent.limited(1000).pull()
    assert sent.lying() == []


def test_a_body_that_unpacks_over_the_limit_is_refused(web: Site, sent: Courier) -> None:
    web.serves_gzip(bytes(50_000_000))
    with pytest.raises(LineRefused, match="more than 1000000 bytes"):
        sent.limited(1_000_000).pull()


def test_a_refused_connection_is_worth_another_try(sent: Courier) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        with pytest.raises(LineBroken, match="the line broke"):
            sent.over(Line("http", "127.0.0.1", taken.getsockname()[1])).pull()


def test_a_name_that_nobody_has_is_worth_another_try(sent: Courier) -> None:
    with pytest.raises(LineBroken, match=r"http://nobody.invalid/out/weekly.csv: the line broke"):
        sent.over(Line("http", "nobody.invalid")).pull()


def test_a_silent_host_is_worth_another_try(sent: Courier) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,  # takes the connection, and says nothing
        pytest.raises(LineBroken, match=r"no byte came for 1 seconds|not whole after 1s"),
    ):
        sent.over(Line("http", "127.0.0.1", silent.getsockname()[1])).declared(give_up_after="1s").pull()


def test_a_folder_that_cannot_be_written_is_an_error_of_the_store(web: Site, sent: Courier) -> None:
    web.serves(ROWS)
    sent.folder.parent.mkdir(parents=True)
    sent.folder.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match=r"cannot write what is pulled into .*; make room there"):
        sent.pull()


@pytest.mark.skipif(sys.platform == "win32", reason="the limit that stands for a full disk is a Unix one")
def test_a_full_disk_is_an_error_of_the_store_and_leaves_nothing(web: Site, sent: Courier) -> None:
    import resource  # noqa: PLC0415  Windows has none

    web.serves(ROWS * 200_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(StoreError, match="File too large"):
            sent.pull()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (sent.lying(), sent.mark(PATH)) == ([], None)
    assert list(sent.pull()) == ["weekly.csv"]


@pytest.mark.parametrize("name", ["weekly.csv.part", ".weekly.csv", "..%2Fweekly.csv", "a%00.csv", ".."])
def test_a_name_that_would_lead_elsewhere_or_never_be_taken_in_is_refused(sent: Courier, name: str) -> None:
    with pytest.raises(LineRefused, match="is not the name of a finished file"):
        sent.declared(path=f"/out/{name}").pull()


def test_a_certificate_that_the_line_trusts_is_trusted(tmp_path: Path) -> None:
    with site(certificate(tmp_path, "127.0.0.1")) as web:
        web.serves(ROWS)
        sent = courier(tmp_path, Line("https", "127.0.0.1", web.port, ca=tmp_path / "ca.pem"), PATH)
        assert sent.pull() == {"weekly.csv": ROWS}
        sent.watermarks.close()


def test_a_certificate_that_nobody_trusts_is_refused(tmp_path: Path) -> None:
    with site(certificate(tmp_path, "127.0.0.1")) as web:
        sent = courier(tmp_path, Line("https", "127.0.0.1", web.port), PATH)
        with pytest.raises(LineRefused, match=r"certificate is not trusted: self-signed .*extra ca"):
            sent.pull()
        assert web.asked == []
        sent.watermarks.close()


def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    with site(certificate(tmp_path, "127.0.0.2")) as web:
        sent = courier(tmp_path, Line("https", "127.0.0.1", web.port, ca=tmp_path / "ca.pem"), PATH)
        with pytest.raises(LineRefused, match="certificate is not trusted: IP address mismatch"):
            sent.pull()
        sent.watermarks.close()


def test_certificates_that_cannot_be_read_are_told(sent: Courier, tmp_path: Path) -> None:
    with pytest.raises(LineRefused, match=r"certificates in .*none.pem cannot be read.*mend extra ca"):
        sent.over(replace(sent.line, ca=tmp_path / "none.pem")).pull()
