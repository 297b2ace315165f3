// Fills in the hidden field of a form with what a passkey answers: to add one, to sign in, or to sign what two officers
// do (data-sign), for which the form is sent once to be tried and answered with what is to be signed. Without this script
// the page says what else there is.
const octets = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((one) => ({ ...one, id: octets(one.id) }));

async function optionsOf(form) {
  const asked = form.dataset.passkey
    ? await fetch(form.dataset.options, {
        method: "POST",
        headers: { "X-Form-Token": form.elements.form_token.value },
      })
    : await fetch(form.getAttribute("action"), {
        method: "POST",
        headers: { "X-Passkey": "options" },
        body: new URLSearchParams(new FormData(form)),
      });
  if (!asked.ok) throw new Error(String(asked.status));
  return asked.json();
}

async function answered(options, make) {
  options.challenge = octets(options.challenge);
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

function fillIn(form, field) {
  let waits = false;
  addEventListener("pageshow", () => (waits = false)); // the browser kept the page and somebody came back to it
  form.addEventListener("submit", async (event) => {
    if (event.submitter && event.submitter.name === "switch_language") return;
    event.preventDefault();
    if (waits) return;
    waits = true;
    field.value = "";
    try {
      const options = await optionsOf(form);
      field.value = options ? await answered(options, form.dataset.passkey === "make") : "";
    } catch {
      field.value = ""; // the page says that nothing came, and what else there is
    }
    form.submit();
  });
}

if (window.PublicKeyCredential) {
  for (const hidden of document.querySelectorAll("[data-with-passkey]")) hidden.hidden = false;
  for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) fillIn(form, form.elements.answer);
  for (const field of document.querySelectorAll("input[data-sign]")) fillIn(field.form, field);
}
