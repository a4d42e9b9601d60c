/* The chosen picture goes into the editor that opened this window, with its description. */
const list = document.querySelector("[data-callback]");
list?.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-url]");
  const tools = window.opener?.CKEDITOR?.tools;
  if (!button || !tools) return;
  const { url, alt } = button.dataset;
  tools.callFunction(Number(list.dataset.callback), url, function describe() {
    const field = this.getDialog().getContentElement("info", "alt");
    if (field && !field.getValue()) field.setValue(alt);
  });
  window.close();
});
