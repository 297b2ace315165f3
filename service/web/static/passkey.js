// Fills in the hidden field of a form with what a passkey answers. Without this script the form says what else there is.
const form = document.querySelector("form[data-passkey]");
const field = form.elements.answer;

const octets = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((one) => ({ ...one, id: octets(one.id) }));

async function ask() {
  const asked = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-Form-Token": form.elements.form_token.value },
  });
  if (!asked.ok) throw new Error(String(asked.status));
  const options = await asked.json();
  options.challenge = octets(options.challenge);
  const make = form.dataset.passkey === "make";
  if (make) {
    options.user.id = octets(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
  } else {
    options.allowCredentials = known(options.allowCredentials);
  }
  const made = make
    ? await navigator.credentials.create({ publicKey: options })
    : await navigator.credentials.get({ publicKey: options });
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

if (window.PublicKeyCredential) {
  for (const hidden of document.querySelectorAll("[data-with-passkey]")) hidden.hidden = false;
  for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;
  form.addEventListener("submit", async (event) => {
    if (event.submitter && event.submitter.name === "switch_language") return;
    event.preventDefault();
    try {
      field.value = await ask();
    } catch {
      field.value = ""; // the page says that nothing came, and what else there is
    }
    form.submit();
  });
}
