// Of the parts that belong to kinds of articles only the chosen kind's is shown.
// Without JavaScript all are there, folded away.

const kind = document.querySelector("select[name=kind]");

const show = () => {
  for (const part of document.querySelectorAll("details[data-kind]")) {
    const own = part.dataset.kind === kind.value;
    // One with a mistake in it must be seen, whatever is chosen.
    part.hidden = !own && !part.querySelector(".errorlist");
    if (own) part.open = true;
  }
};

if (kind) {
  kind.addEventListener("change", show);
  show();
}
