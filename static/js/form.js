/* Counts answers, saves while one types, and keeps in this tab what could not be sent.
   All of it is a convenience: without this file the buttons do the same. */
(() => {
  "use strict";
  const FRESH = 15000; // a change this young, in ms, is what the person wants now
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
  let base = Number(field.revision.value), queue = {}, timer, tries = 0, busy = false, over = "", leaving = false, told = -1;

  const pending = () => Object.keys(queue).length;
  const store = () => (pending() ? keep.set(key, { base, queue }) : keep.drop(key));
  const put = (name, value) => { if (field[name]) field[name].value = value; };

  function paint() {
    const open = sets.filter((set) => !set.querySelector(":checked"));
    const done = sets.length - open.length;
    byId("count").textContent = say(words.answered, done, sets.length);
    next.hidden = !open.length || !done;
    if (open.length) next.hash = open[0].id;
    sets.forEach((set) => open.includes(set) || set.classList.remove("miss"));
    const bad = over || (tries && pending() ? say(words.unsaved, pending()) : "");
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
    const text = await (await fetch(form.action, { redirect: "error" })).text();
    const found = new DOMParser().parseFromString(text, "text/html").querySelector("#form [name=csrf_token]");
    if (found) field.csrf_token.value = found.value;
  }

  function settle(batch, revision, newer) {
    base = revision;
    for (const name in batch) {
      const [value, time] = batch[name];
      if (newer && name in newer && queue[name] === batch[name]) {
        if (Date.now() - time < FRESH) { queue[name] = [value, time]; continue; }
        put(name, newer[name]);
      }
      if (queue[name] === batch[name]) delete queue[name];
    }
    field.revision.value = base;
    if (tries) live.textContent = words.saved;
    tries = 0;
  }

  async function send() {
    if (busy || over || !pending()) return;
    busy = true;
    const batch = { ...queue };
    const body = new URLSearchParams({ csrf_token: field.csrf_token.value, request: field.request.value, revision: base });
    for (const name in batch) body.set(name, batch[name][0]);
    try {
      const reply = await fetch(words.save, { method: "POST", body, keepalive: true });
      const revision = Number(reply.headers.get("X-Revision"));
      if (reply.status === 204) settle(batch, revision);
      else if (reply.status === 409 && revision) settle(batch, revision, (await reply.json()).newer);
      else if (reply.status === 403) over = words.lapsed;
      else if (reply.status === 410) over = words.ended;
      else {
        if (reply.status === 400) await renew();
        throw new Error(reply.status);
      }
      if (over) live.textContent = over;
    } catch {
      tries += 1;
      if (tries === 1) live.textContent = say(words.unsaved, pending());
    }
    busy = false;
    store();
    paint();
    if (pending()) later(tries ? Math.min(30000, 500 * 2 ** tries) : 0);
  }

  function changed(event) {
    const { name, value } = event.target;
    if (!/^[ac]-/.test(name)) return;
    queue[name] = [value, Date.now()];
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
    if (!navigator.onLine) {
      event.preventDefault();
      state.className = "bad";
      state.textContent = live.textContent = words.offline;
      return;
    }
    leaving = true;
    clearTimeout(timer);
  });
  next.addEventListener("click", (event) => {
    const set = document.querySelector(next.hash);
    event.preventDefault();
    set.scrollIntoView({ block: "center" });
    set.querySelector("input").focus({ preventScroll: true });
  });
  addEventListener("online", () => { tries = 0; later(0); });
  addEventListener("visibilitychange", () => { if (document.hidden) send(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("beforeunload", (event) => { if (pending() && !leaving) event.preventDefault(); });

  const kept = keep.get(key);
  if (kept) {
    base = kept.base;
    queue = kept.queue;
    for (const name in queue) put(name, queue[name][0]);
    later(0);
  }
  paint();
})();
