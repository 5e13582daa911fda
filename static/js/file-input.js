// Says in Vietnamese which files are chosen. Without it the browser's own words stand beside the button.
(() => {
  "use strict";
  const describe = (input) => {
    const names = [...input.files].map((file) => file.name);
    return names.length ? names.join("; ") : "Chưa chọn tệp";
  };
  for (const field of document.querySelectorAll(".file-field:not(.is-named)")) {
    const input = field.querySelector("input");
    const names = field.querySelector(".file-field__names");
    const update = () => { names.textContent = describe(input); };
    field.classList.add("is-named");
    input.addEventListener("change", update);
    input.form?.addEventListener("reset", () => setTimeout(update));
    update();
  }
})();
