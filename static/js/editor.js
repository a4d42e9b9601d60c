/* CKEditor sends pictures by itself; the portal wants the form's CSRF token with them. */
CKEDITOR.on("instanceReady", ({ editor }) => {
  editor.on("fileUploadRequest", ({ data }) => {
    const token = editor.element.$.form?.querySelector("[name=csrfmiddlewaretoken]");
    if (token) data.fileLoader.xhr.setRequestHeader("X-CSRFToken", token.value);
  });
});
