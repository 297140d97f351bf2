"""The rating engine: pure Python, exact rationals, no Flask, no database, no clock."""
