"""What is sent: deliveries of one source, of every kind, each with what it tells and the state in which it has to end.

The source is one of those that are declared; the words of its file stand here as its sender would write them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from pipelines.artefacts import Envelope, Kind
from pipelines.envelope import DATAPACKAGE, write_envelope
from pipelines.ledger import State
from tests.fold.model import Key, Told, counting, table  # in plain Python, what corrections add up to

SOURCE, TABLE, FIRST = "az/case_counts", "case_counts", date(2021, 3, 1)
_DAYS, _BY_HAND, _MOST_DROPPED = 6, 0.25, 0.2
_REGIONS = {"AZ-BA": "Bakı", "AZ-GA": "Gəncə", "AZ-SM": "Sumqayıt", "AZ-BAL": "Balakən"}
_COLUMNS = {"CASES": "Yeni yoluxan", "RECOVERED": "Sağalan", "DEATHS": "Ölən", "TESTS": "Test sayı"}
_HEAD = ("Tarix", "Rayon və ya şəhər", "Səviyyə", *_COLUMNS.values())


@dataclass(frozen=True)
class Sent:
    """A delivery: its number, what it tells under that name, its rows (none: it withdraws), and how it has to end.

    One that is sent by hand is given to `salamat run`; the others are laid into the arrivals.
    """

    number: int
    told: Told
    ends: State
    lines: tuple[str, ...] = ()
    rejected: int = 0
    by_hand: bool = False

    @property
    def file_name(self) -> str:
        """The name of its file; a withdrawal is a data package alone."""
        return f"yoluxma_{self.number:05}.csv" if self.lines else DATAPACKAGE

    def text(self, attempt: int = 0) -> str:
        """Its file; who tries again may have put the rows in another order, and the bytes are others."""
        head, *rows = self.lines
        turned = attempt % len(rows)
        return "\ufeff" + "".join(f"{line}\n" for line in (head, *rows[turned:], *rows[:turned]))

    def envelope(self, ids: Mapping[str, str]) -> Envelope:
        """What is said beside the file; `ids` are those that earlier deliveries were given."""
        days = self.told.days and (FIRST + timedelta(self.told.days[0]), FIRST + timedelta(self.told.days[1]))
        kind: Kind | None = ("replace" if days else None) if self.lines else "withdraw"
        target = ids[self.told.withdraws] if self.told.withdraws else None
        return Envelope(kind, days, f"delivery {self.number}", target)


class Plan:
    """Deliveries without end. The same seed gives the same ones, in every process."""

    def __init__(self, seed: int) -> None:
        """Begin with none."""
        self.seed = seed
        self._sent: list[Sent] = []

    def __getitem__(self, number: int) -> Sent:
        """Give the delivery of a number, from 0."""
        while len(self._sent) <= number:
            chance = Random(f"{self.seed}-{len(self._sent)}")  # noqa: S311  repeatable, not secret
            kind = chance.choices(list(_KINDS), [weight for weight, _ in _KINDS.values()])[0] if self._sent else "adds"
            self._sent.append(_KINDS[kind][1](chance, self._sent))
        return self._sent[number]


def number_of(file_name: str, because: str | None) -> int:
    """Give the number of a delivery, from what the registers tell of it."""
    return int((because or "").removeprefix("delivery ") if file_name == DATAPACKAGE else file_name[8:13])


def lay(sent: Sent, folder: Path, ids: Mapping[str, str]) -> None:
    """Lay a delivery into its folder of arrivals, whole at once: its file, or file and data package in a folder."""
    making = folder / f".{sent.number}"
    making.mkdir(parents=True)
    if sent.lines:
        (making / sent.file_name).write_text(sent.text(), encoding="utf-8")
    if not sent.lines or sent.told.days:
        package = write_envelope(sent.envelope(ids), making)
        told = json.loads(package.read_text(encoding="utf-8"))
        told["resources"] = [{"name": "figures", "path": sent.file_name}] if sent.lines else []
        package.write_text(json.dumps(told), encoding="utf-8")
    making.rename(folder / f"{sent.number}")


def _published(before: list[Sent]) -> list[Told]:
    return [sent.told for sent in before if sent.ends == "published"]


def _figures(chance: Random, day: int) -> dict[str, int]:
    """Such as raise no doubt: tests above cases above the rest, and no day like the one before."""
    cases = 100 + 16 * chance.randrange(20) + day
    return {
        "CASES": cases,
        "RECOVERED": chance.randrange(20, 90),
        "DEATHS": chance.randrange(9),
        "TESTS": 5000 + cases,
    }


def _row(day: int, place: str, figures: Mapping[str, int]) -> str:
    told = (f"{FIRST + timedelta(day):%d.%m.%Y}", place, "rayon", *(figures[column] for column in _COLUMNS))
    return ";".join(map(str, told))


def _with_rows(chance: Random, before: list[Sent], kind: str, days: tuple[int, int]) -> Sent:
    """Every region of some days, one left out where it is a replacement, one unknown where a row is to be rejected."""
    places = [(day, region) for day in range(days[0], days[1] + 1) for region in _REGIONS]
    chance.shuffle(places)
    if kind in {"replaces", "adds"}:
        places = places[: max(3, len(places) - chance.choice((0, 1, 1, 1, 2)))]
    told = {place: _figures(chance, place[0]) for place in places}
    unknown = {"is held": 9 * len(places), "adds with an unknown place": 1}.get(kind, 0)
    lines = [_row(day, _REGIONS[region], figures) for (day, region), figures in told.items()]
    lines += [_row(days[0] + n % 2, f"Atlantida {n}", _figures(chance, 0)) for n in range(unknown)]
    facts: dict[Key, int] = {(d, f"{r}/{what}"): n for (d, r), f in told.items() for what, n in f.items()}
    doubts = frozenset((days[0] + n % 2, None) for n in range(unknown))
    said = Told(str(len(before)), facts, doubts, days if kind == "replaces" else None)
    return Sent(len(before), said, _end(said, kind, before), (";".join(_HEAD), *lines), unknown * len(_COLUMNS))


def _end(said: Told, kind: str, before: list[Sent]) -> State:
    """A replacement that takes out too much is held, and so is a file of which most is rejected."""
    if kind == "is held":
        return "held"
    stand = [key for key in table(_published(before)) if said.days and said.days[0] <= key[0] <= said.days[1]]
    gone = [key for key in stand if said.says(key) is None]
    return "held" if len(gone) > _MOST_DROPPED * len(stand) else "published"


def _by_hand(chance: Random, sent: Sent) -> Sent:
    return replace(sent, by_hand=not sent.told.days and chance.random() < _BY_HAND)


def _of_kind(kind: str) -> Callable[[Random, list[Sent]], Sent]:
    def made(chance: Random, before: list[Sent]) -> Sent:
        first = chance.randrange(_DAYS - 1)
        return _by_hand(chance, _with_rows(chance, before, kind, (first, first + 1)))

    return made


def _refused(chance: Random, before: list[Sent]) -> Sent:
    """A column that nobody has declared."""
    head, *rows = _with_rows(chance, before, "adds", (0, 1)).lines
    lines = (f"{head};Yeni sütun", *(f"{row};?" for row in rows))
    return _by_hand(chance, Sent(len(before), Told(str(len(before))), "refused", lines))


def _withdraws(chance: Random, before: list[Sent]) -> Sent:
    """Take back one that counts, or a withdrawal."""
    counts = {told.name for told in counting(_published(before))}
    void = {told.withdraws for told in _published(before)}
    names = [t.name for t in _published(before) if t.name in counts or (t.withdraws and t.name not in void)]
    return Sent(len(before), Told(str(len(before)), withdraws=chance.choice(names or ["0"])), "published")


def _withdraws_days(chance: Random, before: list[Sent]) -> Sent:
    day = chance.randrange(_DAYS)
    return Sent(len(before), Told(str(len(before)), days=(day, day)), "published")


def _comes_again(chance: Random, before: list[Sent]) -> Sent:
    """The bytes of an earlier one: a confirmation, or superseded where it would undo what was said since."""
    plain = [s for s in before if s.ends == "published" and s.lines and not s.told.days and not s.by_hand]
    twin = chance.choice(plain or before[:1])
    said = replace(twin.told, name=str(len(before)))
    published = _published(before)
    same = _values(published) == _values([*published, said])
    return replace(twin, number=len(before), told=said, ends="published" if same else "superseded")


def _values(told: list[Told]) -> dict[Key, int]:
    return {key: value for key, (value, _) in table(told).items()}


_KINDS: dict[str, tuple[int, Callable[[Random, list[Sent]], Sent]]] = {
    "adds": (34, _of_kind("adds")),
    "adds with an unknown place": (12, _of_kind("adds with an unknown place")),
    "replaces": (18, _of_kind("replaces")),
    "withdraws": (10, _withdraws),
    "withdraws days": (8, _withdraws_days),
    "comes again": (6, _comes_again),
    "is held": (6, _of_kind("is held")),
    "is refused": (6, _refused),
}
