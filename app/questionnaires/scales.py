"""The answer scales that a questionnaire can begin with. Five levels, lowest first."""

from enum import StrEnum


class Preset(StrEnum):
    FREQUENCY = "frequency"
    PROFICIENCY = "proficiency"


LABELS: dict[Preset, tuple[tuple[str, str], ...]] = {
    Preset.FREQUENCY: (
        ("从不", "Never"),
        ("很少", "Rarely"),
        ("有时", "Sometimes"),
        ("经常", "Often"),
        ("总是", "Always"),
    ),
    Preset.PROFICIENCY: (
        ("生疏", "Novice"),
        ("入门", "Basic"),
        ("胜任", "Able"),
        ("熟练", "Skilled"),
        ("精通", "Expert"),
    ),
}
