"""A released round with its interviews open, and what both sides write into a record."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Account, Role
from app.db import db
from app.interviews.models import Interview
from app.interviews.queries import get_result
from app.interviews.results import element_ids
from app.interviews.service import open_interviews
from app.jobs.models import Job, JobKind
from app.jobs.service import claim_next
from app.mail.smtp import Line
from app.people.models import Person
from app.ratings.service import rate_cycle, release_cycle
from app.worker import work
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_person, sign_in
from tests.kam_example import World, add_participant, build_world

EMPLOYEE = {
    "assessment": "今年把三家老客户的续约都提前谈了下来，自己对新签的节奏不够满意。",
    "opinion": "指标口径清楚，但“新签大客户”的认定时间点希望提前说明。",
    "circumstances": "8 月有两家客户的采购负责人更换，合同往后推了一个季度。",
    "suggestions": "建议每月有一次与技术支持的联合例会。",
    "request_1": "希望有一名方案工程师每周固定支持半天。",
    "preference": "expert",
    "target_role": "两年内成为行业方案专家，先补齐自动化产线知识。",
    "own_achievement_1_fact": "6 月签下华东最大的一笔年度框架。",
    "own_achievement_1_effect": "带来全年 18% 的营业额。",
}
MANAGER: dict[str, Any] = {
    "held_on": "2027-01-12",
    "held_from": "14:00",
    "held_to": "15:05",
    "place": "三楼 305 会议室",
    "mode": "in_person",
    "others_present": "陈静（HR）",
    "achievement_1_fact": "全年续约率 95%，高于目标 3 个百分点。",
    "achievement_1_effect": "守住了 1,100 万元的存量合同。",
    "shortcoming_1_fact": "9 月两次客户例会没有提前发材料，客户当场指出。",
    "shortcoming_1_causes": ["method", "process"],
    "shortcoming_1_explanation": "材料都在会前一晚才开始写。",
    "differing_views": "对新签节奏的原因看法不同：员工认为是客户换人。",
    "support_1_answer": "agreed",
    "support_1_terms": "2 月起每周三下午，由方案部安排。",
    "plan_1_goal": "提前准备每次客户例会",
    "plan_1_action": "如果例会在周四，就在周一中午前把材料发给客户",
    "plan_1_from": "2 次未提前",
    "plan_1_to": "0 次未提前",
    "plan_1_due": "2027-06-30",
    "plan_1_owner": "employee",
    "plan_1_check_1": "2027-02-15",
    "plan_1_check_2": "2027-04-15",
    "plan_1_support": "导师：赵敏",
    "plan_2_goal": "安排方案工程师",
    "plan_2_action": "如果到 2 月 1 日还没有人选，就由我亲自协调",
    "plan_2_from": "0 人",
    "plan_2_to": "1 人每周半天",
    "plan_2_due": "2027-03-31",
    "plan_2_owner": "manager",
    "plan_2_check_1": "2027-02-10",
    "goal_1_goal": "新签大客户",
    "goal_1_target": "5 家",
    "goal_1_weight": "60",
    "goal_1_due": "2027-12-31",
    "goal_2_goal": "回款周期",
    "goal_2_target": "45 天",
    "goal_2_weight": "40",
    "training": "自动化产线基础，线下两天，16 学时，3 月。",
    "comment": "续约工作扎实，客户信任度高。下一步把会前准备固定下来，并在新签上提前布局两个行业。",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """Everybody who might ask for the record of one person."""

    world: World
    participant_id: int
    employee: Account
    manager: Account
    other_manager: Account
    stranger: Account
    hr: Account

    @property
    def page(self) -> str:
        return f"/m/p/{self.participant_id}/record"

    @property
    def own_page(self) -> str:
        return f"/me/record/{self.participant_id}"

    @property
    def interview(self) -> Interview:
        found = select(Interview).where(Interview.participant_id == self.participant_id)
        return db.session.scalars(found).one()


def make_talk(*, opened: bool = True, locale: str = "zh") -> Talk:
    """The worked example, rated, released and, unless told otherwise, with open interviews."""
    world = build_world()
    other = make_person(name="赵敏")
    add_participant(world.cycle, make_person(name="孙磊", manager=other))
    rate_cycle(world.cycle, link_key=LINK_KEY)
    hr = make_account(role=Role.HR, name="陈静", locale=locale)
    release_cycle(world.cycle, reviewed_by=hr, public_url="http://localhost", link_key=LINK_KEY)
    if opened:
        open_interviews(world.cycle, hr)
    talk = Talk(
        world=world,
        participant_id=world.participant.id,
        employee=account_of(world.person, locale),
        manager=account_of(world.manager, locale),
        other_manager=account_of(other, locale),
        stranger=make_account(locale=locale),
        hr=hr,
    )
    db.session.commit()
    return talk


def account_of(person: Person, locale: str) -> Account:
    account = make_account(name=person.name, locale=locale)
    person.account_id = account.id
    person.locale = locale
    db.session.flush()
    return account


def notes_needed(talk: Talk) -> dict[str, str]:
    """A variance note for every line that needs one."""
    ids = element_ids(get_result(talk.participant_id, "zh"))
    return {f"variance_{one}": f"两个项目验收推迟到次年一月（{one}）。" for one in ids}


def write_both_parts(client: FlaskClient, talk: Talk, **changes: Any) -> None:
    """The employee and then the manager fill in everything; the record is shared."""
    sign_in(client, talk.employee)
    answer = client.post(talk.own_page, data={**EMPLOYEE, "revision": 1})
    assert answer.status_code == 302, answer.text
    sign_in(client, talk.manager)
    revision = talk.interview.manager_revision
    form = {**MANAGER, **notes_needed(talk), **changes, "revision": revision, "action": "share"}
    answer = client.post(talk.page, data=form)
    assert answer.status_code == 302, answer.text


def freeze(client: FlaskClient, talk: Talk) -> int:
    """Press the button as the manager, who is signed in; gives the status of the answer."""
    revision = talk.interview.manager_revision
    return client.post(f"{talk.page}/freeze", data={"revision": revision}).status_code


def print_records(client: FlaskClient) -> None:
    """Do the queued jobs that print, in this process; letters stay in the outbox."""
    jobs = select(Job).where(Job.kind == JobKind.SEND_LETTER)
    for job in db.session.scalars(jobs):
        db.session.delete(job)
    db.session.commit()
    settings = client.application.extensions["settings"]
    while (found := claim_next()) is not None:
        work(found, settings, Line(settings.mail_url))
