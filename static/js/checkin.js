// The door of a room. What is scanned or typed goes into a queue in this browser first and is sent from there, so that
// nothing is lost when the connection drops, the page is closed or the battery is empty. Every scan has an id of its
// own: the portal marks it once, however often it is sent. Only what has been answered leaves the queue.
(() => {
  "use strict";
  const door = document.getElementById("cua");
  if (!door) return;
  const part = (name) => door.querySelector(`[data-checkin=${name}]`);
  const KEY = `hoinghi:diem-danh:${door.dataset.room}`;
  const MOST = Number(door.dataset.most);
  const RETRY = 5000; // ms
  const SAME = 4000; // ms in which the camera sees the same badge again
  const LONGEST_LOG = 60;
  const CODE = /(\d+-[0-9a-f]{16})\/?\s*$/i;
  // Typed: with or without the spaces of the badge, and as a Vietnamese keyboard may have changed it ("ee" → "ê"): the
  // portal knows how to undo that.
  const TYPED = /^(?:.*\/)?(\d+-[0-9a-fà-ỹđ]{6,16})\/?$/i;
  const PATIENCE = 15000; // ms in which an answer has to come; a request without an end would hold up the queue
  const form = part("form");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

  // ── the queue ─────────────────────────────────────────────────────────────────────────────────────
  // Without storage (a browser in private mode) the queue lives as long as the page.
  let memory = [];
  const read = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? memory; } catch { return memory; }
  };
  const write = (queue) => {
    memory = queue;
    try { localStorage.setItem(KEY, JSON.stringify(queue)); } catch { /* kept in memory */ }
  };
  const newId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

  const add = (code, more = {}) => {
    const scan = { id: newId(), code, at: new Date().toISOString(), ...more };
    write([...read(), scan]);
    log(scan.id, "waiting", `Mã ${code}: đã ghi trên máy này, đang gửi.`);
    send();
  };

  let sending = false;
  const send = async () => {
    const queue = read();
    if (sending || !queue.length) return say();
    sending = true;
    try {
      const answer = await fetch(door.dataset.scans, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ scans: queue.slice(0, MOST) }),
        redirect: "manual",
        signal: AbortSignal.timeout?.(PATIENCE),
      });
      const closed = answer.type === "opaqueredirect" || [403, 404, 410].includes(answer.status);
      if (!answer.ok) throw new Error(closed ? "login" : "server");
      const { outcomes, counted } = await answer.json();
      const done = new Set(outcomes.map((outcome) => outcome.id));
      // What was scanned meanwhile, here or in another tab, stays.
      write(read().filter((scan) => !done.has(scan.id)));
      for (const outcome of outcomes) {
        const scan = queue.find((each) => each.id === outcome.id);
        log(outcome.id, outcome.present ? "present" : "refused", outcome.text, outcome.may_override ? scan : null);
      }
      part("present").textContent = counted.present;
      part("expected").textContent = counted.expected;
      say("");
    } catch (error) {
      say(error.message === "login" ? "login" : "offline");
    } finally {
      sending = false;
    }
    if (read().length && !failed) send();
  };

  let failed = "";
  const say = (trouble = failed) => {
    failed = trouble;
    const left = read().length;
    const net = part("net");
    const words = {
      login: "Phiên đăng nhập đã hết. Mở lại Cổng ở thẻ khác để đăng nhập, rồi tải lại trang này.",
      offline: "Chưa gửi được. Cứ quét tiếp; Cổng tự gửi khi có mạng.",
    };
    net.hidden = !(failed && left);
    net.textContent = failed && left ? `${left} mã chờ gửi. ${words[failed]}` : "";
  };

  // ── what has come of each ─────────────────────────────────────────────────────────────────────────
  const STATES = { waiting: "Chờ gửi", present: "Có mặt", refused: "Chưa ghi" };
  const log = (id, state, text, again = null) => {
    const list = part("log");
    let line = list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!line) {
      line = document.createElement("li");
      line.dataset.id = id;
      list.prepend(line);
      while (list.children.length > LONGEST_LOG) list.lastElementChild.remove();
    }
    const word = document.createElement("b");
    word.textContent = `${STATES[state]}: `;
    line.className = `is-${state}`;
    line.replaceChildren(word, text);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-secondary btn-sm";
      button.textContent = "Vẫn điểm danh tại đây";
      button.addEventListener("click", () => { button.remove(); add(again.code, { typed: again.typed, anyway: true }); });
      line.append(" ", button);
    }
    part("none").hidden = true;
    if (state !== "waiting") navigator.vibrate?.(state === "present" ? 60 : [80, 60, 80]);
  };

  // ── typed ─────────────────────────────────────────────────────────────────────────────────────────
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "anyway") return; // the server has asked, and is answered
    event.preventDefault();
    const input = form.querySelector("[name=code]");
    const found = TYPED.exec(input.value.normalize("NFC").replace(/\s+/g, ""));
    if (found) {
      add(found[1].toLowerCase(), { typed: true });
      input.value = "";
    } else {
      log(`typed-${input.value}`, "refused", `“${input.value}” không phải mã đại biểu. Mã có dạng 128-0a1b 2c3d 4e5f 6789.`);
    }
    input.focus();
  });

  // ── the camera ────────────────────────────────────────────────────────────────────────────────────
  const video = door.querySelector("video");
  let stream = null;
  let seen = { code: "", at: 0 };

  const saw = (text) => {
    const found = CODE.exec(text.trim());
    const code = found ? found[1].toLowerCase() : text.slice(0, 60);
    const now = Date.now();
    const same = code === seen.code && now - seen.at < SAME;
    seen = { code, at: now };
    if (same) return;
    if (found) add(code);
    else log(`seen-${code}`, "refused", "Mã vừa quét không phải mã đại biểu của Cổng.");
  };

  const detector = async () => {
    if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
      const native = new BarcodeDetector({ formats: ["qr_code"] });
      return async () => (await native.detect(video))[0]?.rawValue;
    }
    if (!window.jsQR) {
      await new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = door.dataset.decoder;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
      });
    }
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      const scale = Math.min(1, 640 / video.videoWidth);
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      return window.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
    };
  };

  const start = async () => {
    part("start").hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      video.srcObject = stream;
      await video.play();
      part("camera").hidden = part("stop").hidden = false;
      const detect = await detector();
      while (stream) {
        if (!document.hidden && video.videoWidth) {
          const text = await detect().catch(() => "");
          if (text) saw(text);
        }
        await new Promise((resolve) => setTimeout(resolve, 180));
      }
    } catch (error) {
      stop();
      const why = error.name === "NotAllowedError" ? "Trình duyệt chưa được phép dùng máy ảnh." : "Không mở được máy ảnh.";
      log("camera", "refused", `${why} Gõ mã ở ô bên dưới, hoặc đánh dấu ở trang Điểm danh.`);
    }
  };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    part("camera").hidden = part("stop").hidden = true;
    part("start").hidden = !navigator.mediaDevices;
  };

  part("recent").hidden = false;
  part("start").hidden = !navigator.mediaDevices;
  part("start").addEventListener("click", start);
  part("stop").addEventListener("click", stop);
  window.addEventListener("online", () => send());
  setInterval(send, RETRY);
  for (const scan of read()) log(scan.id, "waiting", `Mã ${scan.code}: quét trước đó, chưa gửi được.`);
  send();
})();
