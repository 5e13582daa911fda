// A part of a page that htmx asks for again every few seconds: it goes on saying what it knows already (its ETag), so
// that an unchanged part costs an empty answer and is left alone on the page; a screen nobody looks at asks nothing;
// and a screen that can't reach the portal says so instead of showing old figures as if they were new.
(() => {
  "use strict";
  const part = document.querySelector("[data-etag]");
  if (!part) return;
  const PATIENCE = 12000; // ms without an answer
  const fresh = document.querySelector("[data-live=fresh]");
  const stale = document.querySelector("[data-live=stale]");
  if (fresh) fresh.hidden = false;
  let etag = part.dataset.etag;
  let answered = new Date();

  const say = () => {
    const late = !document.hidden && new Date() - answered > PATIENCE;
    if (!stale || stale.hidden === !late) return;
    const hour = `${answered.getHours()}h${String(answered.getMinutes()).padStart(2, "0")}`;
    stale.textContent = late ? `Không liên lạc được với Cổng từ ${hour}; số liệu trên màn hình có thể đã cũ.` : "";
    stale.hidden = !late;
    if (fresh) fresh.hidden = late;
  };

  part.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt === part && document.hidden) event.preventDefault();
  });
  part.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt === part && etag) event.detail.headers["If-None-Match"] = etag;
  });
  part.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.elt !== part) return;
    const { xhr, pathInfo } = event.detail;
    const elsewhere = new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, location.href).pathname;
    if (xhr.status === 304) event.detail.shouldSwap = false;
    else if (elsewhere) { // the session has ended: the page itself leads to the login
      event.detail.shouldSwap = false;
      location.reload();
      return;
    }
    if (xhr.status === 200) etag = xhr.getResponseHeader("ETag") ?? "";
    if (xhr.status === 200 || xhr.status === 304) answered = new Date();
    say();
  });
  setInterval(say, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    answered = new Date();
    htmx.trigger(part, "hoinghi:again");
  });
})();
