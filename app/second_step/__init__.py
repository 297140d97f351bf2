"""The second step of a sign-in: codes of an app beside the password."""
