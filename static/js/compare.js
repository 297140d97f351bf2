/* Saves while one answers for several people, each through their own form's address, and keeps in
   this tab what could not be sent. Without this file the buttons do the same. */
(() => {
  "use strict";
  const FRESH = 15000; // a change this young, in ms, is what the person wants now
  const byId = (id) => document.getElementById(id);
  const form = byId("compare"), problem = byId("problem");
  if (problem) problem.focus();
  if (!form) return;

  const words = form.dataset, field = form.elements, key = "unsent-" + location.pathname;
  const sets = [...form.querySelectorAll("fieldset")], state = byId("state"), live = byId("live");
  const say = (text, k, n) => text.replace("{k}", k).replace("{n}", n);
  // Waiting fields: name -> [value, when it was chosen, the revision that was known then].
  let queue = {}, timer, tries = 0, busy = false, trouble = "", saved = false, leaving = false;

  const pending = () => Object.keys(queue).length;
  const put = (name, value) => { if (field[name]) field[name].value = value; };
  const personOf = (name) => name.split(".")[0];
  function store() {
    try {
      if (pending()) sessionStorage.setItem(key, JSON.stringify({ copy: field.copy.value, queue }));
      else sessionStorage.removeItem(key);
    } catch { /* full or forbidden */ }
  }

  function paint() {
    const done = sets.filter((set) => set.querySelector(":checked")).length;
    byId("count").textContent = say(words.answered, done, sets.length);
    const bad = trouble || (tries && pending() ? say(words.unsaved, pending()) : "");
    state.className = bad ? "bad" : "";
    state.textContent = bad || (pending() ? words.saving : saved ? words.saved : "");
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  async function renew() {
    const reply = await fetch(form.getAttribute("action"), { redirect: "error" });
    const found = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("#compare [name=csrf_token]");
    if (found) field.csrf_token.value = found.value;
    else if (reply.status === 403) trouble = words.lapsed;
  }

  // What another page changed later wins over a choice that is old by now; untouched fields follow it.
  function settle(person, batch, revision, newer) {
    field[person + ".revision"].value = revision;
    for (const name in batch) {
      const mine = queue[name], stays = name.slice(person.length + 1) in newer && Date.now() - mine[1] < FRESH;
      if (mine !== batch[name] || stays) mine[2] = revision;
      else delete queue[name];
    }
    for (const short in newer) if (!queue[person + "." + short]) put(person + "." + short, newer[short]);
    saved = true;
    if (tries) live.textContent = words.saved;
    tries = 0;
  }

  async function send() {
    if (busy || !pending()) return;
    busy = true;
    const person = personOf(Object.keys(queue)[0]);
    const batch = Object.fromEntries(Object.entries(queue).filter((pair) => personOf(pair[0]) === person));
    const known = Math.min(...Object.values(batch).map((row) => row[2]));
    const body = new URLSearchParams({ csrf_token: field.csrf_token.value, request: person, revision: known, copy: field.copy.value });
    for (const name in batch) body.set(name.slice(person.length + 1), batch[name][0]);
    try {
      const reply = await fetch(field[person + ".revision"].dataset.save, { method: "POST", body, keepalive: true });
      const revision = Number(reply.headers.get("X-Revision"));
      trouble = { 403: words.lapsed, 410: words.ended }[reply.status] || "";
      if (revision) settle(person, batch, revision, reply.status === 204 ? {} : (await reply.json()).newer);
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

  form.addEventListener("input", (event) => {
    const { name, value } = event.target;
    queue[name] = [value, Date.now(), Number(field[personOf(name) + ".revision"].value)];
    store();
    paint();
    later(800);
  });
  form.addEventListener("keydown", (event) => {
    const set = event.target.closest("fieldset"), at = "123450".indexOf(event.key);
    if (!set || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const radio = set.querySelectorAll("input")[at];
    if (!radio) return;
    event.preventDefault();
    radio.focus();
    radio.click();
  });
  form.addEventListener("submit", (event) => {
    const hold = navigator.onLine ? trouble : words.offline;
    if (hold) {
      event.preventDefault();
      state.className = "bad";
      state.textContent = live.textContent = hold;
      return;
    }
    leaving = true;
    clearTimeout(timer);
  });
  addEventListener("online", () => { tries = 0; later(0); });
  addEventListener("visibilitychange", send);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("beforeunload", (event) => { if (pending() && !leaving) event.preventDefault(); });

  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(key)); } catch { /* forbidden */ }
  if (kept) {
    queue = kept.queue;
    put("copy", kept.copy);
  }
  for (const name in queue) {
    if (field[name]) put(name, queue[name][0]);
    else delete queue[name];
  }
  if (pending()) later(0);
  paint();
})();
