"""Addresses that returned mail in an earlier round, before a new one invites them again."""
