"""Nothing that a person reads is missing in Chinese, and every letter exists in both languages."""

import ast
import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.config import ROOT
from app.mail.rendering import LOCALES

METHODS = [
    ("**.py", "python"),
    ("**.html", "jinja2.ext:babel_extract"),
    ("**.txt", "jinja2.ext:babel_extract"),
]
PAPER_LABELS = dict.fromkeys(("label", "fact", "row", "in_chinese"))
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "lazy_gettext", "N_")),
    "ngettext": (1, 2),
    "heading": (2,),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def used_texts() -> dict[str, str]:
    """Every translatable text in the code and the templates, with the file that holds it."""
    found = {}
    papers = {**KEYWORDS, **PAPER_LABELS}  # elsewhere a label is a column's name
    for folder, keywords in (("app", KEYWORDS), ("app/pdf", papers), ("templates", papers)):
        rows = extract_from_dir(
            str(ROOT / folder), method_map=METHODS, keywords=keywords, options_map={}
        )
        for file, _line, message, _comments, _context in rows:
            texts = message if isinstance(message, tuple) else (message,)
            found.update({text: f"{folder}/{file}" for text in texts[:1] if text})
    return found


def written_texts() -> set[str]:
    """Every text that stands in the code, such as the values of a choice that is shown later."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "app").rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def translated_texts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(Path(ROOT / "translations/zh/LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh"):
                if message.id:
                    found.setdefault(_several(message.id)[0], []).extend(_several(message.string))
    return found


def _several(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [part for part in ([text] if isinstance(text, str) else text or ()) if part]


def test_every_text_has_a_chinese_translation() -> None:
    translated = translated_texts()

    missing = {text: file for text, file in used_texts().items() if not translated.get(text)}

    assert missing == {}


def test_no_translation_has_outlived_its_text() -> None:
    used = used_texts().keys() | written_texts()

    assert [text for text in translated_texts() if text not in used] == []


def test_a_text_means_the_same_wherever_it_is_translated() -> None:
    assert {text: set(zh) for text, zh in translated_texts().items() if len(set(zh)) > 1} == {}


def test_translations_keep_the_placeholders() -> None:
    wrong = [
        text
        for text, translations in translated_texts().items()
        for translation in translations
        if not set(PLACEHOLDER.findall(translation)) <= set(PLACEHOLDER.findall(text)) | {"num"}
    ]

    assert wrong == []


def test_every_letter_exists_in_both_languages() -> None:
    letters = [folder for folder in (ROOT / "templates/emails").iterdir() if folder.is_dir()]
    parts = ("subject.txt", "body.txt", "body.html")

    missing = [
        f"{letter.name}/{locale}/{part}"
        for letter in letters
        for locale in LOCALES
        for part in parts
        if not (letter / locale / part).exists()
    ]

    assert letters
    assert missing == []
