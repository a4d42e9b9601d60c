// Names for what Django's widgets leave nameless: cells of inline tables, the two halves
// of a moment, choice lists with a search. Phones show the cells one below the other.

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

for (const half of document.querySelectorAll(".datetime input")) {
  const field = half.closest("td, .form-row > div, .form-row");
  const name = field.dataset.label ?? words(field.querySelector("label, legend"));
  const part = half.previousSibling?.textContent.trim().replace(/:$/, "") ?? "";
  half.setAttribute("aria-label", `${name}: ${part}`);
}
