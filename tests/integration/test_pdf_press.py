"""The press and its loop, called without the process around them."""

from io import BytesIO

import pytest

from app.pdf.frames import Outcome, PrintOrder, read_frame, write_frame
from app.pdf.press import BundledFontsOnly, Press
from app.pdf.renderer import answer, serve


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def _order(html: str) -> PrintOrder:
    return PrintOrder(html=html, title="t", language="zh")


# WeasyPrint leaves closing its colour profile to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_orders_are_answered_one_by_one_until_the_pipe_ends(press: Press) -> None:
    orders, papers, allowances = BytesIO(), BytesIO(), []
    for name in ("王晓明", "李华"):
        write_frame(orders, _order(f"<p>{name}</p>").to_bytes())
    orders.seek(0)

    serve(press, orders, papers, before_each=lambda: allowances.append(1))

    papers.seek(0)
    first, second, end = (read_frame(papers) for _ in range(3))
    assert first is not None
    assert second is not None
    assert first[:6] == second[:6] == bytes([Outcome.PRINTED]) + b"%PDF-"
    assert first != second
    assert end is None
    assert len(allowances) == 2


@pytest.mark.parametrize(
    "html", ["<div>" * 500 + "x", '<section style="break-after: page">x</section>' * 61]
)
def test_a_paper_that_is_too_much_is_named_so(press: Press, html: str) -> None:
    assert answer(press, _order(html)) == bytes([Outcome.TOO_LONG])


def test_another_mistake_gives_its_kind_and_none_of_its_words() -> None:
    class Broken(Press):
        def __init__(self) -> None:
            """Needs no fonts to break."""

        def print_paper(self, order: PrintOrder) -> bytes:
            raise ValueError(order.html)

    assert answer(Broken(), _order("secret")) == bytes([Outcome.FAILED]) + b"ValueError"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.org/a.ttf",
        "data:text/plain,x",
        "bundled:../../app/config.py",
        "bundled:NotoSansSC-Regular.ttf?x",
        "",
    ],
)
def test_no_address_but_the_two_fonts_is_opened(address: str) -> None:
    with pytest.raises(ValueError, match="nothing but their own fonts"):
        BundledFontsOnly().fetch(address)


@pytest.mark.parametrize("frame", [b"", b"\x00\x00", b"\x00\x00\x00\x09short", b"\xff" * 8])
def test_half_a_frame_is_no_frame(frame: bytes) -> None:
    assert read_frame(BytesIO(frame)) is None
