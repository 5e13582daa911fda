// The list of delegates with htmx: where the keyboard goes on, which changes are counted, and what is said when
// the server does not answer. The page works without it.
(() => {
  "use strict";
  const failed = document.getElementById("chua-lam");

  // The server names the element that a person goes on with after a row has come or gone.
  document.addEventListener("hoinghi:focus", (event) => {
    document.getElementById(event.detail.id)?.focus();
  });

  // What the quota counts has changed: let the server count again.
  document.addEventListener("change", (event) => {
    if (/-(organisation|full_name|reserve)$/.test(event.target.name ?? "")) htmx.trigger("#dem-lai", "hoinghi:count");
  });

  // After the session has ended a request ends at the login page: nothing of it belongs into the list.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    const elsewhere = new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, location.href).pathname;
    if (elsewhere) event.detail.shouldSwap = false;
    failed.hidden = !elsewhere && xhr.status < 400;
    if (!failed.hidden) failed.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("htmx:sendError", () => { failed.hidden = false; });
})();
