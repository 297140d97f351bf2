"""``.venv/bin/python -m tests.documents`` writes the computed passages of the documents anew."""

from tests.documents.scoring_guide import GUIDES, guide_rewritten

for language, path in GUIDES.items():
    path.write_text(guide_rewritten(language), encoding="utf-8")
