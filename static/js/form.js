// Counts answers, saves while one types, and keeps in this tab what could not be sent. A page holds
// the form about one person, or questions from several people's forms, each with its own revision.
// press.js stands before it. All of it is a convenience: without it the buttons do the same.
(() => {
  "use strict";
  const FRESH = 15000; // a change this young, in ms, is what the person wants now
  const GONE = 9000; // a page still here so long after Submit has not been left, in ms
  const MARKS = [10, 20, 30];
  const byId = (id) => document.getElementById(id);
  const keep = {
    get: (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* forbidden */ } },
  };
  const form = byId("form");
  if (!form || !byId("count")) return; // a form without questions

  const words = form.dataset, field = form.elements;
  const key = "unsent-" + (field.request ? field.request.value : location.pathname);
  const sets = [...form.querySelectorAll("fieldset")];
  const state = byId("state"), live = byId("live"), next = byId("next");
  const say = (text, k, n) => text.replace("{k}", k).replace("{n}", n);
  // Whose answers stand here: what their fields' names begin with, and the revision last heard of.
  const people = [...form.querySelectorAll("[data-save]")].map((known) => {
    const prefix = known.name.replace("revision", "");
    return { prefix, known, save: known.dataset.save, request: field.request ? field.request.value : prefix.slice(0, -1), over: false };
  });
  const whose = (name) => people.find((one) => name.startsWith(one.prefix));
  // Waiting fields: name -> [value, when it was chosen, the revision that was known then].
  let queue = {}, timer, tries = 0, busy = false, trouble = "", left = 0, told = -1, frame = 0;

  const pending = () => Object.keys(queue).length;
  const sendable = () => Object.entries(queue).filter(([name]) => !whose(name).over);
  const store = () => (pending() ? keep.set(key, { copy: field.copy.value, queue }) : keep.drop(key));
  const put = (name, value) => { if (field[name]) field[name].value = value; };

  function paint() {
    const open = sets.filter((set) => !set.querySelector(":checked"));
    const done = sets.length - open.length;
    byId("count").textContent = say(words.answered, done, sets.length);
    if (next) {
      next.hidden = !open.length || !done;
      if (open.length) next.hash = open[0].id;
    }
    sets.forEach((set) => open.includes(set) || set.classList.remove("miss"));
    const ended = people.some((one) => one.over) ? words.ended : "";
    const bad = trouble || ended || (tries && pending() ? say(words.unsaved, pending()) : "");
    const saved = people.some((one) => Number(one.known.value));
    state.className = bad ? "bad" : "";
    state.textContent = bad || (pending() ? words.saving : saved ? words.saved : "");
    if (told >= 0 && done !== told && (MARKS.includes(done) || !open.length)) live.textContent = byId("count").textContent;
    told = done;
  }

  // The mark on the answer comes first, then what is told about it: a tap must be seen at once.
  function paintAfterwards() {
    if (!frame) frame = requestAnimationFrame(() => setTimeout(() => { frame = 0; paint(); }));
  }

  function later(wait) {
    clearTimeout(timer);
    if (sendable().length) timer = setTimeout(send, wait);
  }

  async function renew() {
    const reply = await fetch(form.getAttribute("action"), { redirect: "error" }); // `form.action` is a button
    const found = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("#form [name=csrf_token]");
    if (found) field.csrf_token.value = found.value;
    else if (reply.status === 403) trouble = words.lapsed;
  }

  // What another copy changed later wins over a choice that is old by now; fields untouched here follow it.
  function settle(one, batch, revision, newer) {
    one.known.value = Math.max(Number(one.known.value), revision);
    for (const [name, sent] of batch) {
      const mine = queue[name];
      if (mine !== sent || (name.slice(one.prefix.length) in newer && Date.now() - mine[1] < FRESH)) mine[2] = Number(one.known.value);
      else delete queue[name];
    }
    for (const short in newer) if (!queue[one.prefix + short]) put(one.prefix + short, newer[short]);
    if (tries) live.textContent = words.saved;
    tries = 0;
  }

  async function send() {
    const waiting = sendable();
    if (busy || !waiting.length) return;
    busy = true;
    const one = whose(waiting[0][0]);
    const own = waiting.filter(([name]) => whose(name) === one);
    const known = Math.min(...own.map(([, row]) => row[2]));
    const batch = own.filter(([, row]) => row[2] === known);
    const body = new URLSearchParams({ csrf_token: field.csrf_token.value, request: one.request, revision: known, copy: field.copy.value });
    for (const [name, row] of batch) body.set(name.slice(one.prefix.length), row[0]);
    try {
      const reply = await fetch(one.save, { method: "POST", body, keepalive: true });
      const revision = Number(reply.headers.get("X-Revision"));
      trouble = reply.status === 403 ? words.lapsed : "";
      one.over = reply.status === 410;
      if (reply.status === 204) settle(one, batch, revision, {});
      else if (revision) settle(one, batch, revision, (await reply.json()).newer);
      else {
        if (reply.status === 400) await renew();
        throw new Error(reply.status);
      }
    } catch {
      tries += 1;
      if (tries === 1) live.textContent = trouble || (one.over ? words.ended : say(words.unsaved, pending()));
    }
    busy = false;
    store();
    paint();
    later(tries ? Math.min(30000, 500 * 2 ** tries) : 0);
  }

  function changed(event) {
    const { name, value } = event.target, one = whose(name);
    if (!one || !/^[ac]-/.test(name.slice(one.prefix.length))) return;
    queue[name] = [value, Date.now(), Number(one.known.value)];
    store();
    paintAfterwards();
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
    const hold = navigator.onLine ? trouble : words.offline;
    if (!hold) return;
    event.preventDefault();
    state.className = "bad";
    state.textContent = live.textContent = hold;
  });
  addEventListener("submit", (event) => { // after press.js has looked at it
    if (event.target !== form || event.defaultPrevented) return;
    left = Date.now();
    later(GONE);
  });
  if (next) next.addEventListener("click", (event) => {
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
    put("copy", kept.copy);
    for (const name in kept.queue) {
      if (!field[name]) continue; // that person's form has been submitted since
      queue[name] = kept.queue[name];
      put(name, queue[name][0]);
    }
    later(0);
  }
  paint();
})();
