// A film kept elsewhere is loaded by a click and not before. Without JavaScript, and
// with a key held for another tab, the link opens the film's own page.

document.addEventListener("click", (event) => {
  const poster = event.target.closest?.("a[data-player]");
  if (!poster || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.src = poster.dataset.player;
  frame.title = poster.dataset.title;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  // YouTube plays nothing for a page that does not say which site it is of.
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.className = "film-frame";
  poster.replaceWith(frame);
  frame.focus();
});
