"""Somebody who has no mouse: moves with Tab, sees where the focus is, and never clicks."""

from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

MOST_STOPS = 150  # a page with more than that has caught the focus
# Where the focus is, and whether one sees it: a ring, and nothing laid over the middle. The ring of
# a radio button runs around its whole label and is drawn by the words in there.
FOCUS = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const framed = here.type === 'radio' ? here.closest('label') : here;
    const style = here.type === 'radio'
        ? getComputedStyle(here.nextElementSibling, '::after') : getComputedStyle(here);
    const box = framed.getBoundingClientRect();
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    const seen = document.elementFromPoint((box.left + box.right) / 2, (top + bottom) / 2);
    return {
        tag: here.tagName.toLowerCase(), kind: here.type || '', name: here.name || '',
        value: here.value || '', address: here.getAttribute('href') || '',
        group: here.closest('fieldset')?.id || '', id: here.id, text: here.innerText || '',
        ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        open: bottom > top && (framed.contains(seen) || (seen !== null && seen.contains(framed))),
    };
}"""
# Whatever Tab has to reach: of radio buttons one in each group.
CONTROLS = """() => {
    const keys = [...document.querySelectorAll(
        'a[href], button, summary, textarea, select, input:not([type=hidden])'
    )].filter(one => one.checkVisibility()).map(one => one.type === 'radio'
        ? 'radio ' + one.name : `${one.tagName.toLowerCase()} ${one.name || ''} ${one.value ||
        ''} ${one.getAttribute('href') || ''}`.trim());
    return [...new Set(keys)];
}"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """An element that has the focus. `group` is the id of the question it belongs to."""

    tag: str
    kind: str
    name: str
    value: str
    address: str
    group: str
    id: str
    text: str
    ringed: bool
    open: bool

    @property
    def key(self) -> str:
        if self.kind == "radio":
            return f"radio {self.name}"
        return " ".join(f"{self.tag} {self.name} {self.value} {self.address}".split())


class LostFocusError(AssertionError):
    """The focus is nowhere, or cannot be seen, or does not get where it should."""


@dataclass
class Keyboard:
    page: Page
    presses: int = 0
    walked: list[Stop] = field(default_factory=list)

    def press(self, key: str) -> None:
        """Press a key that stays on this page."""
        self.presses += 1
        self.page.keyboard.press(key)

    def follow(self, key: str = "Enter") -> None:
        """Press a key that leads to another page, and wait until that page stands.

        A page that asks for the focus gets it when it is drawn, which may be after it was loaded.
        """
        with self.page.expect_event("load"):
            self.press(key)
        asks = self.page.locator("[autofocus]")
        if asks.count():
            expect(asks.first).to_be_focused()

    def jump(self, key: str = "Enter") -> None:
        """Press a key on a link within the page, and wait until the focus has left it."""
        link = self.page.locator("a:focus")
        self.press(key)
        expect(link).to_have_count(0)

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)

    def here(self) -> Stop | None:
        """What has the focus; None for the page as a whole. Raises where one would not see it."""
        found = self.page.evaluate(FOCUS)
        if found is None:
            return None
        stop = Stop(**found)
        can_act = stop.tag in {"a", "button", "summary", "textarea", "input", "select"}
        if can_act and not (stop.ringed and stop.open):
            raise LostFocusError(f"{self.page.url}: the focus is not to be seen on {stop}")
        return stop

    def tab(self, key: str = "Tab") -> Stop | None:
        self.press(key)
        return self.here()

    def tab_to(self, *, tag: str = "", group: str = "", name: str = "", value: str = "") -> Stop:
        """Press Tab until the focus is there."""
        for _number in range(MOST_STOPS):
            stop = self.tab()
            if stop is None:
                continue
            wanted = ((tag, stop.tag), (group, stop.group), (name, stop.name), (value, stop.value))
            if all(wish in {"", found} for wish, found in wanted):
                return stop
        raise LostFocusError(f"{self.page.url}: Tab does not reach {tag}{group}{name}{value}")

    def walk(self) -> list[Stop]:
        """Press Tab from the top of the page until its end, where the browser takes over."""
        stops: list[Stop] = []
        while (stop := self.tab()) is not None:
            stops.append(stop)
            if len(stops) > MOST_STOPS:
                raise LostFocusError(f"{self.page.url}: Tab never leaves the page: {stops[-3:]}")
        return stops

    def unreached(self, stops: list[Stop]) -> list[str]:
        """Controls of the page that no stop was on."""
        reached = {stop.key for stop in stops}
        controls: list[str] = self.page.evaluate(CONTROLS)
        return [key for key in controls if " ".join(key.split()) not in reached]
