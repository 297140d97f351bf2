"""Which planted bugs the fast tests of scoring find; outside of script/test, on a copy."""
