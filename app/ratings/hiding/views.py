"""Where HR looks comments through before the release, and hides passages of them."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.auth.guard import signed_in_account
from app.config import Settings
from app.cycles.models import Cycle
from app.db import db, writing
from app.ratings.hiding import queries, service
from app.ratings.hiding.looking import PEOPLE_ON_A_PAGE, look_through
from app.ratings.hiding.rules import Reason, without
from app.ratings.hiding.service import OpenComment, Wish
from app.ratings.hiding.wording import (
    fault_sentence,
    hidden_mark,
    reason_name,
    why_closed,
    with_marks,
)
from app.web.policy import hr_only

bp = Blueprint("hiding", __name__, url_prefix="/hr/c/<int:cycle_id>/comments")

ONLY_TELLING = "telling"


@bp.app_context_processor
def words() -> dict[str, object]:
    """What templates say of hidden passages, those of results among them."""
    return {"with_marks": with_marks, "hidden_mark": hidden_mark, "reason_name": reason_name}


@bp.get("")
@hr_only
def of_cycle(cycle_id: int) -> ResponseReturnValue:
    """The comments of some people, as their readers will get them."""
    cycle = _cycle_or_404(cycle_id)
    closed = why_closed(cycle)
    if closed:
        reasons = queries.count_reasons(cycle_id, signed_in_account().id)
        return render_template(
            "hiding/closed.html", cycle=cycle, sentence=closed, reasons=reasons, kinds=Reason
        )
    account_id = signed_in_account().id
    looking = look_through(cycle_id, account_id=account_id, link_key=_settings().link_key)
    only = request.args.get("only") == ONLY_TELLING
    wanted = [one for one in looking.people if one.is_telling or not only]
    last = max(-(-len(wanted) // PEOPLE_ON_A_PAGE), 1)
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    first = (number - 1) * PEOPLE_ON_A_PAGE
    people = wanted[first : first + PEOPLE_ON_A_PAGE]
    page = render_template(
        "hiding/of_cycle.html",
        cycle=cycle,
        looking=looking,
        people=people,
        only=only,
        number=number,
        last=last,
        kinds=Reason,
    )
    _note_looking([one.participant_id for one in people])
    return page


@bp.get("/<int:participant_id>/<digest>")
@hr_only
def comment(cycle_id: int, participant_id: int, digest: str) -> ResponseReturnValue:
    found = _open_comment(cycle_id, participant_id, digest)
    page = _page(cycle_id, found)
    _note_looking([participant_id])
    return page


@bp.post("/<int:participant_id>/<digest>")
@hr_only
def hide(cycle_id: int, participant_id: int, digest: str) -> ResponseReturnValue:
    """Show how the comment would read; with the second press hide the passage."""
    found = _open_comment(cycle_id, participant_id, digest)
    form = request.form
    wish = Wish(
        passage=form.get("passage", ""),
        whole=form.get("whole") == "yes",
        reason=form.get("reason", ""),
    )
    fault = found.fault(wish)
    if fault is not None:
        return _page(cycle_id, found, wish=wish, error=fault_sentence(fault)), 422
    if form.get("action") != "hide":
        return _page(cycle_id, found, wish=wish, is_preview=True)
    places = service.hide(
        _cycle_or_404(cycle_id),
        participant_id,
        digest,
        wish,
        by=signed_in_account(),
        link_key=_settings().link_key,
    )
    db.session.commit()
    flash(ngettext("Hidden.", "Hidden in %(num)d places.", places))
    place = f"p-{participant_id}"
    return redirect(url_for(".of_cycle", cycle_id=cycle_id, _anchor=place, **_way_back()))


@bp.post("/<int:participant_id>/<digest>/show")
@hr_only
def show(cycle_id: int, participant_id: int, digest: str) -> ResponseReturnValue:
    """Show a hidden passage again."""
    service.show_again(
        _cycle_or_404(cycle_id),
        participant_id,
        digest,
        request.form.get("hiding", 0, type=int),
        by=signed_in_account(),
        link_key=_settings().link_key,
    )
    db.session.commit()
    flash(_("The passage is shown again."))
    return redirect(url_for(".comment", **(request.view_args or {}), **_way_back()))


def _page(
    cycle_id: int,
    found: OpenComment,
    *,
    wish: Wish | None = None,
    error: str = "",
    is_preview: bool = False,
) -> str:
    wish = wish or Wish(passage="", whole=False, reason="")
    places = found.wanted(wish) if is_preview else []
    return render_template(
        "hiding/comment.html",
        cycle=_cycle_or_404(cycle_id),
        comment=found,
        wish=wish,
        error=error,
        preview=without(found.text, [*found.spans, *places]) if is_preview else "",
        occurrences=len(places),
        kinds=Reason,
        back=_way_back(),
    )


def _way_back() -> dict[str, Any]:
    """The page of the list from which somebody came, in the addresses of all that follow."""
    given = {"page": request.args.get("page", "", type=str), "only": request.args.get("only", "")}
    kept = {"page": given["page"] if given["page"].isdecimal() else "", "only": given["only"]}
    return {name: value for name, value in kept.items() if value}


def _note_looking(participant_ids: list[int]) -> None:
    account_id = signed_in_account().id
    db.session.rollback()
    with writing():
        service.note_looking(participant_ids, account_id)
        db.session.commit()


def _open_comment(cycle_id: int, participant_id: int, digest: str) -> OpenComment:
    return service.open_comment(
        _cycle_or_404(cycle_id),
        participant_id,
        digest,
        by=signed_in_account(),
        link_key=_settings().link_key,
    )


def _cycle_or_404(cycle_id: int) -> Cycle:
    return db.session.get(Cycle, cycle_id) or abort(404)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
