"""Disclosure control: what may be shown of people who were promised to stay unrecognisable.

Thresholds, bands and clipping say what a single figure may look like. Equations, audit, blanking
and releases say what may stand beside what: taken together, the figures that one audience ever
sees must not be solvable for fewer people than the threshold.
"""
