"""What stands right of the @ in the name of a letter."""

import pytest

from app.mail.rules import MOST_HOST, NO_HOST, host_of_ids

LONG = "a" * (MOST_HOST - len(".example.com")) + ".example.com"


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("https://feedback.example.com", "feedback.example.com"),
        ("https://Feedback.Example.com:8443/reviews", "feedback.example.com"),
        (f"https://{LONG}", LONG),
        (f"https://a{LONG}", NO_HOST),
        ("http://localhost:8000", NO_HOST),
        ("http://127.0.0.1:8000", NO_HOST),
        ("http://[::1]:8000", NO_HOST),
        ("https://评价.example.com", NO_HOST),
        ("https://", NO_HOST),
    ],
)
def test_letters_are_named_after_the_service_where_it_has_a_name_of_the_internet(
    public_url: str, host: str
) -> None:
    assert host_of_ids(public_url) == host
