"""How the properties are tried: 300 examples each, new ones at a desk, the same in CI.

Where the variable CI is set Hypothesis makes its examples from the test itself (``derandomize``);
elsewhere they are new in every run, and what fails is printed with a line that repeats it.
"""

from hypothesis import settings

many = settings(max_examples=300, deadline=None, print_blob=True)
