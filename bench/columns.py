"""The thirty columns of the invented line list: the sender's headers and words, and what they are in our words.

Every step that maps (the source declaration, pandas, adtl) must map the same, so this is said once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

Kind = Literal["id", "place", "code", "date", "integer"]

DELIMITER = ";"
DATE_FORMAT = "%d.%m.%Y"

# Those that were there on each of its days.
REGIONS: Mapping[str, str] = {
    "Ақмола облысы": "KZ-11",
    "Ақтөбе облысы": "KZ-15",
    "Алматы облысы": "KZ-19",
    "Атырау облысы": "KZ-23",
    "Батыс Қазақстан облысы": "KZ-27",
    "Жамбыл облысы": "KZ-31",
    "Қарағанды облысы": "KZ-35",
    "Қостанай облысы": "KZ-39",
    "Қызылорда облысы": "KZ-43",
    "Маңғыстау облысы": "KZ-47",
    "Павлодар облысы": "KZ-55",
    "Солтүстік Қазақстан облысы": "KZ-59",
    "Түркістан облысы": "KZ-61",
    "Шығыс Қазақстан облысы": "KZ-63",
    "Астана": "KZ-71",
    "Алматы": "KZ-75",
    "Шымкент": "KZ-79",
}
SEX: Mapping[str, str] = {"Ер": "M", "Әйел": "F"}
YES_NO: Mapping[str, str] = {"иә": "Y", "жоқ": "N", "белгісіз": "UNK"}
CLASSIFICATION: Mapping[str, str] = {"Расталған": "CONF", "Ықтимал": "PROB", "Күдікті": "POSS"}
OUTCOME: Mapping[str, str] = {"Жазылған": "A", "Қайтыс болған": "D", "Емделуде": "STILLTREATMENT"}
REASON: Mapping[str, str] = {
    "Байланыста болған": "CASE_CONTACT",
    "Дәрігерге қаралған": "SEEKING_HC",
    "Шекарада анықталған": "POE_DETECTION",
    "Елге оралған": "REPATRIATION",
    "Эпидқадағалау": "SURVEILLANCE",
    "Басқа": "OTH",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column: our field, the sender's header, what it holds, the sender's words and our codes for them."""

    field: str
    header: str
    kind: Kind
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    required: bool = False
    between: tuple[int, int] | None = None


COLUMNS: tuple[Column, ...] = (
    Column("case_id", "Тіркеу нөмірі", "id", required=True),
    Column("region", "Облыс", "place", REGIONS, required=True),
    Column("region_of_residence", "Тұрғылықты облысы", "place", REGIONS),
    Column("sex", "Жынысы", "code", SEX, required=True),
    Column("age_years", "Жасы", "integer", required=True, between=(0, 125)),
    Column("report_date", "Хабарлама күні", "date", required=True),
    Column("onset_date", "Ауырған күні", "date"),
    Column("specimen_date", "Сынама алынған күні", "date", required=True),
    Column("hospitalisation_date", "Ауруханаға жатқызылған күні", "date"),
    Column("icu_date", "Реанимацияға түскен күні", "date"),
    Column("death_date", "Қайтыс болған күні", "date"),
    Column("case_classification", "Жағдайдың жіктелуі", "code", CLASSIFICATION, required=True),
    Column("reason_tested", "Тексеру себебі", "code", REASON, required=True),
    Column("outcome", "Ауру нәтижесі", "code", OUTCOME, required=True),
    Column("hospitalised", "Ауруханаға жатқызылды", "code", YES_NO, required=True),
    Column("icu", "Реанимацияда болды", "code", YES_NO, required=True),
    Column("asymptomatic", "Симптомсыз", "code", YES_NO, required=True),
    Column("healthcare_worker", "Медицина қызметкері", "code", YES_NO, required=True),
    Column("contact_known_case", "Науқаспен байланыс", "code", YES_NO, required=True),
    Column("travel_14d", "14 күн ішінде сапар", "code", YES_NO, required=True),
    Column("vaccinated", "Екпе алған", "code", YES_NO, required=True),
    Column("doses", "Екпе саны", "integer", between=(0, 10)),
    Column("diabetes", "Қант диабеті", "code", YES_NO),
    Column("heart_disease", "Жүрек ауруы", "code", YES_NO),
    Column("hypertension", "Артериялық гипертензия", "code", YES_NO),
    Column("kidney_disease", "Бүйрек ауруы", "code", YES_NO),
    Column("liver_disease", "Бауыр ауруы", "code", YES_NO),
    Column("lung_disease", "Өкпе ауруы", "code", YES_NO),
    Column("obesity", "Семіздік", "code", YES_NO),
    Column("immunodeficiency", "Иммун тапшылығы", "code", YES_NO),
)
PRECONDITIONS: tuple[str, ...] = tuple(column.field for column in COLUMNS[-8:])
