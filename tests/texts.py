"""What a reader sees of a page."""

from bs4 import BeautifulSoup


def words_of(page: str) -> str:
    """All words of a page, with one space between them."""
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
