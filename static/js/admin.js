// Names for what Django's widgets leave nameless: cells of tables, the two halves of a
// moment, choice lists with a search. Phones show the cells one below the other.

const words = (element) => element?.textContent.trim().replace(/:$/, "") ?? "";

for (const table of document.querySelectorAll(".inline-group .tabular table")) {
  const heads = [...table.querySelectorAll("thead th")].map(words);
  for (const row of table.querySelectorAll("tbody tr.form-row")) {
    [...row.cells].forEach((cell, place) => {
      const field = cell.querySelector("input:not([type=hidden]), select, textarea, p");
      if (!heads[place] || !field) return;
      cell.dataset.label = heads[place];
      for (const one of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        one.setAttribute("aria-label", heads[place]);
      }
    });
  }
  table.closest(".inline-group").classList.add("labelled");
}

// The rows of a list, which phones show as cards.
const list = document.querySelector("#result_list");
if (list) {
  const heads = [...list.querySelectorAll("thead th")].map((head) => words(head.querySelector(".text")));
  for (const row of list.querySelectorAll("tbody tr")) {
    [...row.cells].forEach((cell, place) => {
      if (cell.matches("td:not(.action-checkbox)") && heads[place]) cell.dataset.label = heads[place];
      const says = words(cell);
      if (["", "-", "–"].includes(says) && !cell.querySelector("img, input")) cell.classList.add("blank");
    });
  }
  list.closest(".results").classList.add("labelled");
}

for (const half of document.querySelectorAll(".datetime input")) {
  const field = half.closest("td, .form-row > div, .form-row");
  const name = field.dataset.label ?? words(field.querySelector("label, legend"));
  const part = half.previousSibling?.textContent.trim().replace(/:$/, "") ?? "";
  half.setAttribute("aria-label", `${name}: ${part}`);
}

// The button that folds the menu away says whether the menu is there.
const fold = document.querySelector("#toggle-nav-sidebar");
const say = () => fold.setAttribute("aria-expanded", document.querySelector("#main").classList.contains("shifted"));
if (fold) {
  fold.addEventListener("click", () => requestAnimationFrame(say));
  requestAnimationFrame(say);
}

// Boxes that search in long lists take their place before the page is shown, not when
// jQuery thinks it ready: what stands below them would move. Each is made once.
const jQuery = window.django?.jQuery;
const make = jQuery?.fn.djangoAdminSelect2;
if (make) {
  jQuery.fn.djangoAdminSelect2 = function () {
    make.call(this.not(".select2-hidden-accessible"));
    return this;
  };
  jQuery(".admin-autocomplete").not("[name*=__prefix__]").djangoAdminSelect2();
}

// They come with each new row as well.
function nameBoxes() {
  for (const box of document.querySelectorAll("select + .select2:not([data-named])")) {
    const list = box.previousElementSibling;
    const label = list.labels[0];
    const name = list.getAttribute("aria-label") ?? words(label);
    const single = box.querySelector("[role=combobox][aria-labelledby]");
    box.dataset.named = "yes";
    if (single && label) {
      label.id ||= `${list.id}-name`;
      single.setAttribute("aria-labelledby", `${label.id} ${single.getAttribute("aria-labelledby")}`);
    } else if (single && name) {
      single.setAttribute("aria-label", name);
      if (!single.textContent.trim()) single.removeAttribute("aria-labelledby");
    }
    for (const inner of box.querySelectorAll(".select2-search__field, [role=textbox]")) {
      if (name && !inner.title) inner.setAttribute("aria-label", name);
    }
  }
}
new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
nameBoxes();

// Work in the background: its progress is looked at every two seconds, and the page is
// loaded anew when it is over. Without this there is a link.
const follow = async (shown) => {
  const page = await fetch(location.href).catch(() => null);
  const text = page?.ok ? await page.text() : "";
  const now = new DOMParser()
    .parseFromString(text, "text/html")
    .querySelector("[data-live]");
  if (text && !now) location.reload();
  if (now) shown.innerHTML = now.innerHTML;
  setTimeout(follow, 2000, shown);
};
const live = document.querySelector("[data-live]");
if (live) setTimeout(follow, 2000, live);
