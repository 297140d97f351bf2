"""The workbook's layout: three sheets, their columns, their words in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.workbooks.words import KIND_WORDS, LOCALE_WORDS, RELATION_WORDS


class Part(StrEnum):
    """What one sheet of the workbook is about."""

    PEOPLE = "people"
    RELATIONS = "relations"
    KPI = "kpi"


class CellKind(StrEnum):
    """How the text of a cell is tidied up and checked."""

    TEXT = "text"
    LINES = "lines"
    """Text whose line breaks matter; it is kept as it stands."""
    CODE = "code"
    """Staff numbers and the like: full-width letters and digits become half-width."""
    EMAIL = "email"
    CODE_OR_EMAIL = "code_or_email"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    """One or several of the choices; the value has each once, in their order, by spaces."""
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its key in the code, its headers, and what may stand in its cells."""

    key: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    kind: CellKind = CellKind.TEXT
    is_header_required: bool = False
    is_required: bool = False
    max_length: int = 200
    choices: Mapping[str, str] = field(default_factory=dict)
    """Accepted words, in lower case, and the value each stands for."""
    shown_choices: tuple[str, ...] = ()
    """What the template offers in its list."""
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetLayout:
    """One sheet: its part, its names and its columns in the order of the template."""

    part: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    columns: tuple[Column, ...]
    has_examples: bool = True
    """Whether rows that begin with an example mark are left out."""

    def column(self, key: str) -> Column:
        """The column with this key."""
        return next(column for column in self.columns if column.key == key)


PEOPLE = SheetLayout(
    part=Part.PEOPLE,
    zh="人员",
    en="people",
    aliases=("员工", "花名册", "persons", "employees"),
    columns=(
        Column(
            key="staff_number",
            zh="工号",
            en="staff_number",
            aliases=("员工编号", "staff no", "employee id", "staff number"),
            kind=CellKind.CODE,
            is_header_required=True,
            max_length=50,
            note_zh="员工必填且唯一；客户可留空",
            note_en="Employees: required and unique. Customers: may stay empty",
        ),
        Column(
            key="name",
            zh="姓名",
            en="name",
            aliases=("名字", "full name"),
            is_header_required=True,
            is_required=True,
            note_zh="必填",
            note_en="Required",
        ),
        Column(
            key="email",
            zh="邮箱",
            en="email",
            aliases=("电子邮箱", "电子邮件", "e-mail", "mail"),
            kind=CellKind.EMAIL,
            is_header_required=True,
            max_length=254,
            note_zh="评价人和客户必填，不可重复",
            note_en="Required for reviewers and customers; no two alike",
        ),
        Column(
            key="department",
            zh="部门",
            en="department",
            aliases=("所属部门", "dept"),
            note_zh="可留空",
            note_en="Optional",
        ),
        Column(
            key="manager_number",
            zh="上级工号",
            en="manager_staff_number",
            aliases=("直接上级工号", "manager", "manager id", "manager staff no"),
            kind=CellKind.CODE,
            max_length=50,
            note_zh="直接上级的工号；最高一级留空",
            note_en="Staff number of the manager; empty at the top",
        ),
        Column(
            key="job",
            zh="岗位",
            en="job",
            aliases=("职位", "job title", "position"),
            note_zh="决定适用哪个考核方案",
            note_en="Decides which scheme applies",
        ),
        Column(
            key="job_level",
            zh="职级",
            en="level",
            aliases=("级别", "grade", "job level"),
            max_length=50,
            note_zh="可留空",
            note_en="Optional",
        ),
        Column(
            key="locale",
            zh="语言",
            en="language",
            aliases=("locale",),
            kind=CellKind.CHOICE,
            choices=LOCALE_WORDS,
            shown_choices=("zh", "en"),
            note_zh="zh 或 en，留空为 zh",
            note_en="zh or en; empty means zh",
        ),
        Column(
            key="time_zone",
            zh="时区",
            en="time_zone",
            aliases=("timezone", "zone"),
            kind=CellKind.CODE,
            max_length=64,
            note_zh="如 Asia/Shanghai，留空为 Asia/Shanghai",
            note_en="Such as Europe/Berlin; empty means Asia/Shanghai",
        ),
        Column(
            key="joined_on",
            zh="入职日期",
            en="joined_on",
            aliases=("入职时间", "hire date", "hired on", "start date"),
            kind=CellKind.DATE,
            note_zh="如 2024-03-01，可留空",
            note_en="Such as 2024-03-01; optional",
        ),
        Column(
            key="kind",
            zh="类型",
            en="kind",
            aliases=("人员类型", "type"),
            kind=CellKind.CHOICE,
            choices=KIND_WORDS,
            shown_choices=("员工", "客户"),
            note_zh="员工或客户；有工号而留空时为员工",
            note_en="员工 (employee) or 客户 (customer); empty with a staff number means employee",
        ),
        Column(
            key="company",
            zh="公司",
            en="company",
            aliases=("客户公司", "单位"),
            note_zh="客户必填",
            note_en="Required for customers",
        ),
        Column(
            key="owner_number",
            zh="客户负责人工号",
            en="account_owner",
            aliases=("客户负责人", "owner", "account owner staff number"),
            kind=CellKind.CODE,
            max_length=50,
            note_zh="客户必填：负责该客户的员工工号",
            note_en="Required for customers: staff number of their account owner",
        ),
    ),
)

RELATIONS = SheetLayout(
    part=Part.RELATIONS,
    zh="评价关系",
    en="relations",
    aliases=("关系", "评价人", "raters"),
    columns=(
        Column(
            key="subject_number",
            zh="被评人工号",
            en="subject_staff_number",
            aliases=("被评价人工号", "subject", "subject id", "subject staff no"),
            kind=CellKind.CODE,
            is_header_required=True,
            is_required=True,
            max_length=50,
            note_zh="必填：被评价员工的工号",
            note_en="Required: staff number of the person reviewed",
        ),
        Column(
            key="reviewer",
            zh="评价人",
            en="reviewer",
            aliases=("评价人工号", "评价人工号或邮箱", "rater", "reviewer id"),
            kind=CellKind.CODE_OR_EMAIL,
            is_header_required=True,
            is_required=True,
            max_length=254,
            note_zh="必填：员工填工号，客户填邮箱",
            note_en="Required: staff number of an employee, e-mail of a customer",
        ),
        Column(
            key="relation",
            zh="关系",
            en="relation",
            aliases=("评价关系", "group", "rater group"),
            kind=CellKind.CHOICE,
            is_header_required=True,
            is_required=True,
            choices=RELATION_WORDS,
            shown_choices=("上级", "同级", "下级", "客户", "本人"),
            note_zh="必填：评价人是被评人的什么人",
            note_en="Required: 上级 supervisor, 同级 peer, 下级 report, 客户 customer, 本人 self",
        ),
    ),
)

KPI = SheetLayout(
    part=Part.KPI,
    zh="指标",
    en="kpi",
    aliases=("考核指标", "kpis", "kpi指标"),
    columns=(
        Column(
            key="staff_number",
            zh="工号",
            en="staff_number",
            aliases=("员工编号", "staff no", "employee id", "staff number"),
            kind=CellKind.CODE,
            is_header_required=True,
            is_required=True,
            max_length=50,
            note_zh="必填",
            note_en="Required",
        ),
        Column(
            key="dimension",
            zh="维度",
            en="dimension",
            aliases=("考核维度",),
            is_header_required=True,
            is_required=True,
            note_zh="必填：方案里的维度名称",
            note_en="Required: name of the scheme's dimension",
        ),
        Column(
            key="name",
            zh="指标",
            en="kpi",
            aliases=("指标名称", "element", "name"),
            is_header_required=True,
            is_required=True,
            note_zh="必填：同一人同一维度内不可重复",
            note_en="Required: no two alike for one person and dimension",
        ),
        Column(
            key="target",
            zh="目标",
            en="target",
            aliases=("目标值",),
            kind=CellKind.CODE,
            max_length=60,
            note_zh="数字",
            note_en="A number",
        ),
        Column(
            key="actual",
            zh="实际",
            en="actual",
            aliases=("实际值", "完成值"),
            kind=CellKind.CODE,
            max_length=60,
            note_zh="数字；还没有时留空；不适用时写“不适用”",
            note_en="A number; empty while not known; 不适用 (n/a) where it does not apply",
        ),
        Column(
            key="weight",
            zh="权重",
            en="weight",
            aliases=("权重%", "weight %"),
            kind=CellKind.NUMBER,
            is_header_required=True,
            is_required=True,
            note_zh="必填：在维度内的百分数，连同能力项合计 100",
            note_en="Required: percent within the dimension; with the competencies they make 100",
        ),
        Column(
            key="method",
            zh="计分方法",
            en="method",
            aliases=("计分方式", "评分方法"),
            kind=CellKind.CODE,
            is_header_required=True,
            is_required=True,
            shown_choices=(
                "比率法",
                "反向线性",
                "反比",
                "线性插值",
                "层差法",
                "加减分",
                "扣分法",
                "非此即彼",
                "说明法",
                "360",
            ),
            note_zh="必填；360 表示该行是能力项的权重",
            note_en="Required; 360 means that the row gives a competency's weight",
        ),
        Column(
            key="parameters",
            zh="参数",
            en="parameters",
            aliases=("计分参数", "params"),
            kind=CellKind.LINES,
            max_length=1000,
            note_zh="计分方法所需的参数",
            note_en="What the method needs besides",
        ),
        Column(key="source", zh="来源", en="source", aliases=("数据来源",), note_zh="数据来源"),
        Column(
            key="evidence",
            zh="证据",
            en="evidence",
            aliases=("依据",),
            max_length=400,
            note_zh="凭证或文件编号",
            note_en="Document or file number",
        ),
    ),
)

LAYOUTS: Mapping[Part, SheetLayout] = {
    Part.PEOPLE: PEOPLE,
    Part.RELATIONS: RELATIONS,
    Part.KPI: KPI,
}
