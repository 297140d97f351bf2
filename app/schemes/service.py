"""Put the ready schemes into the tables, and find the one that suits a job."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.questionnaires.models import Questionnaire
from app.questionnaires.packs import load_questionnaire
from app.questionnaires.service import install_questionnaire
from app.schemes import packs
from app.schemes.models import Scheme


def install_packs() -> list[Scheme]:
    """Every ready scheme with its questionnaire; what is there already stays as it is."""
    return [_install(pack) for pack in packs.list_schemes()]


def list_schemes() -> Sequence[Scheme]:
    """The newest version of every scheme, by code."""
    rows = db.session.scalars(
        select(Scheme)
        .options(joinedload(Scheme.questionnaire))
        .order_by(Scheme.code, Scheme.version)
    ).all()
    return list({row.code: row for row in rows}.values())


def list_schemes_asking(code: str) -> list[Scheme]:
    """Those of them that ask with some version of this questionnaire."""
    return [scheme for scheme in list_schemes() if scheme.questionnaire.code == code]


def ask_with(questionnaire: Questionnaire, schemes: Sequence[Scheme]) -> list[Scheme]:
    """The next version of each scheme: the same rules, and this version's items."""
    return [
        ask_with_rules(questionnaire, scheme, deepcopy(scheme.definition)) for scheme in schemes
    ]


def ask_with_rules(
    questionnaire: Questionnaire, scheme: Scheme, definition: dict[str, Any]
) -> Scheme:
    """The next version of a scheme, with this definition."""
    made = Scheme(
        code=scheme.code,
        version=scheme.version + 1,
        name_zh=scheme.name_zh,
        name_en=scheme.name_en,
        questionnaire_id=questionnaire.id,
        definition=definition,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _install(pack: packs.Scheme) -> Scheme:
    kept = db.session.scalar(
        select(Scheme).where(Scheme.code == pack.code, Scheme.version == pack.version)
    )
    if kept is not None:
        return kept
    row = Scheme(
        code=pack.code,
        version=pack.version,
        name_zh=pack.name_zh,
        name_en=pack.name_en,
        questionnaire_id=install_questionnaire(load_questionnaire(pack.questionnaire)).id,
        definition=pack.definition(),
    )
    db.session.add(row)
    db.session.flush()
    return row
