// A passkey is made or used: what the page asks goes to the device, and its answer into the form.
// Without this script the page says that passkeys need one, and its other ways stay as they are.

const form = document.querySelector("[data-passkey]");
const trouble = document.getElementById("passkey-trouble");
const button = form.querySelector("button");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function named(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

async function make() {
  const asked = JSON.parse(form.dataset.question);
  asked.challenge = bytes(asked.challenge);
  asked.user.id = bytes(asked.user.id);
  asked.excludeCredentials = named(asked.excludeCredentials);
  const made = await navigator.credentials.create({ publicKey: asked });
  return {
    id: made.id, rawId: text(made.rawId), type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
    },
  };
}

async function use() {
  const token = form.elements.form_token.value;
  const answer = await fetch(form.dataset.ask, { method: "POST", headers: { "X-Form-Token": token } });
  if (!answer.ok) throw new Error(answer.status);
  const asked = await answer.json();
  asked.challenge = bytes(asked.challenge);
  asked.allowCredentials = named(asked.allowCredentials);
  const used = await navigator.credentials.get({ publicKey: asked });
  const { clientDataJSON, authenticatorData, signature, userHandle } = used.response;
  return {
    id: used.id, rawId: text(used.rawId), type: used.type,
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!form.reportValidity()) return;
  button.disabled = true;
  trouble.hidden = true;
  try {
    const answer = form.dataset.question ? await make() : await use();
    form.elements.answer.value = JSON.stringify(answer);
    form.submit();
  } catch (failure) {
    const known = failure.name === "InvalidStateError" && trouble.dataset.known;
    trouble.textContent = known || trouble.dataset.failed;
    trouble.hidden = false;
    trouble.focus();
    button.disabled = false;
  }
});

if (window.PublicKeyCredential) {
  for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;
  form.hidden = false;
}
