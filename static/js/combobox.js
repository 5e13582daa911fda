// Picks a name by typing without diacritics: <input data-choices="ADDRESS"> asks ADDRESS?q=… for the names that
// fit and lists them (the combobox pattern of ARIA). Without it the input's own datalist serves.
(() => {
  "use strict";
  const WAIT = 150; // ms after the last key
  const SAID = { none: "Không có đơn vị nào khớp. Tên đã gõ được giữ nguyên.", some: (n) => `${n} đơn vị khớp.` };

  class Combobox {
    constructor(input) {
      this.input = input;
      this.options = [];
      this.active = -1;
      const box = document.createElement("div");
      box.className = "combobox";
      input.before(box);
      this.list = document.createElement("ul");
      this.list.id = `${input.id}-goi-y`;
      this.list.className = "combobox__list";
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", "Gợi ý đơn vị");
      this.list.hidden = true;
      this.said = document.createElement("p");
      this.said.className = "visually-hidden";
      this.said.setAttribute("role", "status");
      box.append(input, this.list, this.said);
      input.removeAttribute("list");
      for (const [name, value] of Object.entries({
        role: "combobox",
        autocomplete: "off",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": this.list.id,
      })) input.setAttribute(name, value);
      input.addEventListener("input", () => this.ask());
      input.addEventListener("click", () => { if (this.list.hidden) this.ask(); });
      input.addEventListener("keydown", (event) => this.press(event));
      input.addEventListener("blur", () => this.close());
      // A press of the mouse would take the focus, and so close the list, before it counts as a click.
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.pick(option.textContent);
      });
    }

    ask(wait = WAIT) {
      clearTimeout(this.timer);
      this.request?.abort();
      this.timer = setTimeout(() => this.fetch(), wait);
    }

    async fetch() {
      this.request = new AbortController();
      const address = `${this.input.dataset.choices}?q=${encodeURIComponent(this.input.value)}`;
      try {
        const answer = await fetch(address, { signal: this.request.signal, headers: { Accept: "application/json" } });
        if (answer.ok && !answer.redirected) this.show((await answer.json()).names);
      } catch (error) {
        if (error.name !== "AbortError") this.close(); // no connection: the name may still be typed in full
      }
    }

    show(names) {
      if (document.activeElement !== this.input) return;
      this.options = names.map((name, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = name;
        return option;
      });
      this.active = -1;
      this.input.removeAttribute("aria-activedescendant");
      this.list.replaceChildren(...this.options);
      this.said.textContent = names.length ? SAID.some(names.length) : SAID.none;
      this.list.hidden = !names.length;
      this.input.setAttribute("aria-expanded", String(names.length > 0));
    }

    close() {
      clearTimeout(this.timer);
      this.request?.abort();
      this.list.hidden = true;
      this.active = -1;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }

    pick(name) {
      const changed = this.input.value !== name;
      this.input.value = name;
      this.close();
      if (changed) this.input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    move(step) {
      const count = this.options.length;
      this.options[this.active]?.setAttribute("aria-selected", "false");
      this.active = this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count;
      const option = this.options[this.active];
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    }

    press(event) {
      if (event.isComposing) return; // a Vietnamese keyboard is still putting a letter together
      const open = !this.list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (open) this.move(event.key === "ArrowDown" ? 1 : -1);
        else this.ask(0);
      } else if (event.key === "Enter" && open) {
        event.preventDefault(); // not the form's first button
        if (this.active >= 0) this.pick(this.options[this.active].textContent);
        else this.close();
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        this.close();
      }
    }
  }

  const enhance = (part) => {
    for (const input of part.querySelectorAll("input[data-choices]:not([role=combobox]):not(:disabled)")) new Combobox(input);
  };
  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.target));
})();
