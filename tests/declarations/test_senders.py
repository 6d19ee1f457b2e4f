"""A mistake in one source's file spoils no other source, and is told with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.declarations import load_declarations, read_senders
from pipelines.errors import DeclarationError

GOOD = """\
source: kz/weekly
title: weekly
table: case_counts
language: [kk, ru]
arrives: {by: upload, matching: "weekly*.csv"}
decode: {encoding: [utf-8], delimiter: ";"}
constants: {period_type: W, pathogen: SARSCOV2, indicator: CASES, measure_type: INCIDENT}
map:
  period_start: {from: Күні, read: dd.MM.yyyy}
  region: {from: Облыс}
  value: {from: Жаңа}
"""
OVER = "source: kz/monthly\nextends: weekly\narrives: {matching: 'monthly*.csv'}\n"


def declare(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / "schemas/sources" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


BROKEN = [
    ("title: weekly", "title: [", "is not YAML"),
    ("title: weekly", "titel: weekly", "titel: Extra inputs"),
    ("language: [kk, ru]", "language: 3", "4: language"),
    ("matching:", "cron: '0 9 31 2 *', matching:", "5: arrives.cron: Value error, '0 9 31 2 *' is no rhythm"),
    ("matching:", "cron: daily, matching:", "5: arrives.cron: Value error, 'daily' is no rhythm"),
    ("matching:", "timezone: Asia/Atlantis, matching:", "5: arrives.timezone: Value error, there is no time zone"),
    ("matching:", "timezone: ../../etc/passwd, matching:", "5: arrives.timezone: Value error, there is no time zone"),
    ("source: kz/weekly", "source: kz/other", "1: the file is kz/weekly, and it says kz/other"),
    ("source: kz/weekly", "source: kz/weekly\nextends: weekly", "2: extends 'weekly', which extends it again"),
    ("source: kz/weekly", "source: kz/weekly\nextends: nothing", "2: extends 'nothing', and there is no"),
    ("source: kz/weekly\n", "source: kz/weekly\nsource: kz/weekly\n", "2: key 'source' stands twice"),
]


@pytest.mark.parametrize(("good", "wrong", "said"), BROKEN)
def test_a_broken_source_is_told_with_file_and_line_and_spoils_no_other(
    tmp_path: Path, good: str, wrong: str, said: str
) -> None:
    file = declare(tmp_path, "kz/weekly", GOOD.replace(good, wrong))
    declare(tmp_path, "kz/other_weekly", GOOD.replace("kz/weekly", "kz/other_weekly"))
    senders = read_senders(tmp_path)
    assert list(senders.broken) == ["kz/weekly"]
    assert "kz/other_weekly" in senders.sound
    assert str(file) in str(senders.broken["kz/weekly"])
    assert said in str(senders.broken["kz/weekly"])


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    file = declare(tmp_path, "kz/weekly", GOOD.encode("utf-16"))
    assert str(read_senders(tmp_path).broken["kz/weekly"]) == f"{file}:1: is not UTF-8: save it anew as UTF-8"
    declare(tmp_path, "kz/weekly", "source: kz/weekly\ntitle: недельный\n".encode("cp1251"))
    assert f"{file}:2: is not UTF-8" in str(read_senders(tmp_path).broken["kz/weekly"])


def test_a_file_that_is_not_there_any_more_is_told(tmp_path: Path) -> None:
    file = declare(tmp_path, "kz/weekly", GOOD)
    file.unlink()
    file.symlink_to(tmp_path / "nowhere")
    assert f"{file}: cannot be read: No such file" in str(read_senders(tmp_path).broken["kz/weekly"])


def test_what_is_wrong_in_what_a_source_extends_is_told_where_it_stands(tmp_path: Path) -> None:
    base = declare(tmp_path, "kz/weekly", GOOD.replace("language: [kk, ru]", "language: 3"))
    over = declare(tmp_path, "kz/monthly", OVER)
    senders = read_senders(tmp_path)
    assert sorted(senders.broken) == ["kz/monthly", "kz/weekly"]
    assert f"{base}:4: language" in str(senders.broken["kz/monthly"])
    declare(tmp_path, "kz/weekly", GOOD)
    declare(tmp_path, "kz/monthly", OVER + "language: 3\n")
    assert f"{over}:4: language" in str(read_senders(tmp_path).broken["kz/monthly"])


def test_sources_that_extend_each_other_in_a_ring_are_all_broken(tmp_path: Path) -> None:
    declare(tmp_path, "kz/weekly", "source: kz/weekly\nextends: monthly\n")
    declare(tmp_path, "kz/monthly", OVER)
    assert sorted(read_senders(tmp_path).broken) == ["kz/monthly", "kz/weekly"]


def test_a_source_that_two_folders_declare_is_nobodys(tmp_path: Path) -> None:
    declare(tmp_path, "kz/case_counts", GOOD.replace("kz/weekly", "kz/case_counts"))
    senders = read_senders(tmp_path)
    assert "declared already" in str(senders.broken["kz/case_counts"])
    assert "kz/case_counts" not in senders.sound


@pytest.mark.parametrize("text", ["source: [", "source: kz/weekly\nextends: nothing\n", "- a\n"])
def test_one_source_is_loaded_in_spite_of_anothers_error(tmp_path: Path, text: str) -> None:
    declare(tmp_path, "kz/weekly", text)
    declare(tmp_path, "kz/other", GOOD.replace("kz/weekly", "kz/other"))
    assert list(load_declarations(tmp_path, only="kz/other").sources) == ["kz/other"]
    with pytest.raises(DeclarationError):
        load_declarations(tmp_path, only="kz/weekly")
    with pytest.raises(DeclarationError):
        load_declarations(tmp_path)


def test_one_source_has_the_digest_of_all_declarations(tmp_path: Path) -> None:
    declare(tmp_path, "kz/other", GOOD.replace("kz/weekly", "kz/other"))
    assert load_declarations(tmp_path, only="kz/other").digest == load_declarations(tmp_path).digest


def test_every_declared_source_is_sound() -> None:
    senders = read_senders()
    assert senders.broken == {}
    assert set(senders.sound) == set(load_declarations().sources)
