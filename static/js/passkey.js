// Passkeys: hands what the server asked for to the device, and its answer back.
// Without JavaScript the forms stay hidden; with it the style sheet shows them from the
// start, so that nothing moves, and they go where there is no WebAuthn.

const supported =
  window.PublicKeyCredential &&
  window.webauthnJSON &&
  // A passkey belongs to a name; an address of digits has none.
  !/^[\d.]+$|^\[/.test(location.hostname);

const options = () => JSON.parse(document.getElementById("passkey-options").textContent);

const ways = {
  async create() {
    return webauthnJSON.create(options().creation_options);
  },
  async get() {
    return webauthnJSON.get(options().request_options);
  },
  // Which passkey is meant, only the device knows; the question is fetched when asked.
  async "sign-in"(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return webauthnJSON.get((await answer.json()).request_options);
  },
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!supported) {
    form.remove();
    for (const hint of document.querySelectorAll("[data-passkey-none]")) hint.dataset.passkeyNone = "said";
  } else {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const trouble = document.querySelector("[data-passkey-trouble]");
      trouble.hidden = true;
      try {
        const credential = await ways[form.dataset.passkey](form);
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch {
        trouble.hidden = false;
      }
    });
  }
}
