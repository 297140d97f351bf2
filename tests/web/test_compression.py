"""Pages for phones are sent small; pages behind a sign-in are never compressed."""

import gzip

import pytest
from flask import Flask, g, request_finished
from flask.testing import FlaskClient

from app.auth.models import Role
from app.config import ROOT
from app.feedback.visits import WITH_FORM
from app.people.groups import RaterGroup
from app.web.compression import packed
from app.web.headers import read_inline
from tests.factories import make_account, sign_in
from tests.forms import filled, make_scene, start

PACKED = {"Accept-Encoding": "gzip"}
LIMIT = 15_000
LANDING_LIMIT = 8_000
MANY = (
    *(RaterGroup.SUPERVISOR,) * 4,
    *(RaterGroup.PEER,) * 7,
    *(RaterGroup.SUBORDINATE,) * 3,
    RaterGroup.SELF,
)
READERS = {
    "peer": (RaterGroup.PEER,),
    "direct report": (RaterGroup.SUBORDINATE,),
    "customer": (RaterGroup.CUSTOMER,),
    "supervisor": (RaterGroup.SUPERVISOR,),
    "self": (RaterGroup.SELF,),
    "asked about fifteen": MANY,
}


def test_the_form_arrives_compressed_and_small(client: FlaskClient) -> None:
    start(client, make_scene())

    plain = client.get("/r/p/1")
    packed = client.get("/r/p/1", headers=PACKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) <= LIMIT
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert gzip.decompress(packed.data).count(b"<fieldset") == plain.data.count(b"<fieldset") > 0


@pytest.mark.parametrize("spoken", ["zh", "en"])
@pytest.mark.parametrize("groups", READERS.values(), ids=READERS)
def test_the_page_of_a_link_arrives_small_for_every_reader(
    client: FlaskClient, groups: tuple[RaterGroup, ...], spoken: str
) -> None:
    names = tuple(f"欧阳晓{number}" for number in range(len(groups)))
    scene = make_scene(groups=groups, names=names)

    landing = client.get(f"{scene.link}?lang={spoken}", headers=PACKED)

    text = gzip.decompress(landing.data).decode()
    assert ("By pressing the button you agree" in text) is (
        groups == (RaterGroup.CUSTOMER,) and spoken == "en"
    )
    assert len(landing.data) <= LANDING_LIMIT


def test_the_script_of_the_form_travels_with_forms_alone(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    landing = client.get(scene.link).text
    people = client.get(start(client, scene)).text
    form, compare = client.get("/r/p/1").text, client.get("/r/compare/1").text
    decline = client.get("/r/p/1/decline").text

    pages = {
        "landing": landing,
        "list": people,
        "decline": decline,
        "form": form,
        "compare": compare,
    }

    saving, press = read_inline("js/form.js"), read_inline("js/press.js")
    assert {name for name, text in pages.items() if saving in text} == {"form", "compare"}
    assert {name for name, text in pages.items() if press not in text} == set()


def test_every_template_that_saves_by_itself_is_known_as_one() -> None:
    folder = ROOT / "templates/feedback"
    saving = {path.name for path in folder.iterdir() if 'id="form"' in path.read_text("utf-8")}

    assert saving == WITH_FORM


def test_a_page_carries_its_style_and_script_without_their_comments() -> None:
    style = read_inline("css/form.css")
    scripts = read_inline("js/press.js") + read_inline("js/form.js")

    assert "/*" not in style
    assert "fieldset" in style
    assert not [line for line in scripts.splitlines() if line.lstrip().startswith("//")]
    assert "addEventListener" in scripts


def test_texts_that_stand_in_many_pages_are_packed_once_and_read_the_same() -> None:
    style, script = "a{b:c}" * 400, "let 变量 = 1;" * 300
    contents = [f"<p>{style}</p>头{script}尾", f"{style}{script}", f"only {script}", "neither"]

    read = [gzip.decompress(packed(text.encode(), (style, script))).decode() for text in contents]

    assert read == contents


def test_no_text_that_is_kept_holds_an_answer(client: FlaskClient) -> None:
    address = start(client, make_scene())
    body = filled(client.get(address).text)
    assert client.post(f"{address}/save", data=body).status_code == 204

    kept: list[str] = []

    def note(_sender: Flask, **_extra: object) -> None:
        kept.extend(g.standing_texts)

    with request_finished.connected_to(note):
        page = client.get(address, headers=PACKED)

    assert '" checked>' in gzip.decompress(page.data).decode()
    assert "<fieldset" in "".join(kept)
    assert '" checked>' not in "".join(kept)


def test_whoever_does_not_take_gzip_gets_plain_text(client: FlaskClient) -> None:
    start(client, make_scene())

    assert "Content-Encoding" not in client.get("/r/p/1").headers


def test_pages_behind_a_sign_in_are_not_compressed(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))

    assert "Content-Encoding" not in client.get("/hr", headers=PACKED).headers


def test_a_page_that_is_sent_small_repeats_nothing_of_its_address(client: FlaskClient) -> None:
    scene = make_scene()
    asked = "sent=1&saved=1&guess=canary&lang=en"

    landing = client.get(f"{scene.link}?{asked}").text
    form = client.get(f"{start(client, scene)}?{asked}").text

    for page in (landing, form):
        assert 'href="?lang=zh"' in page
        assert "canary" not in page


def test_a_page_behind_a_sign_in_keeps_its_filters_in_the_other_language(
    client: FlaskClient,
) -> None:
    sign_in(client, make_account(role=Role.HR))

    assert 'href="?q=anna&amp;lang=zh"' in client.get("/hr/people?q=anna&lang=en").text


def test_style_sheets_are_compressed_and_still_answer_not_modified(app: Flask) -> None:
    client = app.test_client()
    with client.get("/static/css/app.css", headers=PACKED) as first:
        changed = first.headers["Last-Modified"]
        assert first.headers["Content-Encoding"] == "gzip"
        assert b".site-header" in gzip.decompress(first.data)

    with client.get(
        "/static/css/app.css", headers={**PACKED, "If-Modified-Since": changed}
    ) as again:
        assert again.status_code == 304
