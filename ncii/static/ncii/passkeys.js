// @ts-check
// Forms that a passkey answers: data-passkey is "create" or "get", data-options what the server asks.

/** @param {HTMLFormElement} form @returns {Promise<Credential | null>} */
function ask(form) {
  const options = JSON.parse(form.dataset.options ?? "{}");
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
}

/** @param {HTMLFormElement} form */
async function answer(form) {
  const problem = form.querySelector("[data-problem]");
  try {
    const credential = await ask(form);
    const field = form.elements.namedItem("answer");
    if (!(credential instanceof PublicKeyCredential && field instanceof HTMLInputElement)) return;
    field.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    if (problem instanceof HTMLElement) problem.hidden = false;
  }
}

if (window.PublicKeyCredential && "parseCreationOptionsFromJSON" in PublicKeyCredential) {
  for (const note of document.querySelectorAll("[data-no-passkeys]")) note.remove();
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form);
    });
  }
}
