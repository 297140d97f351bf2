"""A change after submission: a fresh link that the reviewer asks for, and a form filled in anew."""
