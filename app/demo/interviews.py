"""The demo's interviews: what employees and managers write, sign, print and follow up."""

import re
import time
from datetime import UTC, datetime, timedelta
from random import Random

from app.demo import checks
from app.demo.instance import DemoError
from app.demo.story import HR_ADDRESS, PATIENCE_SECONDS, Reviewed, Story
from app.demo.visitor import PageForm, Visitor

Texts = dict[str, tuple[str, ...]]
Written = dict[str, str]

ZH: Texts = {
    "assessment": (
        "今年新签两家装备制造大客户，续约谈判提前六周启动；不足是回款跟进晚。",
        "完成了华东区渠道梳理，客户拜访记录齐全；对新产品线的讲解还不够熟练。",
    ),
    "opinion": ("流程清楚，希望指标下达能再早两周。", "同意评价方法，建议客户调研避开月底。"),
    "request": ("希望参加合同条款与信用管理培训", "希望获得一名技术支持参与重点项目"),
    "achievement": (
        "3 月至 9 月主导恒信机械年度框架续签，提前 5 天完成，客户书面致谢",
        "6 月牵头整改交付延误，两周内把逾期订单从 14 张降到 3 张",
    ),
    "effect": ("续签金额同比增长 18%", "客户满意度回访由 82 分升到 91 分"),
    "shortcoming": (
        "8 月 12 日与 9 月 3 日两次报价变更未提前告知技术支持，图纸返工 3 天",
        "三季度平均回款 48 天，目标 45 天；其中远航项目逾期 21 天，未按周跟进",
    ),
    "explanation": ("变更未走评审；当季同时跟进 4 个项目。", "客户付款流程调整，未及时更新台账。"),
    "goal": ("把平均回款周期降到 45 天以内", "报价变更提前 24 小时通知技术支持"),
    "action": (
        "如果发票开出满 30 天未付，我就在当天电话联系客户财务并记入台账",
        "如果报价需要改动，我就先在项目群里发变更单，得到技术确认后再发客户",
    ),
    "from": ("48 天", "每月 2 次未提前通知"),
    "to": ("45 天", "每月 0 次"),
    "support": ("财务每周一提供逾期清单", "导师：陈静"),
    "variance": ("主要受两家客户付款流程调整影响，四季度已与客户财务约定固定对账日。",),
    "training": ("合同条款与信用管理，线上 8 学时，2 月底前完成",),
    "comment": (
        "业绩稳健，客户评价高。下一季把精力放在回款节奏和内部协同上，我会每两周一起看一次进展。",
        "重点客户经营扎实，资料规范。希望在跨部门沟通上更早一步，把承诺的时间点写进项目群。",
    ),
    "next": ("2027 上半年重点客户续约率", "新签大客户数"),
    "terms": ("2 月底前安排，由人力资源部登记",),
    "place": ("3 楼 305 会议室",),
}
EN: Texts = {
    "assessment": (
        "Two new key accounts signed; renewal talks began six weeks early. Collection was slow.",
        "Channel map for the region finished; I still explain the new product line too briefly.",
    ),
    "opinion": ("Clear process; targets could come two weeks earlier.",),
    "request": ("Training on contract terms and credit control",),
    "achievement": (
        "Led the framework renewal with Hengxin from March to September, five days ahead of plan",
    ),
    "effect": ("Renewal value up 18% on last year",),
    "shortcoming": (
        "On 12 August and 3 September price changes reached engineering late; drawings were redone",
    ),
    "explanation": ("Changes skipped the review; four projects ran at once.",),
    "goal": ("Bring the average collection period below 45 days",),
    "action": (
        "If an invoice is unpaid after 30 days, I call the customer's finance team that day",
    ),
    "from": ("48 days",),
    "to": ("45 days",),
    "support": ("Weekly overdue list from finance",),
    "variance": ("Two customers changed their payment process; fixed dates are agreed since.",),
    "training": ("Contract terms and credit control, online, 8 hours, by the end of February",),
    "comment": (
        "Solid results and trusted by customers. Next: the rhythm of collection; we look at it "
        "together every two weeks.",
    ),
    "next": ("Renewal rate of key accounts, first half of 2027",),
    "terms": ("To be arranged by the end of February",),
    "place": ("Room 305",),
}


def open_interviews(story: Story) -> str:
    """HR opens the interviews of everybody who was rated."""
    with story.signed_in(HR_ADDRESS) as hr:
        hr.open("/hr/interviews")
        hr.send(hr.form(action=f"/hr/c/{story.cycle_id}/interviews"))
    return f"{checks.count_rows(story.instance, 'interviews')['interviews']} interviews"


def hold_interviews(story: Story) -> str:
    """Both sides write, the manager shares and freezes, both sign, HR countersigns."""
    written: dict[int, Written] = {}
    for one in story.reviewed:
        texts = ZH if one.locale == "zh" else EN
        choice = Random(f"{story.seed}:{one.email}")  # noqa: S311 - texts for show
        with story.signed_in(one.email) as employee, story.signed_in(one.manager_email) as manager:
            mine = _write_own_part(employee, one, texts, choice)
            theirs = _write_record(manager, one, texts, choice)
            _sign(employee, manager, one, choice)
            written[one.participant_id] = {**mine, **theirs}
        story.tick()
    with story.signed_in(HR_ADDRESS) as hr:
        for one in story.reviewed:
            hr.open(f"/hr/interviews/{one.participant_id}")
            hr.send(hr.form(action="/countersign"))
    _check_papers(story, written)
    story.records = len(written)
    return f"{story.records} records signed, printed and read back"


def follow_up(story: Story) -> str:
    """Somebody fills in the first check-in of their plan."""
    one = story.reviewed[0]
    with story.signed_in(one.email) as employee:
        employee.open("/me/plan")
        form = employee.form(action="/checkin")
        answers = dict.fromkeys(_texts_of(form), "每周一对账，逾期降到 2 张，下一步固定对账日。")
        employee.send(form, {**answers, "status": "on_track"})
    goals = checks.count_rows(story.instance, "goals", "check_ins")
    [(filled,)] = checks.rows(
        story.instance, "SELECT count(*) FROM check_ins WHERE filled_at IS NOT NULL"
    )
    checks.require(filled == 1, "The check-in was not kept.")
    return f"{goals['goals']} goals, {goals['check_ins']} check-ins planned"


def archive(story: Story) -> str:
    """HR ends the round, now that every record is filed."""
    with story.signed_in(HR_ADDRESS) as hr:
        hr.open(f"/hr/interviews?cycle={story.cycle_id}")
        hr.send(hr.form(action="/archive"))
    [(archived_at,)] = checks.rows(
        story.instance, "SELECT archived_at FROM cycles WHERE id = ?", story.cycle_id
    )
    checks.require(archived_at is not None, "The round was not archived.")
    return "nothing in the round changes any more"


def _write_own_part(employee: Visitor, one: Reviewed, texts: Texts, choice: Random) -> Written:
    employee.open(f"/me/record/{one.participant_id}")
    values = {
        "assessment": choice.choice(texts["assessment"]),
        "opinion": choice.choice(texts["opinion"]),
        "request_1": choice.choice(texts["request"]),
        "preference": choice.choice(("expert", "management", "stay")),
    }
    employee.send(employee.form(having="assessment"), values)
    return {name: text for name, text in values.items() if name != "preference"}


def _write_record(manager: Visitor, one: Reviewed, texts: Texts, choice: Random) -> Written:
    manager.open(f"/m/p/{one.participant_id}/record")
    form = manager.form(having="held_on")
    prose = _prose(form, texts, choice)
    manager.send(form, {**prose, **_choices(one, choice), "action": "share"})
    manager.send(manager.form(action="/freeze"))
    return prose


def _prose(form: PageForm, texts: Texts, choice: Random) -> Written:
    """What the manager writes in words; the same sort of text in each of its places."""
    number = choice.randrange(2)
    chosen = {key: options[number % len(options)] for key, options in texts.items()}
    prose = {
        "achievement_1_fact": chosen["achievement"],
        "achievement_1_effect": chosen["effect"],
        "shortcoming_1_fact": chosen["shortcoming"],
        "shortcoming_1_explanation": chosen["explanation"],
        "support_1_terms": chosen["terms"],
        "plan_1_goal": chosen["goal"],
        "plan_1_action": chosen["action"],
        "plan_1_from": chosen["from"],
        "plan_1_to": chosen["to"],
        "plan_1_support": chosen["support"],
        "goal_1_goal": chosen["next"],
        "goal_1_target": "95%",
        "training": chosen["training"],
        "comment": chosen["comment"],
        "place": chosen["place"],
    }
    notes = {name: chosen["variance"] for name in form.values if name.startswith("variance_")}
    proofs = {
        name: "2026 财务与 CRM 台账"
        for name, values in form.values.items()
        if name.startswith("evidence_") and not values[0].strip()
    }
    return {**prose, **notes, **proofs}


def _choices(one: Reviewed, choice: Random) -> dict[str, str | list[str]]:
    today = datetime.now(UTC).date()  # noqa: TID251 - the visitor's own calendar
    return {
        "held_on": str(today),
        "held_from": "14:00",
        "held_to": "15:05",
        "mode": "in_person",
        "shortcoming_1_causes": ["process", choice.choice(["method", "resources"])],
        "support_1_answer": "agreed",
        "plan_1_owner": "manager",
        "plan_1_due": str(today + timedelta(days=90)),
        "plan_1_check_1": str(today + timedelta(days=30)),
        "plan_1_check_2": str(today + timedelta(days=60)),
        "goal_1_weight": "100",
        "goal_1_due": str(today + timedelta(days=180)),
    }


def _sign(employee: Visitor, manager: Visitor, one: Reviewed, choice: Random) -> None:
    employee.open(f"/me/record/{one.participant_id}")
    decision = choice.choice(["agree", "agree", "agree", "partly"])
    note = "" if decision == "agree" else "回款指标受客户流程影响，请下期考虑。"
    employee.send(employee.form(action="/ack"), {"decision": decision, "note": note})
    manager.open(f"/m/p/{one.participant_id}/record")
    manager.send(manager.form(action="/sign"))


def _check_papers(story: Story, written: dict[int, Written]) -> None:
    """The PDF of every record says what was entered, and carries its number on each page."""
    with story.signed_in(HR_ADDRESS) as hr:
        for one in story.reviewed:
            paper = _wait_for_paper(hr, one)
            pages = checks.text_of_pages(paper)
            whole = checks.plain("".join(pages))
            for name, text in {**written[one.participant_id], "name": one.name}.items():
                found = checks.plain(text) in whole
                checks.require(found, f"{one.name}: the PDF lacks {name}: {text}")
            for page in pages:
                numbered = re.search(r"PR-\d{4}-\d{5}", page)
                checks.require(numbered is not None, f"{one.name}: a page has no record number.")
            story.tick()


def _wait_for_paper(hr: Visitor, one: Reviewed) -> bytes:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        content = hr.download(f"/hr/interviews/{one.participant_id}/pdf")
        if content.startswith(b"%PDF"):
            return content
        time.sleep(0.2)
    raise DemoError(f"The record of {one.name} was not printed.")


def _texts_of(form: PageForm) -> list[str]:
    hidden = {"csrf_token", "revision"}
    return [name for name in form.values if name not in hidden]
