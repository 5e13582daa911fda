// Ties each button with data-passkey="addForm" or "authenticateForm" to allauth's scripts: the browser asks for
// the fingerprint, the PIN or the key, and its answer is sent in the form's hidden field.
(function () {
  "use strict";
  document.querySelectorAll("[data-passkey]").forEach(function (button) {
    window.allauth.webauthn.forms[button.dataset.passkey]({
      ids: { add: button.id, authenticate: button.id, credential: "id_credential", data: "js_data" },
    });
  });
  document.addEventListener("allauth.error", function () {
    document.getElementById("passkey-error").hidden = false;
  });
})();
