"""What the engine refuses, with a code for programs and a sentence for people in zh and en."""

from enum import Enum
from typing import Self

from app.scoring.codes import Code, Sentence

__all__ = ["Code", "Complaint", "ScoringError"]


class Complaint(Enum):
    """Every reason for which the engine refuses its input."""

    WEIGHTS_NOT_100 = Sentence(
        code=Code.WEIGHTS_NOT_100,
        en="These weights sum to {found}; they must sum to exactly 100.",
        zh="此处权重合计为 {found}，必须正好等于 100。",
    )
    NEGATIVE_WEIGHT = Sentence(
        code=Code.NEGATIVE_WEIGHT,
        en="The weight {found} is negative; a weight is 0 or more.",
        zh="权重 {found} 为负数；权重不得小于 0。",
    )
    NO_WEIGHT = Sentence(
        code=Code.BAD_VALUE,
        en="At least one of these weights must be above 0.",
        zh="此处至少要有一个权重大于 0。",
    )
    TARGET_ZERO = Sentence(
        code=Code.TARGET_ZERO,
        en="The target is 0, so no ratio to it exists; use all_or_nothing or interpolate.",
        zh="目标值为 0，无法计算比率；请改用 all_or_nothing 或 interpolate。",
    )
    TARGET_NEGATIVE = Sentence(
        code=Code.BAD_VALUE,
        en="The target {found} is negative; only ratio_signed takes a negative target.",
        zh="目标值 {found} 为负数；只有 ratio_signed 接受负目标值。",
    )
    ACTUAL_NEGATIVE = Sentence(
        code=Code.BAD_VALUE,
        en="The actual figure {found} is negative, which this method does not take.",
        zh="实际值 {found} 为负数，该计分方法不接受。",
    )
    ACTUAL_NOT_POSITIVE = Sentence(
        code=Code.BAD_VALUE,
        en="The actual figure {found} must be above 0 for the method inverse.",
        zh="使用 inverse 方法时，实际值 {found} 必须大于 0。",
    )
    BAND_GAP = Sentence(
        code=Code.BAND_GAP,
        en="The bands leave a gap at {found}: every value must lie in exactly one band.",
        zh="区间在 {found} 处留有空隙：每个数值必须恰好落在一个区间内。",
    )
    BAND_OVERLAP = Sentence(
        code=Code.BAND_OVERLAP,
        en="The bands overlap at {found}: every value must lie in exactly one band.",
        zh="区间在 {found} 处重叠：每个数值必须恰好落在一个区间内。",
    )
    BAND_EMPTY = Sentence(
        code=Code.BAD_VALUE,
        en="This band holds no value: its lower end {lo} does not lie below its upper end {hi}.",
        zh="该区间不含任何数值：下限 {lo} 不低于上限 {hi}。",
    )
    KNOTS_TOO_FEW = Sentence(
        code=Code.KNOT_ORDER,
        en="Interpolation needs at least two knots.",
        zh="线性插值至少需要两个节点。",
    )
    KNOTS_UNORDERED = Sentence(
        code=Code.KNOT_ORDER,
        en="The knots must run steadily in one direction, and no value may appear twice.",
        zh="节点必须按同一方向依次排列，且数值不得重复。",
    )
    KNOTS_NOT_MONOTONE = Sentence(
        code=Code.KNOT_ORDER,
        en="The points of the knots, with those below and above them, must not turn back.",
        zh="各节点的得分（包括两端之外的得分）必须始终同向变化，不得折返。",
    )
    CAP_FLOOR = Sentence(
        code=Code.CAP_FLOOR,
        en="Floor {floor} and cap {cap} do not fit: 100 points must lie between them.",
        zh="保底 {floor} 与封顶 {cap} 不合理：100 分必须位于两者之间。",
    )
    OUT_OF_ORDER = Sentence(
        code=Code.BAD_VALUE,
        en="The lower end {lo} must lie below the upper end {hi}.",
        zh="下限 {lo} 必须低于上限 {hi}。",
    )
    OUT_OF_RANGE = Sentence(
        code=Code.BAD_VALUE,
        en="The value {found} is out of range; it must be {expected}.",
        zh="数值 {found} 超出范围；应为：{expected}。",
    )
    OFF_THE_GRID = Sentence(
        code=Code.BAD_VALUE,
        en="The value {found} has more than the {places} decimal places of the final score.",
        zh="数值 {found} 的小数位数多于最终得分的 {places} 位。",
    )
    ANSWER_OUT_OF_SCALE = Sentence(
        code=Code.ANSWER_OUT_OF_SCALE,
        en="The answer {found} is not a point of the scale.",
        zh="答案 {found} 不在评分量表内。",
    )
    ANCHORS_INCOMPLETE = Sentence(
        code=Code.BAD_VALUE,
        en="The anchor table gives no points for {found}, which is on the scale.",
        zh="锚点表缺少量表上 {found} 对应的分值。",
    )
    ANCHORS_FALLING = Sentence(
        code=Code.BAD_VALUE,
        en="The anchor table falls at {found}: a better answer must never give fewer points.",
        zh="锚点表在 {found} 处下降：更好的答案不能得到更低的分值。",
    )
    FLOAT_INPUT = Sentence(
        code=Code.FLOAT_INPUT,
        en="{found} is a binary float; give a whole number, a Decimal or a string.",
        zh="{found} 是二进制浮点数；请使用整数、Decimal 或字符串。",
    )
    NOT_A_NUMBER = Sentence(
        code=Code.BAD_VALUE,
        en="{found} is not a decimal number.",
        zh="{found} 不是十进制数。",
    )
    NUMBER_TOO_LONG = Sentence(
        code=Code.BAD_VALUE,
        en="This number is too large or too finely divided to be a figure of a review.",
        zh="该数值过大或小数位过多，不是合理的考核数据。",
    )
    NOT_WHOLE = Sentence(
        code=Code.BAD_VALUE,
        en="{found} is not a whole number of 0 or more.",
        zh="{found} 不是大于或等于 0 的整数。",
    )
    WRONG_KIND = Sentence(
        code=Code.BAD_VALUE,
        en="{expected} was expected here, but {found} was found.",
        zh="此处应为{expected_zh}，但实际为 {found}。",
    )
    NOT_A_CHOICE = Sentence(
        code=Code.BAD_VALUE,
        en="{found} is not known here; choose one of: {expected}.",
        zh="无法识别 {found}；可选值：{expected}。",
    )
    KPI_AND_ITEMS = Sentence(
        code=Code.BAD_VALUE,
        en="An element is one of these: a KPI, a competency with items, or a list of goals.",
        zh="一个要素只能是以下之一：指标、带题目的能力项、目标清单。",
    )
    UNKNOWN_ITEM = Sentence(
        code=Code.BAD_VALUE,
        en="The item {found} belongs to no competency of this example.",
        zh="题目 {found} 不属于本例中的任何能力项。",
    )
    TEXT_TOO_SHORT = Sentence(
        code=Code.BAD_VALUE,
        en="This text needs at least {expected} characters.",
        zh="此处文字至少需要 {expected} 个字符。",
    )
    ADJUSTED_TOO_FAR = Sentence(
        code=Code.BAD_VALUE,
        en="The calibration changes sum to {found}; at most {expected} either way is allowed.",
        zh="校准调整合计为 {found}；上下最多允许 {expected}。",
    )
    PENDING_KPI = Sentence(
        code=Code.PENDING_KPI,
        en="The KPI {found} has no result yet; enter it or mark it not_applicable.",
        zh="指标 {found} 尚无结果；请录入实际值或标记为不适用（not_applicable）。",
    )
    PENDING_GOAL = Sentence(
        code=Code.PENDING_KPI,
        en="The goal {found} has no result yet; enter it or mark it not_applicable.",
        zh="目标 {found} 尚无结果；请录入完成度或评分，或标记为不适用（not_applicable）。",
    )
    PROGRESS_AND_RATING = Sentence(
        code=Code.BAD_VALUE,
        en="A goal has either a progress or a rating, not both.",
        zh="一个目标只能有完成度（progress）或评分（rating）之一，不能两者兼有。",
    )
    RATER_OF_ABSENT_GROUP = Sentence(
        code=Code.BAD_VALUE,
        en="This rater is of the group {found}, which is declared absent; correct one of the two.",
        zh="该评价人属于类别 {found}，而该类别已声明为不存在；请更正其中之一。",
    )
    CONTACT_TOO_UNEQUAL = Sentence(
        code=Code.BAD_VALUE,
        en="Contact weights from {lo} to {hi} let one rater decide for all; the largest may be at"
        " most {expected} times the smallest.",
        zh="接触频率权重从 {lo} 到 {hi}，差距过大，一人即可左右结果；最大值不得超过最小值的"
        " {expected} 倍。",
    )
    UNKNOWN_COMPETENCY = Sentence(
        code=Code.BAD_VALUE,
        en="{found} is not a competency of this example.",
        zh="{found} 不是本例中的能力项。",
    )
    SURVEY_GROUP = Sentence(
        code=Code.UNKNOWN_GROUP,
        en="A KPI cannot be read from the answers of {found}; choose a group that weighs something:"
        " {expected}.",
        zh="指标不能取自类别 {found} 的作答；请指定有权重的类别：{expected}。",
    )
    RESULT_HELD = Sentence(
        code=Code.INSUFFICIENT_RATERS,
        en="Too few raters answered for {found}, and the scheme says to wait until more have.",
        zh="{found} 的作答人数不足；按方案规定，须等待更多作答后再计分。",
    )
    INSUFFICIENT_RATERS = Sentence(
        code=Code.INSUFFICIENT_RATERS,
        en="Too few raters answered to give any score.",
        zh="作答的评价人过少，无法得出任何得分。",
    )
    INCOMPLETE_RESULT = Sentence(
        code=Code.INCOMPLETE_RESULT,
        en="Dimensions weighing only {found} of 100 could be scored; {expected} are needed.",
        zh="可计分维度的权重仅为 {found}（满分 100），至少需要 {expected}。",
    )
    STALE_CALIBRATION = Sentence(
        code=Code.STALE_CALIBRATION,
        en="The inputs have changed since this calibration; it must be confirmed again.",
        zh="校准之后输入数据已变更；该校准须重新确认。",
    )
    CHAIN_BROKEN = Sentence(
        code=Code.BAD_VALUE,
        en="This row does not follow from the one before it: a row was altered, removed, inserted"
        " or moved; restore the rows as they were appended.",
        zh="本行与上一行不衔接：有记录被改动、删除、插入或调换；请恢复为当初依次追加的记录。",
    )
    CALIBRATED_FROM = Sentence(
        code=Code.STALE_CALIBRATION,
        en="This was decided on {found}, but {expected} stands before it now; confirm it again.",
        zh="该校准当时依据的是 {found}，现在应为 {expected}；须重新确认。",
    )
    CALIBRATED_TO = Sentence(
        code=Code.BAD_VALUE,
        en="This calibration leads to {expected}, not to {found}; correct it or leave it out.",
        zh="该校准的结果应为 {expected}，而不是 {found}；请更正或去掉该字段。",
    )
    UNKNOWN_STEP = Sentence(
        code=Code.BAD_VALUE,
        en="This must be the hash of an earlier row that is still open, and the row must repeat"
        " its decision or let it lapse.",
        zh="此处应为此前某条尚未了结的校准记录的哈希，且本行须重复该决定或使其失效。",
    )
    GRADE_ABOVE_VETO = Sentence(
        code=Code.BAD_VALUE,
        en="A veto allows the grade {expected} at best; {found} cannot be set.",
        zh="一票否决之下等级最高为 {expected}，不能定为 {found}。",
    )
    QUOTA_SUM = Sentence(
        code=Code.QUOTA_SUM,
        en="These quotas sum to {found} percent; they must sum to exactly 100.",
        zh="此处配额合计为 {found}%，必须正好等于 100%。",
    )
    TOO_FEW_TO_ENFORCE = Sentence(
        code=Code.BAD_VALUE,
        en="Quotas cannot be enforced over {found} people; below {expected}, use advisory.",
        zh="{found} 人不足以强制分布；少于 {expected} 人时请改用 advisory（仅供参考）。",
    )
    CEILING_ON_LOWEST = Sentence(
        code=Code.BAD_VALUE,
        en="{found} is the lowest grade and takes whoever is left; it cannot have a hard ceiling.",
        zh="{found} 是最低等级，须容纳其余所有人，不能设硬上限。",
    )
    SPANS_OVERLAP = Sentence(
        code=Code.BAD_VALUE,
        en="{found} lies in two of these stretches of time; they must not overlap.",
        zh="{found} 同时落在两个时段内；时段不得重叠。",
    )
    SPAN_OUTSIDE = Sentence(
        code=Code.BAD_VALUE,
        en="This stretch of time ({found}) must lie within {expected}.",
        zh="该时段（{found}）必须位于 {expected} 之内。",
    )
    ZERO_NOT_MERGED = Sentence(
        code=Code.BAD_VALUE,
        en="The result of {found} was set to 0 and has no figure to merge; give its actual figure.",
        zh="{found} 的结果被定为 0 分，没有可合并的实际值；请录入实际值。",
    )
    METHOD_NOT_MERGED = Sentence(
        code=Code.BAD_VALUE,
        en="Figures of the method {found} cannot be merged; give this KPI a result for the year.",
        zh="{found} 方法的数据无法合并；请为该指标直接录入全年结果。",
    )
    UNKNOWN_ELEMENT = Sentence(
        code=Code.BAD_VALUE,
        en="{found} is not a KPI of this example.",
        zh="{found} 不是本例中的指标。",
    )
    EXPOSED_RATERS = Sentence(
        code=Code.INSUFFICIENT_RATERS,
        en="These figures together would tell what {found} people answered, fewer than {expected};"
        " show fewer figures or merge rater groups.",
        zh="这些数字合在一起会暴露 {found} 人（不足 {expected} 人）的回答；请少显示或合并类别。",
    )
    UNKNOWN_GROUP = Sentence(
        code=Code.UNKNOWN_GROUP,
        en="The rater group {found} is not one of the example's groups.",
        zh="评价人类别 {found} 不在本例的类别之中。",
    )
    DUPLICATE_RATER = Sentence(
        code=Code.DUPLICATE_RATER,
        en="The rater {found} appears twice.",
        zh="评价人 {found} 重复出现。",
    )
    DUPLICATE_ID = Sentence(
        code=Code.DUPLICATE_ID,
        en="{found} appears twice; every id may be used once.",
        zh="{found} 重复出现；每个标识只能使用一次。",
    )
    BAD_JSON = Sentence(
        code=Code.BAD_JSON,
        en="This is not a readable JSON file: {found}.",
        zh="文件不是可读取的 JSON：{found}。",
    )
    FILE_UNREADABLE = Sentence(
        code=Code.BAD_JSON,
        en="The file cannot be read: {found}.",
        zh="无法读取文件：{found}。",
    )
    NOT_UTF_8 = Sentence(
        code=Code.BAD_JSON,
        en="This file is not UTF-8 text (byte {found}); save it as UTF-8.",
        zh="文件不是 UTF-8 文本（第 {found} 个字节）；请另存为 UTF-8 编码。",
    )
    NESTED_TOO_DEEP = Sentence(
        code=Code.BAD_JSON,
        en="Lists and objects are nested too deeply to be a file of reviews.",
        zh="文件中的列表与对象嵌套过深，不是合理的考核数据。",
    )
    TOO_MANY_DIGITS = Sentence(
        code=Code.BAD_JSON,
        en="A number in this file has too many digits to be a figure of a review.",
        zh="文件中有数值位数过多，不是合理的考核数据。",
    )
    HALF_A_CHARACTER = Sentence(
        code=Code.BAD_JSON,
        en="A text in this file holds half of a character (a lone surrogate).",
        zh="文件中的文字含有不完整的字符（孤立的代理项）。",
    )
    MISSING_FIELD = Sentence(
        code=Code.MISSING_FIELD,
        en="The field {found} is missing.",
        zh="缺少字段 {found}。",
    )
    ANSWERS_DELETED = Sentence(
        code=Code.ANSWERS_DELETED,
        en="The single answers were deleted on {found}, as their raters were promised, so nothing"
        " can be computed from this file again. It still holds the scheme, the weights and the KPI"
        " figures; the result stands as it was released.",
        zh="各评价人的原始回答已按承诺于 {found} 删除，因此无法再用本文件重新计算。文件中仍保留"
        "方案、权重和指标数据；已发布的结果保持不变。",
    )
    UNKNOWN_METHOD = Sentence(
        code=Code.UNKNOWN_METHOD,
        en="{found} is not a known method.",
        zh="未知的计分方法 {found}。",
    )


class ScoringError(ValueError):
    """A refusal of the engine: its code, a JSON pointer to the place, a sentence in zh and en."""

    def __init__(self, complaint: Complaint, where: str = "", **facts: object) -> None:
        self.complaint = complaint
        self.where = where
        self.facts = facts
        super().__init__(f"{self.code} at {where or 'the top'}: {self.message_en}")

    @property
    def code(self) -> Code:
        return self.complaint.value.code

    @property
    def message_en(self) -> str:
        return self.complaint.value.en.format(**self.facts)

    @property
    def message_zh(self) -> str:
        return self.complaint.value.zh.format(**self.facts)

    def under(self, prefix: str) -> Self:
        """The same refusal seen from further outside: ``prefix`` leads to where it happened."""
        return type(self)(self.complaint, prefix + self.where, **self.facts)
