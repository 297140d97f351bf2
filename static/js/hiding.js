/* Words selected in a comment are taken over as what to hide. Without it they are copied or typed. */
(() => {
  const comment = document.getElementById("comment");
  const passage = document.getElementById("passage");
  const hint = document.getElementById("comment-hint");
  if (!comment || !passage || !hint) return;

  hint.hidden = false;
  const take = () => {
    if (document.activeElement !== comment) return;
    const words = comment.value.slice(comment.selectionStart, comment.selectionEnd).trim();
    if (words) passage.value = words;
  };
  comment.addEventListener("select", take);
  document.addEventListener("selectionchange", take);
})();
