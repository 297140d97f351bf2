/* Counts answers, saves while one types, and keeps in this tab what could not be sent.
   All of it is a convenience: without this file the buttons do the same. */
(() => {
  "use strict";
  const FRESH = 15000; // a change this young, in ms, is what the person wants now
  const TWICE = 3000; // a second press this soon, in ms, is a slip of the finger
  const GONE = 9000; // a page still here so long after Submit has not been left, in ms
  const MARKS = [10, 20, 30];
  const byId = (id) => document.getElementById(id);
  const keep = {
    get: (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* forbidden */ } },
  };
  (document.body.dataset.sent || "").split(" ").forEach((id) => id && keep.drop("unsent-" + id));

  const problem = byId("problem");
  if (problem) problem.focus();
  const form = byId("form");
  if (!form || !byId("count")) return;

  const words = form.dataset, field = form.elements, key = "unsent-" + field.request.value;
  const sets = [...form.querySelectorAll("fieldset")];
  const state = byId("state"), live = byId("live"), next = byId("next");
  const say = (text, k, n) => text.replace("{k}", k).replace("{n}", n);
  // Waiting fields: name -> [value, when it was chosen, the revision that was known then].
  let base = Number(field.revision.value), queue = {}, timer, tries = 0, busy = false, trouble = "", over = false, left = 0, told = -1;

  const pending = () => Object.keys(queue).length;
  const store = () => (pending() ? keep.set(key, { copy: field.copy.value, queue }) : keep.drop(key));
  const put = (name, value) => { if (field[name]) field[name].value = value; };

  function paint() {
    const open = sets.filter((set) => !set.querySelector(":checked"));
    const done = sets.length - open.length;
    byId("count").textContent = say(words.answered, done, sets.length);
    next.hidden = !open.length || !done;
    if (open.length) next.hash = open[0].id;
    sets.forEach((set) => open.includes(set) || set.classList.remove("miss"));
    const bad = trouble || (tries && pending() ? say(words.unsaved, pending()) : "");
    state.className = bad ? "bad" : "";
    state.textContent = bad || (pending() ? words.saving : base ? words.saved : "");
    if (told >= 0 && done !== told && (MARKS.includes(done) || !open.length)) live.textContent = byId("count").textContent;
    told = done;
  }

  function later(wait) {
    clearTimeout(timer);
    if (!over) timer = setTimeout(send, wait);
  }

  async function renew() {
    const reply = await fetch(form.getAttribute("action"), { redirect: "error" }); // `form.action` is a button
    const found = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("#form [name=csrf_token]");
    if (found) field.csrf_token.value = found.value;
    else if (reply.status === 403) trouble = words.lapsed;
  }

  // What another copy changed later wins over a choice that is old by now; fields untouched here follow it.
  function settle(batch, revision, newer) {
    base = Math.max(base, revision);
    for (const name in batch) {
      const mine = queue[name];
      if (mine !== batch[name] || (name in newer && Date.now() - mine[1] < FRESH)) mine[2] = base;
      else delete queue[name];
    }
    for (const name in newer) if (!queue[name]) put(name, newer[name]);
    field.revision.value = base;
    if (tries) live.textContent = words.saved;
    tries = 0;
  }

  async function send() {
    if (busy || over || !pending()) return;
    busy = true;
    const known = Math.min(...Object.values(queue).map((row) => row[2]));
    const batch = Object.fromEntries(Object.entries(queue).filter((pair) => pair[1][2] === known));
    const body = new URLSearchParams({ csrf_token: field.csrf_token.value, request: field.request.value, revision: known, copy: field.copy.value });
    for (const name in batch) body.set(name, batch[name][0]);
    try {
      const reply = await fetch(words.save, { method: "POST", body, keepalive: true });
      const revision = Number(reply.headers.get("X-Revision"));
      trouble = { 403: words.lapsed, 410: words.ended }[reply.status] || "";
      over = reply.status === 410;
      if (reply.status === 204) settle(batch, revision, {});
      else if (revision) settle(batch, revision, (await reply.json()).newer);
      else {
        if (reply.status === 400) await renew();
        throw new Error(reply.status);
      }
    } catch {
      tries += 1;
      if (tries === 1) live.textContent = trouble || say(words.unsaved, pending());
    }
    busy = false;
    store();
    paint();
    if (pending()) later(tries ? Math.min(30000, 500 * 2 ** tries) : 0);
  }

  function changed(event) {
    const { name, value } = event.target;
    if (!/^[ac]-/.test(name)) return;
    queue[name] = [value, Date.now(), base];
    store();
    paint();
    later(800);
  }

  form.addEventListener("input", changed);
  form.addEventListener("keydown", (event) => {
    const set = event.target.closest("fieldset");
    const at = "123450".indexOf(event.key);
    if (!set || event.target.type !== "radio" || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const radio = set.querySelectorAll("input")[at];
    if (!radio) return;
    event.preventDefault();
    radio.focus();
    radio.click();
  });
  form.addEventListener("submit", (event) => {
    const hold = navigator.onLine ? !over && trouble : words.offline;
    const again = Date.now() - left < TWICE;
    if (hold || again) event.preventDefault();
    if (hold) {
      state.className = "bad";
      state.textContent = live.textContent = hold;
    } else if (!again) {
      left = Date.now();
      later(GONE);
    }
  });
  next.addEventListener("click", (event) => {
    const set = document.querySelector(next.hash);
    event.preventDefault();
    set.scrollIntoView({ block: "center" });
    set.querySelector("input").focus({ preventScroll: true });
  });
  addEventListener("online", () => { tries = 0; later(0); });
  addEventListener("visibilitychange", send); // hidden: the tab may die; seen: the line may be back
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("beforeunload", (event) => { if (pending() && Date.now() - left > GONE) event.preventDefault(); });

  const kept = keep.get(key);
  if (kept) {
    queue = kept.queue;
    put("copy", kept.copy);
    for (const name in queue) put(name, queue[name][0]);
    later(0);
  }
  paint();
})();
