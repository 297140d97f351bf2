/* Saves a record in the background while somebody writes. Without it the button does the same. */
(() => {
  const PAUSE = 2000;
  const form = document.getElementById("record-form");
  const state = document.getElementById("save-state");
  if (!form || !state) return;
  const words = form.dataset;
  let timer = 0;
  let busy = false;
  let waiting = false;
  let pressed = null; // a button that was pressed while a save was on its way

  const later = () => {
    waiting = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };

  const keepRevision = (revision) => {
    for (const field of document.querySelectorAll("input[name=revision]")) field.value = revision;
  };

  const save = async () => {
    if (busy) return later();
    busy = true;
    waiting = false;
    state.textContent = words.saving;
    try {
      // form.action would be the buttons of that name
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      keepRevision((await answer.json()).revision);
      if (!waiting) state.textContent = words.saved;
    } catch {
      waiting = true; // a refusal is explained by the button's own answer
      state.textContent = words.failed;
    } finally {
      busy = false;
      if (pressed) {
        waiting = false;
        form.requestSubmit(pressed);
      }
    }
  };

  form.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    waiting = false;
    clearTimeout(timer);
    if (!busy) return;
    event.preventDefault();
    pressed = event.submitter;
  });
  addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });
})();
