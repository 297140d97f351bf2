"""HR's list of employees and customers' contacts."""

from flask import Blueprint, render_template, request

from app.people.forms import PeopleSearch
from app.people.groups import PersonKind
from app.people.queries import PAGE, count_people, list_page, names_by_number
from app.web.policy import hr_only

bp = Blueprint("people", __name__, url_prefix="/hr/people")

MAX_SEARCH = 100


@bp.get("")
@hr_only
def browse() -> str:
    """Everybody by name, 50 a page; each page begins behind the last person of the one before."""
    form = PeopleSearch(request.args)
    search = (form.search.data or "").strip()[:MAX_SEARCH]
    after_name, after_id = request.args.get("name"), request.args.get("id", type=int)
    after = (after_name, after_id) if after_name is not None and after_id is not None else None
    people = list_page(search=search, after=after)
    return render_template(
        "people/browse.html",
        form=form,
        search=search,
        people=people[:PAGE],
        last=people[PAGE - 1] if len(people) > PAGE else None,
        is_later_page=after is not None,
        total=count_people(),
        kinds=PersonKind,
        leader_names=names_by_number(
            number for row in people for number in (row.manager_number, row.owner_number) if number
        ),
    )
