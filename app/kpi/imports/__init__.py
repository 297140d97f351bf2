"""The whole workbook's way in: checked, previewed, then written in one transaction or not at all.

It sits in `kpi` because that is the lowest package that may know people, schemes and KPI lines.
"""
