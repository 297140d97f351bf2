"""Long work in a request keeps nobody else from writing: SQLite has one write lock for all."""

from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient

from app.auth.models import Role
from app.kpi.imports.service import apply_checked
from app.people.rules import check_people
from app.ratings.gathering import gather_documents
from app.workbooks.reading import read_workbook
from tests.factories import make_account, sign_in
from tests.kam_example import build_world
from tests.moments import may_others_write, when_entered
from tests.workbook_files import make_workbook


def test_others_may_write_while_an_uploaded_file_is_read(app: Flask, client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))
    room: list[bool] = []

    with when_entered(read_workbook, lambda: room.append(may_others_write(app))):
        answer = client.post("/hr/import", data={"file": (BytesIO(make_workbook()), "a.xlsx")})

    assert answer.status_code == 302
    assert room == [True]


def test_others_may_write_while_an_import_is_checked(app: Flask, client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))
    file = (BytesIO(make_workbook()), "a.xlsx")
    address = client.post("/hr/import", data={"file": file}).location
    room: list[bool] = []

    with when_entered(check_people, lambda: room.append(may_others_write(app))):
        answer = client.post(f"{address}/confirm")

    assert answer.location == "/hr/people"
    assert room == [True]


def test_an_import_is_written_under_the_lock(app: Flask, client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))
    file = (BytesIO(make_workbook()), "a.xlsx")
    address = client.post("/hr/import", data={"file": file}).location
    room: list[bool] = []

    with when_entered(apply_checked, lambda: room.append(may_others_write(app))):
        client.post(f"{address}/confirm")

    assert room == [False]


def test_others_may_write_while_ratings_are_computed(app: Flask, client: FlaskClient) -> None:
    world = build_world()
    sign_in(client, make_account(role=Role.HR))
    room: list[bool] = []

    with when_entered(gather_documents, lambda: room.append(may_others_write(app))):
        answer = client.post(f"/hr/c/{world.cycle.id}/ratings/compute")

    assert answer.status_code == 302
    assert room == [True]
