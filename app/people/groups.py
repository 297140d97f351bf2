"""The ways in which one person can know another's work."""

from enum import StrEnum


class RaterGroup(StrEnum):
    """A rater group: who the reviewer is to the person reviewed."""

    SELF = "self"
    SUPERVISOR = "supervisor"
    PEER = "peer"
    SUBORDINATE = "subordinate"
    CUSTOMER = "customer"


class PersonKind(StrEnum):
    EMPLOYEE = "employee"
    CUSTOMER = "customer"
