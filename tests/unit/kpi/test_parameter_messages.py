import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

from app.kpi.messages import SENTENCES, ParameterSentence, explain
from app.kpi.problems import ParameterError, ParameterProblem
from app.kpi.rules import read_parameters
from app.workbooks.sample_kpis import KAM_KPIS, REP_KPIS, SampleKpi

ROOT = Path(__file__).parents[3]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TABLE_ROW = re.compile(r"\| (\S+) `\w+` \| .*? \| `([^`]+)` \|")


def test_every_problem_has_a_sentence_and_its_chinese_names_the_same_facts() -> None:
    with (ROOT / "translations/zh/LC_MESSAGES/kpi.po").open("rb") as file:
        catalogue = read_po(file, locale="zh")
    app = Flask(__name__)
    Babel(app, default_locale="en")

    assert set(SENTENCES) == set(ParameterProblem)
    with app.test_request_context():
        for sentence in map(str, SENTENCES.values()):
            chinese = str(catalogue[sentence].string)
            assert chinese
            assert set(PLACEHOLDER.findall(chinese)) == set(PLACEHOLDER.findall(sentence))


def test_a_refusal_is_explained_with_its_facts() -> None:
    app = Flask(__name__)
    Babel(app, default_locale="en")

    with app.test_request_context(), pytest.raises(ParameterError) as raised:
        read_parameters("扣分法", "超时:10x1", target=None, actual="2")
    with app.test_request_context():
        assert explain(raised.value) == "The events sum to 1, but the actual figure is 2."
        assert str(ParameterSentence(raised.value)) == explain(raised.value)


def test_every_example_of_the_page_for_hr_is_understood() -> None:
    page = (ROOT / "docs/workbook-parameters.md").read_text(encoding="utf-8")
    examples = TABLE_ROW.findall(page)
    counted = {"扣分法"}

    assert len(examples) == 5
    for method, text in examples:
        actual = None if method in counted else "3"
        assert read_parameters(method, text, target="60", actual=actual)["method"]


@pytest.mark.parametrize("kpi", [*KAM_KPIS, *REP_KPIS], ids=lambda kpi: kpi.name)
def test_every_kpi_of_the_sample_workbook_is_understood(kpi: SampleKpi) -> None:
    read_parameters(kpi.method, kpi.parameters, target=kpi.target, actual=kpi.actual)
    for parameters, actual in kpi.counted:
        read_parameters(kpi.method, parameters, target=kpi.target, actual=actual)
