"""A realistic record in Chinese, for printing and reading back."""

from decimal import Decimal

from app.charts.dots import GroupLabel, Mark, Profile, ProfileRow
from app.charts.marks import RaterGroup
from app.pdf.papers import (
    Achievement,
    AchievementsSection,
    AcknowledgementSection,
    CareerPreference,
    Cause,
    DevelopmentSection,
    DimensionBlock,
    ElementLine,
    EmployeeView,
    FeedbackSection,
    GoalLine,
    GoalsSection,
    InterviewKind,
    LastPlanLine,
    OverallSection,
    PlanLine,
    PlanOutcome,
    PlanSection,
    RecordHead,
    RecordPaper,
    ResultsSection,
    ResultTerm,
    Shortcoming,
    ShortcomingsSection,
    Signature,
    SignatureRole,
    SupportAnswer,
    SupportLine,
)

GROUPS = (
    RaterGroup.SELF,
    RaterGroup.MANAGER,
    RaterGroup.PEERS,
    RaterGroup.CUSTOMERS,
)
MEANS = (
    ("5.00", "4.00", "4.27", "4.56"),
    ("5.00", "4.33", "4.13", "4.33"),
    ("5.00", "3.50", "4.00", None),
    ("4.00", "3.75", "3.62", None),
)


def element_line(line: str) -> ElementLine:
    name, weight, target, actual, score, points, evidence, *variance = line.split("|")
    return ElementLine(
        name=name,
        weight=weight,
        target=target,
        actual=actual,
        score=score,
        points=points,
        evidence=evidence,
        variance="".join(variance),
    )


def dimension_block(head: str, *lines: str) -> DimensionBlock:
    name, weight, score, points = head.split("|")
    elements = tuple(element_line(line) for line in lines)
    return DimensionBlock(name=name, weight=weight, score=score, points=points, elements=elements)


def four_groups(
    summary: str, heading: str, groups: tuple[str, ...], rows: tuple[str, ...]
) -> Profile:
    return Profile(
        summary=summary,
        row_heading=heading,
        groups=tuple(
            GroupLabel(group=group, label=label, merged=group is RaterGroup.PEERS)
            for group, label in zip(GROUPS, groups, strict=True)
        ),
        rows=tuple(
            ProfileRow(
                label=label,
                marks=tuple(
                    Mark(
                        group=group,
                        value=Decimal(mean),
                        shown=mean,
                        merged=group is RaterGroup.PEERS,
                    )
                    for group, mean in zip(GROUPS, means, strict=True)
                    if mean is not None
                ),
            )
            for label, means in zip(rows, MEANS, strict=True)
        ),
    )


CHINESE = RecordPaper(
    language="zh",
    company="华辰工业科技（苏州）有限公司",
    head=RecordHead(
        number="PR-2026-00123",
        version="2",
        check_code="8F3A-91C2-77D0",
        employee="王晓明",
        staff_no="10086",
        department="华东销售部 / 大客户一组",
        position="高级大客户经理",
        grade="P6",
        joined="2021-03-01",
        in_post_since="2023-07-01",
        period="2026-01-01 至 2026-12-31",
        kind=InterviewKind.ANNUAL,
        interviewer="李华，华东销售总监",
        others_present="陈静（HR）",
        held_at="2026-12-20 14:00–15:05（中国标准时间）",
        place="三楼 305 会议室，现场",
        material_given_on="2026-12-18",
    ),
    results=ResultsSection(
        dimensions=(
            dimension_block(
                "销售业绩指标|55.00|91.65|50.41",
                "营业额与利润贡献·销售额达成率|22.00|1,200 万元|1,134 万元|94.50|20.79"
                "|财务确认单，2026-12-31|两个项目验收推迟到次年一月。",
                "重点客户拓展（新签大客户数）|16.50|5 家|4 家|80.00|13.20|CRM 报表，2026-12-31",
                "利润率|8.25|18.0 %|19.3 %|107.00|8.83|财务确认单，2026-12-31",
                "回款周期控制|8.25|45 天|48.6 天|92.00|7.59|财务台账，2026-12-31",
            ),
            dimension_block(
                "客户价值与满意度指标|22.00|97.47|21.44",
                "客户满意度（调研均分）|7.70|4.5|4.75|105.60|8.13|第三方调研，2026-11",
                "客户复购率／续约率|5.50|92.0 %|95.0 %|103.26|5.68|CRM 报表，2026-12-31",
                "客户投诉处理及时率|3.30|0 起超时|2 起超时|80.00|2.64|客服工单，2026-12-31",
                "客户回访|2.20|全部完成|全部完成|100.00|2.20|回访记录，2026-12-28",
                "客户关系维护|3.30|||84.64|2.79|360 评价",
            ),
            dimension_block(
                "销售过程与能力指标|15.00|85.78|12.87",
                "有效拜访数|5.25|120 次|112 次|80.00|4.20|CRM 报表，2026-12-31",
                "商机转化率|5.25|25.0 %|23.0 %|92.00|4.83|CRM 报表，2026-12-31",
                "产品知识与行业理解|4.50|||85.27|3.84|360 评价",
            ),
            dimension_block(
                "团队协作与发展指标|8.00|74.29|5.94",
                "内部协作与知识共享|4.80|||74.67|3.58|360 评价",
                "个人学习与成长|3.20|||73.73|2.36|360 评价",
            ),
        ),
        weight_total="100.00",
        points_total="90.66",
    ),
    feedback=FeedbackSection(
        profile=four_groups(
            "能力概览：四项能力，客户关系维护最高，个人学习与成长最低；本人评分均高于他评。",
            "能力",
            ("本人", "上级", "同级", "客户"),
            ("客户关系维护", "产品知识与行业理解", "内部协作与知识共享", "个人学习与成长"),
        ),
        raters=("上级 1 人；", "同级与下级 6–9 人；", "客户 3–5 人。"),
        merge_notes=("下级少于 3 人，已并入同级，以免认出填写人。",),
        highest=("客户关系维护 4.23", "产品知识与行业理解 4.26"),
        lowest=("个人学习与成长 3.69", "内部协作与知识共享 3.73"),
        gaps=("内部协作与知识共享：本人 5.00，他评 3.73，相差 1.27",),
    ),
    achievements=AchievementsSection(
        achievements=(
            Achievement(
                fact="第三季度主导完成宏远集团产线改造项目，提前 5 天上线，客户书面致谢。",
                effect="续约金额增长 18 %，并带来两家集团内部转介绍。",
            ),
            Achievement(
                fact="建立重点客户季度回顾机制，全年完成 28 场，参会客户决策层占七成。",
                effect="续约率由 91 % 升至 95 %。",
            ),
        ),
        last_plan=(
            LastPlanLine(
                goal="回款周期缩短到 45 天以内",
                outcome=PlanOutcome.PARTLY,
                evidence="由 55 天降到 48.6 天（财务台账，2026-12-31）",
            ),
        ),
    ),
    shortcomings=ShortcomingsSection(
        shortcomings=(
            Shortcoming(
                fact="4 个项目中有 2 个延期；均在需求变更后 10 天以上才告知技术支持与交付部门"
                "（5 月 12 日、9 月 3 日）。",
                causes=frozenset({Cause.METHOD, Cause.RESOURCES}),
                explanation="变更没有经过评审；下半年缺 1 名实施人员。",
            ),
        ),
        differing_views="员工认为 9 月的延期主要因为人手不足；上级认为更早通报可以减少影响。",
    ),
    employee_view=EmployeeView(
        assessment="我对客户关系与续约结果满意。延期的两个项目，我应更早通报。",
        opinion="指标清楚，过程公开。希望季度中期能看到一次得分。",
        circumstances="下半年兼管两名新同事的带教工作。",
        suggestions="建议把需求变更评审放进项目系统，超过 24 小时自动提醒。",
    ),
    support=(
        SupportLine(
            request="增加实施人员 1 名，负责华东区交付。",
            answer=SupportAnswer.AGREED,
            terms="2027-02-28 前到岗，由李华负责招聘。",
        ),
    ),
    plan=PlanSection(
        lines=(
            PlanLine(
                goal="提高项目按期率",
                action="如果客户提出变更，就在 24 小时内通报技术支持，每周五更新项目台账。",
                measure="按期率 50 % → 90 %",
                due="2027-06-30",
                resources="项目管理培训 16 学时；导师陈静",
                owner="王晓明",
                check_ins=("2027-01-31", "2027-03-31", "2027-06-30"),
            ),
            PlanLine(
                goal="改进跨部门沟通",
                action="如果双周例会结束，就在当天发出纪要，并写明每项的责任人。",
                measure="“内部协作”同级均分 4.00 → 4.30",
                due="2027-06-30",
                resources="写作辅导",
                owner="王晓明",
                check_ins=("2027-03-31", "2027-06-30"),
            ),
            PlanLine(
                goal="补足实施人力",
                action="如果一月底仍未到岗，就从华南区借调 1 人。",
                measure="到岗 0 人 → 1 人",
                due="2027-02-28",
                resources="招聘名额 1 个",
                owner="李华",
                check_ins=("2027-02-15",),
            ),
        ),
    ),
    goals=GoalsSection(
        lines=(
            GoalLine(goal="续约", target="续约率 ≥ 93 %", weight="30", due="2027-12-31"),
            GoalLine(goal="新签", target="新签大客户 6 家", weight="30", due="2027-12-31"),
            GoalLine(goal="按期交付", target="按期率 ≥ 90 %", weight="40", due="2027-12-31"),
        ),
        weight_total="100",
    ),
    development=DevelopmentSection(
        training="项目管理（面授，16 学时，2027 年第一季度）",
        preference=CareerPreference.EXPERT,
        target_role="资深大客户经理；先独立主持一个集团级项目。",
    ),
    overall=OverallSection(
        terms=(
            ResultTerm(name="销售业绩指标", formula="55 % × 91.65", points="50.41"),
            ResultTerm(name="客户价值与满意度指标", formula="22 % × 97.47", points="21.44"),
            ResultTerm(name="销售过程与能力指标", formula="15 % × 85.78", points="12.87"),
            ResultTerm(name="团队协作与发展指标", formula="8 % × 74.29", points="5.94"),
        ),
        total="90.66",
        grade="A",
        grade_before="B",
        calibration_reason="第四季度延迟验收的两个项目已在校准会前完成，依据财务确认单更正。",
        manager_comment="全年客户关系稳固，续约结果突出；请把“早通报”作为明年的第一习惯，"
        "我会在每月例会上与您一起检查项目台账，并保证新增的实施人员按期到岗。",
    ),
    acknowledgement=AcknowledgementSection(
        decision=None,
        note="",
        signatures=(
            Signature(role=SignatureRole.EMPLOYEE, name="王晓明"),
            Signature(role=SignatureRole.MANAGER, name="李华"),
            Signature(role=SignatureRole.SECOND_LEVEL, name="赵国强"),
            Signature(role=SignatureRole.HR, name="陈静"),
        ),
        appeal_zh="如不同意，请在收到之日起 5 个工作日内向人力资源部提出申诉（系统内“提出申诉”"
        "或书面），人力资源部在 10 个工作日内书面答复。",
        appeal_en="If you disagree, appeal to HR within 5 working days of receiving this record, in"
        " the system or in writing. HR answers in writing within 10 working days.",
    ),
)
