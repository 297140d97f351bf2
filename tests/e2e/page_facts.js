// What a page says about itself, read from its elements as they stand.
() => {
  const own = document.documentElement.lang;
  const isForeign = (element) => {
    const marked = element.closest("[lang]");
    return marked !== null && marked.lang.slice(0, 2) !== own.slice(0, 2);
  };
  const texts = new Set([document.title]);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, textarea, [translate=no]") && !isForeign(parent)) {
      texts.add(walker.currentNode.data.replace(/\s+/g, " ").trim());
    }
  }
  for (const element of document.body.querySelectorAll("*")) {
    if (isForeign(element)) continue;
    for (const name of ["aria-label", "aria-description", "title", "placeholder", "alt"]) {
      texts.add(element.getAttribute(name) ?? "");
    }
    if (element.matches("input[type=submit], input[type=button]")) texts.add(element.value);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const posts = [...document.forms].filter((form) => form.method === "post");
  const buttons = [...document.querySelectorAll("button, input[type=submit]")];
  return {
    title: document.title,
    lang: own,
    headings: document.querySelectorAll("h1").length,
    texts: [...texts].filter(Boolean),
    twice: [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))],
    unguarded: posts.filter((form) => !form.querySelector("[name=csrf_token]")).map((f) => f.action),
    // Without scripts a button must send a form, and a link must lead somewhere.
    idle: [...buttons.filter((button) => !button.closest("[hidden]") &&
                             (button.type !== "submit" || button.form === null)),
           ...document.querySelectorAll("a:not([href]), a[href='#'], a[href^='javascript:']"),
           ...[...document.forms].filter((form) => !form.querySelector("button, [type=submit]") &&
                                         !document.querySelector(`button[form='${form.id}']`))]
      .map((element) => element.outerHTML.slice(0, 120)),
    words: document.querySelector("main")?.innerText ?? "",
    look: document.body.outerHTML.replace(/name="csrf_token"[^>]*>/g, ""),
  };
}
