"""Where a mail server posts the reports of non-delivery, when no mailbox is to be read."""

import hmac

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.db import db
from app.mail.bounces import take_in
from app.web.limits import at_most
from app.web.policy import public

bp = Blueprint("bouncing", __name__)
MOST_BYTES = 1024 * 1024


@bp.post("/bounces")
@public
@at_most("1200 per minute")
def take() -> ResponseReturnValue:
    """The message as it came, with the secret as bearer token; the answer says what it came to."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.bounce_secret:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), settings.bounce_secret.encode()):
        abort(403)
    request.max_content_length = MOST_BYTES
    effect = take_in(request.get_data())
    db.session.commit()
    return jsonify(effect=effect.value)
