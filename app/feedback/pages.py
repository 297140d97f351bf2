"""What the reviewer's pages show, as plain values in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from app.cycles.rules import Mode, last_moment, wall_time
from app.feedback.answers import FormShape
from app.feedback.callers import Asked, Caller, Round
from app.feedback.frozen import KEPT_FORMS, Launch, launch_of
from app.feedback.measuring.rules import Measure
from app.feedback.measuring.service import load_usual
from app.feedback.models import RequestState
from app.feedback.queries import count_items, get_forms
from app.feedback.rules import Door, Promise, door_of, fit_in_a_row, minutes_needed, promise_to
from app.feedback.submissions import accepts, last_touch
from app.feedback.wording import soften
from app.people.groups import RaterGroup
from app.questionnaires.models import Competency
from app.questionnaires.rules import Audience, audience_of, example_box, worst_of
from app.schemes.models import Scheme
from app.web.language import language

A_MINUTE = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A reviewer at the door, with what waits behind it."""

    token: str
    reviewer: Caller
    asked: Sequence[Asked]
    door: Door
    accepts: bool  # whether a form sent now would count
    overtime_until: datetime | None = None  # the deadline has passed, but forms count until then
    holds_round: bool = False  # whether the round stays as it is until this transaction ends

    @property
    def cycle(self) -> Round:
        return self.reviewer.cycle

    @property
    def closes_local(self) -> str:
        """The wall time of the reviewer's deadline in the round's zone."""
        own = self.reviewer.closes_at
        return wall_time(own, self.cycle.time_zone) if own else self.cycle.closes_local

    @property
    def closes_where_read(self) -> str:
        """The same on the clock of the reader's zone; empty where that shows the same time."""
        ours, zone = self.cycle.time_zone, self.reviewer.time_zone
        if zone == ours:
            return ""
        here = wall_time(self.closes_at, zone)
        return here if here != self.closes_local else ""

    @property
    def closes_at(self) -> datetime:
        return self.reviewer.closes_at or self.cycle.closes_at

    @property
    def overtime_local(self) -> str:
        """The wall time until which forms still count; empty before the deadline, and when over."""
        ends = self.overtime_until
        return wall_time(ends, self.cycle.time_zone) if ends else ""

    def was_refused(self, now: datetime) -> bool:
        """Whether HR has said today that there is no more time; they may ask again tomorrow."""
        today = now.astimezone(ZoneInfo(self.cycle.time_zone)).date()
        return self.reviewer.more_time_asked_on == today and not self.reviewer.more_time_waits

    @property
    def open_ones(self) -> list[Asked]:
        return [row for row in self.asked if row.is_open]

    @property
    def begun(self) -> list[Asked]:
        """Others whose forms have drafts: these may be laid side by side."""
        return [row for row in self.others if row.is_open and row.touched_at is not None]

    @property
    def done_count(self) -> int:
        return sum(row.is_sent for row in self.asked)

    @property
    def sent_ids(self) -> str:
        """Requests whose unsent answers a browser may forget."""
        done = (row.id for row in self.asked if row.is_sent)
        return " ".join(str(request_id) for request_id in done)

    @property
    def takes_changes(self) -> bool:
        """Whether what was submitted can still be given anew, by whoever asks for a link."""
        return (
            self.accepts
            and self.cycle.mode != Mode.ANONYMOUS
            and any(row.state is RequestState.SUBMITTED for row in self.asked)
        )

    @property
    def may_correct(self) -> bool:
        """Whether this very link may do so."""
        return self.takes_changes and self.reviewer.may_correct

    @property
    def can_decline(self) -> bool:
        """Whether anything is left that could be declined."""
        return any(row.is_open and not row.reopened for row in self.asked)

    @property
    def is_customer(self) -> bool:
        return all(row.group is RaterGroup.CUSTOMER for row in self.asked)

    @property
    def others(self) -> list[Asked]:
        return [row for row in self.asked if row.group is not RaterGroup.SELF]

    @property
    def assesses_self(self) -> bool:
        return len(self.others) < len(self.asked)

    def after(self, asked: Asked) -> Asked | None:
        """The next open one down the list, then from its top."""
        waiting = [row for row in self.open_ones if row.id != asked.id]
        below = [row for row in waiting if row.number > asked.number]
        return next(iter([*below, *waiting]), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemRow:
    number: int
    field: str
    text: str
    asks_at: str = ""  # the level that asks for an example: an end of the scale; mostly none does

    @property
    def example(self) -> str:
        """The field of the box for the example."""
        return f"c-{example_box(self.field.removeprefix('a-'))}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    code: str
    name: str
    items: tuple[ItemRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BoxRow:
    field: str
    label: str
    prompt: str
    lead: str
    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormPage:
    """A form without answers."""

    questionnaire_id: int
    sections: tuple[Section, ...]
    boxes: tuple[BoxRow, ...]
    levels: tuple[tuple[str, str], ...]  # (value, label), lowest first
    shape: FormShape
    promise: Promise
    minutes: int

    @property
    def in_a_row(self) -> bool:
        """Whether the answers stand beside each other; else one below the other, everywhere."""
        return fit_in_a_row([label for _value, label in self.levels])


def visit_of(
    token: str,
    reviewer: Caller,
    asked: Sequence[Asked],
    *,
    now: datetime,
    holds_round: bool = False,
) -> Visit:
    """Who stands at which door now."""
    cycle = reviewer.cycle
    touched_at = last_touch(asked)
    still = accepts(cycle, touched_at=touched_at, now=now, own_deadline=reviewer.closes_at)
    closes_at = max(cycle.closes_at, reviewer.closes_at or cycle.closes_at)
    if not still:  # what was submitted stays as it is
        asked = [replace(row, reopened=False) for row in asked]
    door = door_of(
        cut_off=reviewer.cut_off,
        has_opened=now >= cycle.opens_at,
        is_closed=cycle.closed_at is not None,
        accepts=still,
        states=[RequestState.STARTED if row.reopened else row.state for row in asked],
    )
    return Visit(
        token=token,
        reviewer=reviewer,
        asked=asked,
        door=door,
        accepts=still,
        overtime_until=last_moment(closes_at, touched_at) if still and now > closes_at else None,
        holds_round=holds_round,
    )


def minutes_for(visit: Visit, *, now: datetime) -> int:
    """How long the forms that are still open take together, as others of the round needed.

    What they needed is read once a minute: it moves slowly, and everybody's first page tells it.
    """
    launch = launch_of(visit.cycle)
    counts = _frozen_counts(launch, frozenset(row.scheme_id for row in visit.asked))
    sizes = []
    for row in visit.open_ones or visit.asked:
        items = counts.get((row.scheme_id, row.group), 0)
        sizes.append((audience_of(row.group), items))
    usual = _usual_in(launch, int(now.timestamp()) // A_MINUTE)
    return minutes_needed(sizes, usual=usual, done_before=visit.done_count)


def form_page(visit: Visit, asked: Asked) -> FormPage:
    """The form about one person, for the reviewer's rater group."""
    return frozen_form(launch_of(visit.cycle), asked.scheme_id, asked.group, language())


def form_pages(visit: Visit, rows: Sequence[Asked]) -> list[FormPage]:
    """The forms about several people, in their order; read in as few statements as one."""
    schemes = get_forms([row.scheme_id for row in rows])
    return [form_of(schemes[row.scheme_id], row.group, k_min=visit.cycle.k_min) for row in rows]


def form_of(scheme: Scheme, group: RaterGroup, *, k_min: int) -> FormPage:
    """The form that a scheme has for one rater group."""
    promise = promise_to(group, scheme.definition, k_min=k_min)
    boxes = _boxes(scheme, promise.audience)
    levels = tuple(
        (str(level["value"]), soften(level[language()])) for level in scheme.questionnaire.scale
    )
    # An example stands among the comments, so that none can be told from them: where there is no
    # box for comments there is none for examples.
    asking = [value for value, _label in levels] if boxes else []
    sections = _sections(scheme.questionnaire.competencies, group, asking)
    items = [item for section in sections for item in section.items]
    return FormPage(
        questionnaire_id=scheme.questionnaire_id,
        sections=sections,
        boxes=boxes,
        levels=levels,
        shape=FormShape(
            items=tuple(item.field.removeprefix("a-") for item in items),
            boxes=tuple(box.field.removeprefix("c-") for box in boxes),
            levels=frozenset(value for value, _label in levels),
            examples=tuple(
                (item.field.removeprefix("a-"), item.asks_at) for item in items if item.asks_at
            ),
        ),
        promise=promise,
        minutes=minutes_needed([(promise.audience, len(items))]),
    )


@lru_cache(KEPT_FORMS)
def frozen_form(launch: Launch, scheme_id: int, group: RaterGroup, _spoken: str) -> FormPage:
    """A form of a launch, in the language of the page that is being made."""
    return form_of(get_forms([scheme_id])[scheme_id], group, k_min=launch.k_min)


@lru_cache(KEPT_FORMS)
def _frozen_counts(
    _launch: Launch, scheme_ids: frozenset[int]
) -> Mapping[tuple[int, RaterGroup], int]:
    return count_items(scheme_ids)


@lru_cache(KEPT_FORMS)
def _usual_in(launch: Launch, _minute: int) -> Mapping[Measure, int]:
    return load_usual(launch.cycle_id)


def places_of(page: FormPage) -> Mapping[str, str]:
    """Field → the place on the page where an error about it leads."""
    items = {item.field: f"q{item.number}" for row in page.sections for item in row.items}
    return {**items, **{field: field for field in page.shape.text_fields}}


def _sections(
    competencies: Sequence[Competency], group: RaterGroup, levels: Sequence[str]
) -> tuple[Section, ...]:
    """`levels` are those of the scale, or none where the form asks for no examples."""
    numbers, spoken = count(1), language()
    sections = []
    for competency in competencies:
        items = tuple(
            ItemRow(
                number=next(numbers),
                field=f"a-{item.code}",
                text=item.text_zh if spoken == "zh" else item.text_en,
                asks_at=worst_of(levels, reverse=item.reverse) if item.critical else "",
            )
            for item in competency.items
            if group in item.groups
        )
        name = competency.name_zh if spoken == "zh" else competency.name_en
        if items:
            sections.append(Section(code=competency.code, name=name, items=items))
    return tuple(sections)


def _boxes(scheme: Scheme, audience: Audience) -> tuple[BoxRow, ...]:
    spoken = language()
    return tuple(
        BoxRow(
            field=f"c-{box['code']}",
            label=box[spoken],
            prompt=box.get(f"prompt_{spoken}", ""),
            lead=box.get(f"lead_{spoken}", ""),
            hint=box.get(f"hint_{spoken}", ""),
        )
        for box in scheme.questionnaire.comment_boxes
        if box["audience"] == audience
    )
