// Which camera, microphone and speaker, where there are several: for this visit, in this browser.

import { list } from "./devices.js";

const KEPT = "teleconsult-devices";

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // a browser that keeps nothing
  }
}

export class Choices {
  #part;
  #chosen = kept();

  // `part` holds a row with a select for each kind; `choose(kind, id)` does what was chosen, and
  // resolves to whether it could.
  constructor(part, choose) {
    this.#part = part;
    for (const row of this.#rows()) {
      const select = row.querySelector("select");
      select.addEventListener("change", () => this.#choose(row.dataset.choice, select, choose));
    }
    navigator.mediaDevices?.addEventListener("devicechange", () => this.show({}));
  }

  get chosen() {
    return this.#chosen;
  }

  // `used` names the devices in use, by kind.
  async show(used) {
    const found = await list();
    for (const row of this.#rows()) {
      const kind = row.dataset.choice;
      const select = row.querySelector("select");
      const now = used[kind] || this.#chosen[kind] || select.value;
      const options = found[kind].map(({ id, label }, at) => new Option(label || String(at + 1), id));
      select.replaceChildren(...options);
      if (found[kind].some(({ id }) => id === now)) select.value = now;
      row.hidden = found[kind].filter(({ id }) => id !== "default").length < 2;
    }
    this.#part.hidden = this.#rows().every((row) => row.hidden);
  }

  #rows() {
    return [...this.#part.querySelectorAll("[data-choice]")];
  }

  async #choose(kind, select, choose) {
    const before = this.#chosen[kind];
    this.#keep(kind, select.value);
    if (await choose(kind, select.value)) return;
    this.#keep(kind, before);
    await choose(kind, before);
    await this.show({});
  }

  #keep(kind, id) {
    this.#chosen = { ...this.#chosen, [kind]: id };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(this.#chosen));
    } catch {
      // It is forgotten when the page is loaded again.
    }
  }
}
