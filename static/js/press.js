// What every page behind a link does: a submitted form leaves nothing in this tab, a page that says
// what is wrong begins there, and a second press does not ask again after the answer to the first.
(() => {
  "use strict";
  const TWICE = 3000; // a second press this soon, in ms, is a slip of the finger
  let pressed = 0;
  try {
    (document.body.dataset.sent || "").split(" ").forEach((id) => sessionStorage.removeItem("unsent-" + id));
  } catch { /* forbidden */ }
  const problem = document.getElementById("problem");
  if (problem) problem.focus();
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (Date.now() - pressed < TWICE) event.preventDefault();
    else pressed = Date.now();
  });
})();
