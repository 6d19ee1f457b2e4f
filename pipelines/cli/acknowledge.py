"""The command that acknowledges a doubt: it is known and explained, and asks for no attention until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from pipelines.cli.operate import user
from pipelines.cli.terminal import console, declared_by, errors_told
from pipelines.errors import NotAcknowledged
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.artefacts import Acknowledgement
    from pipelines.declarations import Declarations

_DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line."""

    rule: str | None
    source: str | None
    because: str
    until: datetime | None
    where: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    who: str

    def acknowledgement(self, declared: Declarations, now: datetime) -> Acknowledgement:
        """Give what is acknowledged. Raises NotAcknowledged where it cannot be."""
        from pipelines.artefacts import Acknowledgement  # noqa: PLC0415

        if not (self.rule and self.source and self.until and self.because.strip() and self.who.strip()):
            raise click.UsageError("say RULE, --source, --because and --until; or --list")
        if wrong := _wrong(self.rule, self.source, self._where(), declared):
            raise NotAcknowledged(wrong)
        if self.until.date() < now.date():
            raise NotAcknowledged(f"{self.until.date()} is past: it would ask again at once")
        days = (_date(self.first), _date(self.last))
        return Acknowledgement(
            self.rule, self.source, self.because, self.until.date(), self._where(), *days, who=self.who, at=now
        )

    def _where(self) -> dict[str, str]:
        pairs = [told.partition("=") for told in self.where]
        if any(not equals for _, equals, _ in pairs):
            raise click.UsageError("--where is written field=value, such as region=UNK")
        return {field.strip(): value.strip() for field, _, value in pairs}


@click.command()
@click.argument("rule", required=False)
@click.option("--source", help="The source whose deliveries are meant.")
@click.option("--because", default="", help="Why the figures are right as they are.")
@click.option("--until", type=_DAY, help="A delivery that comes later asks again.")
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help="Only facts with this value; may be said again.")
@click.option("--from", "first", type=_DAY, help="Only from this period on.")
@click.option("--to", "last", type=_DAY, help="Only up to this period.")
@click.option("--who", default=user, show_default="your user name", help="Who says so.")
@click.option("--list", "listed", is_flag=True, help="Show what is acknowledged, by declarations and by command.")
@click.pass_obj
def acknowledge(settings: Settings, /, *, listed: bool, **asked: object) -> None:
    """Acknowledge that RULE finds something that is known and right. It is still counted, and still in dq_flags.

    A rule that holds a delivery does not hold it then: `salamat reprocess` judges a held one anew. What rejects or
    refuses cannot be acknowledged. The newest about the same rule, source, values and periods counts.
    """
    with errors_told():
        from pipelines.ledger import Ledger  # noqa: PLC0415
        from pipelines.report.acknowledgements import acknowledgements  # noqa: PLC0415
        from pipelines.steps import utc_now  # noqa: PLC0415

        declared, ledger, now = declared_by(settings), Ledger(settings), utc_now()
        request = Asked(**asked)  # type: ignore[arg-type]  # click has seen to the types
        if listed:
            console().print(acknowledgements(declared, ledger.acknowledgements(request.source), request.source, now))
            return
        about = request.acknowledgement(declared, now)
        ledger.acknowledge(about)
        click.echo(f"{about.rule} is acknowledged for {about.source} until {about.until}")


def _wrong(rule: str, source: str, where: dict[str, str], declared: Declarations) -> str | None:
    """Say why this cannot be acknowledged."""
    if source not in declared.sources:
        return f"there is no source '{source}'"
    if rule not in declared.rules:
        return f"there is no rule '{rule}'"
    if not declared.rules[rule].may_be_acknowledged:
        return f"'{rule}' {declared.rules[rule].consequence}s: only what flags or holds can be acknowledged"
    table = declared.sources[source].table
    unknown = [field for field in where if field not in declared.tables[table].fields]
    return f"'{unknown[0]}' is not a field of the table {table}" if unknown else None


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
