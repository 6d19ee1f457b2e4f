"""Rows of `border_posts` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import Case, Row, case

SADARAK, FOREIGN = "AZTR-SADARAK-DILUCU", "KZUZ-ZHIBEK-ZHOLY"  # the rows are sent by TR

CASES: tuple[Case, ...] = (
    case(
        "border_posts",
        "post-lies-on-a-crossing-of-its-state",
        {"border_crossing": FOREIGN},
        {"border_crossing": SADARAK},
        {"border_crossing": "IRTR-GURBULAK"},
    ),
    case(
        "border_posts",
        "post-partner-is-the-other-state-of-its-crossing",
        {"border_crossing": SADARAK, "partner_country": "GE"},
        {"border_crossing": SADARAK, "partner_country": "TR"},
        {"border_crossing": SADARAK, "partner_country": "AZ"},
        {"border_crossing": SADARAK},
        guilty=(0, 1),
    ),
    case("border_posts", "locode-is-of-the-reporting-state", {"un_locode": "AZALT"}, {"un_locode": "TRIST"}, {}),
    case(
        "border_posts",
        "latitude-and-longitude-go-together",
        {"latitude_degrees": 39.7},
        {"longitude_degrees": 44.8},
        {"latitude_degrees": 39.7, "longitude_degrees": 44.8},
        {},
        guilty=(0, 1),
    ),
    case(
        "border_posts",
        "post-lies-between-the-danube-and-the-tian-shan",
        {"latitude_degrees": 34.9, "longitude_degrees": 44.8},
        {"latitude_degrees": 56.1, "longitude_degrees": 44.8},
        {"latitude_degrees": 39.7, "longitude_degrees": 15.9},
        {"latitude_degrees": 39.7, "longitude_degrees": 88.1},
        {"latitude_degrees": 35, "longitude_degrees": 16},
        {"latitude_degrees": 56, "longitude_degrees": 88},
        guilty=(0, 1, 2, 3),
    ),
    case(
        "border_posts",
        "post-is-for-somebody",
        {"is_for_freight": "N", "is_for_passengers": "N"},
        {"is_for_freight": "N", "is_for_passengers": "Y"},
        {"is_for_freight": "Y", "is_for_passengers": "N"},
        {"is_for_freight": "N"},
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {"border_crossing": SADARAK}
