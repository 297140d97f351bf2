"""HR's own list of words that give writers away."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError

from app.auth.guard import signed_in_account
from app.db import db
from app.feedback.hinting.forms import WordsForm
from app.feedback.hinting.rules import (
    LONGEST_WORD,
    MOST_CHARACTERS,
    MOST_WORDS,
    SHORTEST_NAME,
    words_of,
)
from app.feedback.hinting.service import keep_words, list_words
from app.web.policy import hr_only

bp = Blueprint("hinting", __name__, url_prefix="/hr/q/words")


@bp.route("", methods=["GET", "POST"])
@hr_only
def words() -> ResponseReturnValue:
    """The whole list in one box; what is saved replaces it."""
    form = WordsForm(words="\n".join(list_words()))
    if form.validate_on_submit():
        written = form.words.data or ""
        form.words.data = written[:MOST_CHARACTERS]
        wanted = words_of(form.words.data)
        is_cut = len(written) > MOST_CHARACTERS
        form.words.errors = _too_much() if is_cut else _faults(wanted)
        if not form.words.errors and _is_kept(form, wanted):
            flash(ngettext("%(num)d word is kept.", "%(num)d words are kept.", len(wanted)))
            return redirect(url_for(".words"))
    page = render_template("hinting/words.html", form=form, most=MOST_WORDS)
    return page, 422 if form.errors or form.words.errors else 200


def _is_kept(form: WordsForm, wanted: list[str]) -> bool:
    try:
        keep_words(wanted, account_id=signed_in_account().id)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        form.words.errors = [_("Somebody else saved this list at the same moment. Save it again.")]
        return False
    return True


def _too_much() -> list[str]:
    return [
        _(
            "This is too much text: only its first %(num)d characters are shown here. "
            "Keep the %(most)d words that matter.",
            num=MOST_CHARACTERS,
            most=MOST_WORDS,
        )
    ]


def _faults(wanted: list[str]) -> list[str]:
    wrong = [word for word in wanted if not SHORTEST_NAME <= len(word) <= LONGEST_WORD]
    sentences = [
        _(
            "“%(word)s” cannot be used: a word has %(least)d to %(most)d characters.",
            word=word[: LONGEST_WORD + 1],
            least=SHORTEST_NAME,
            most=LONGEST_WORD,
        )
        for word in wrong[:1]
    ]
    if len(wanted) > MOST_WORDS:
        sentences.append(
            _(
                "%(count)d words are too many: keep the %(most)d that matter.",
                count=len(wanted),
                most=MOST_WORDS,
            )
        )
    return sentences
