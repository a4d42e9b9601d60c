/* CKEditor sends pictures by itself; the portal wants the form's CSRF token with them. */
CKEDITOR.on("instanceReady", ({ editor }) => {
  editor.on("fileUploadRequest", ({ data }) => {
    const token = editor.element.$.form?.querySelector("[name=csrfmiddlewaretoken]");
    if (token) data.fileLoader.xhr.setRequestHeader("X-CSRFToken", token.value);
  });
});

CKEDITOR.on("dialogDefinition", ({ data, editor }) => {
  if (data.name !== "image2") return;
  data.definition.getContents("info").get("alt").label = editor.config.pictureDescription;
});
