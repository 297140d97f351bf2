"""The base of every form: the one place that touches Flask-WTF's missing types."""

from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]
    """A form with CSRF protection, whose messages come in the page's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("en", "zh")
