"""The English twin of the sample record."""

from dataclasses import replace

from app.pdf.papers import (
    Achievement,
    AchievementsSection,
    CareerPreference,
    Cause,
    DevelopmentSection,
    EmployeeView,
    FeedbackSection,
    GoalLine,
    GoalsSection,
    LastPlanLine,
    PlanLine,
    PlanOutcome,
    PlanSection,
    ResultsSection,
    ResultTerm,
    Shortcoming,
    ShortcomingsSection,
    SupportAnswer,
    SupportLine,
)
from tests.integration.pdf_samples import CHINESE, dimension_block, four_groups

ENGLISH = replace(
    CHINESE,
    language="en",
    company="Huachen Industrial Technology (Suzhou) Co., Ltd.",
    head=replace(
        CHINESE.head,
        number="PR-2026-00124",
        employee="Anna O’Brien 喆玥",
        department="Sales East / Key Accounts 1",
        position="Senior Key Account Manager",
        period="1 Jan 2026 – 31 Dec 2026",
        interviewer="Li Hua, Director Sales East",
        others_present="Chen Jing (HR)",
        held_at="20 Dec 2026, 14:00–15:05 (China Standard Time)",
        place="Room 305, on site",
    ),
    results=ResultsSection(
        dimensions=(
            dimension_block(
                "Sales results|55.00|91.65|50.41",
                "Revenue attained|22.00|CNY 12.0 M|CNY 11.3 M|94.50|20.79|Finance, 31 Dec 2026"
                "|Two projects’ acceptance moved to January.",
                "New key accounts signed|16.50|5|4|80.00|13.20|CRM report, 31 Dec 2026",
                "Margin|8.25|18.0%|19.3%|107.00|8.83|Finance, 31 Dec 2026",
                "Days sales outstanding|8.25|45 days|48.6 days|92.00|7.59|Ledger, 31 Dec 2026",
            ),
            dimension_block(
                "Customer value and satisfaction|22.00|97.47|21.44",
                "Customer satisfaction (survey mean)|7.70|4.5|4.75|105.60|8.13|Survey, Nov 2026",
                "Renewal rate|5.50|92.0%|95.0%|103.26|5.68|CRM report, 31 Dec 2026",
                "Complaints answered in time|3.30|0 late|2 late|80.00|2.64|Tickets, 31 Dec 2026",
                "Customer visits|2.20|all done|all done|100.00|2.20|Visit log, 28 Dec 2026",
                "Customer relationships|3.30|||84.64|2.79|360 feedback",
            ),
            dimension_block(
                "Sales process and skills|15.00|85.78|12.87",
                "Qualified calls|5.25|120|112|80.00|4.20|CRM report, 31 Dec 2026",
                "Lead conversion|5.25|25.0%|23.0%|92.00|4.83|CRM report, 31 Dec 2026",
                "Product and industry knowledge|4.50|||85.27|3.84|360 feedback",
            ),
            dimension_block(
                "Teamwork and growth|8.00|74.29|5.94",
                "Working together and sharing|4.80|||74.67|3.58|360 feedback",
                "Learning and growth|3.20|||73.73|2.36|360 feedback",
            ),
        ),
        weight_total="100.00",
        points_total="90.66",
    ),
    feedback=FeedbackSection(
        profile=four_groups(
            "Profile of four competencies: customer relationships highest, learning lowest.",
            "Competency",
            ("Self", "Manager", "Peers", "Customers"),
            (
                "Customer relationships",
                "Product and industry knowledge",
                "Working together and sharing",
                "Learning and growth",
            ),
        ),
        raters=("Manager 1;", "peers and direct reports 6–9;", "customers 3–5."),
        merge_notes=("Fewer than 3 direct reports, so combined with peers to protect them.",),
        highest=("Product and industry knowledge 4.26", "Customer relationships 4.23"),
        lowest=("Learning and growth 3.69", "Working together and sharing 3.73"),
        gaps=("Working together: self 5.00, others 3.73, apart by 1.27",),
    ),
    achievements=AchievementsSection(
        achievements=(
            Achievement(
                fact="Led the Hongyuan Group’s line conversion in Q3; live 5 days early, with the"
                " customer’s written thanks.",
                effect="Renewal value up 18%, and two introductions inside the group.",
            ),
        ),
        last_plan=(
            LastPlanLine(
                goal="Bring days sales outstanding below 45",
                outcome=PlanOutcome.PARTLY,
                evidence="From 55 to 48.6 days (ledger, 31 Dec 2026)",
            ),
        ),
    ),
    shortcomings=ShortcomingsSection(
        shortcomings=(
            Shortcoming(
                fact="Two of four projects were late; technical support heard of the change more"
                " than 10 days after it (12 May, 3 September).",
                causes=frozenset({Cause.METHOD, Cause.RESOURCES}),
                explanation="The change wasn’t reviewed; one implementer short since July.",
            ),
        ),
        differing_views="She puts the delay in September down to staffing; he thinks earlier"
        " notice would have halved it.",
    ),
    employee_view=EmployeeView(
        assessment="I’m content with renewals. I should have raised both delays sooner.",
        opinion="The measures were clear. I’d like to see a score at mid-quarter.",
        circumstances="I coached two new colleagues in the second half.",
        suggestions="",
    ),
    support=(
        SupportLine(
            request="One more implementer for the east region.",
            answer=SupportAnswer.AGREED,
            terms="In post by 28 Feb 2027; Li Hua recruits.",
        ),
    ),
    plan=PlanSection(
        lines=(
            PlanLine(
                goal="Deliver on time",
                action="If a customer asks for a change, then I tell technical support within 24"
                " hours and update the log every Friday.",
                measure="On time 50% → 90%",
                due="30 Jun 2027",
                resources="Project course, 16 hours; mentor Chen Jing",
                owner="Anna O’Brien",
                check_ins=("31 Jan 2027", "31 Mar 2027", "30 Jun 2027"),
            ),
            PlanLine(
                goal="Write things down",
                action="If a fortnightly meeting ends, then the minutes go out the same day.",
                measure="Peers’ mean 4.00 → 4.30",
                due="30 Jun 2027",
                resources="Writing coach",
                owner="Anna O’Brien",
                check_ins=("31 Mar 2027",),
            ),
            PlanLine(
                goal="Fill the vacancy",
                action="If nobody has started by the end of January, then borrow from the south.",
                measure="Started 0 → 1",
                due="28 Feb 2027",
                resources="One vacancy",
                owner="Li Hua",
                check_ins=("15 Feb 2027",),
            ),
        ),
    ),
    goals=GoalsSection(
        lines=(
            GoalLine(goal="Renewals", target="Rate ≥ 93%", weight="60", due="31 Dec 2027"),
            GoalLine(goal="On time", target="Rate ≥ 90%", weight="40", due="31 Dec 2027"),
        ),
        weight_total="100",
    ),
    development=DevelopmentSection(
        training="Project management (classroom, 16 hours, Q1 2027)",
        preference=CareerPreference.EXPERT,
        target_role="Principal account manager; first lead one group-wide project.",
    ),
    overall=replace(
        CHINESE.overall,
        terms=(
            ResultTerm(name="Sales results", formula="55% × 91.65", points="50.41"),
            ResultTerm(
                name="Customer value and satisfaction", formula="22% × 97.47", points="21.44"
            ),
            ResultTerm(name="Sales process and skills", formula="15% × 85.78", points="12.87"),
            ResultTerm(name="Teamwork and growth", formula="8% × 74.29", points="5.94"),
        ),
        grade_before="",
        calibration_reason="",
        manager_comment="A year of steady relationships and strong renewals. Make early notice your"
        " first habit; I’ll go through the project log with you every month.",
    ),
)
