from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired

from app.web.forms import Form


class Upload(Form):
    file = FileField(
        _("Workbook (XLSX) or one of its sheets (CSV)"),
        validators=[FileRequired(_("Please choose a file."))],
        render_kw={"accept": ".xlsx,.csv"},
    )
