// A live page: draws what the server sends, says at once when it has lost the server, and counts time.

(() => {
  "use strict";

  const SILENCE = 1700; // ms without the server's beat, which comes every 0.6 s: then it is said
  const GIVEN_UP = 5000; // ms without it after which the socket is thought dead and opened anew
  const USED_EVERY = 30000; // ms between two tellings that somebody is here
  const RETRIED = [1006, 1011, 1012, 1013]; // close codes after which the extension connects again

  let heard = Date.now();
  let ahead = 0; // ms by which the server's clock is ahead of this one
  let focused = null;
  let used = 0; // when the server was last told that somebody is here
  let socket = null; // the present one
  let wrapper = null; // the extension's hold on it

  htmx.config.wsReconnectDelay = (retries) => Math.min(200 * 2 ** retries, 2000);

  htmx.createWebSocket = (address) => {
    socket = new WebSocket(address, []);
    return socket;
  };

  const two = (value) => String(value).padStart(2, "0");

  function elapsed(since) {
    const seconds = Math.max(0, Math.floor((window.machineTime() - Date.parse(since)) / 1000));
    const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    return seconds < 3600 ? minutes : `${Math.floor(seconds / 3600)}:${minutes}`;
  }

  // A button that would be refused until then says for how long.
  function countDown(button) {
    const left = Math.ceil((Date.parse(button.dataset.until) - window.machineTime()) / 1000);
    button.toggleAttribute("data-early", left > 0);
    write(button.querySelector(".left"), left > 0 ? `${left} s` : "");
  }

  // The same words anew would be laid out anew.
  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  window.machineTime = () => Date.now() + ahead;

  function tick() {
    for (const one of document.querySelectorAll("[data-since]")) write(one, elapsed(one.dataset.since));
    for (const one of document.querySelectorAll("[data-until]")) countDown(one);
    if (Date.now() - heard > SILENCE) lose();
    if (Date.now() - heard > GIVEN_UP && socket?.readyState === WebSocket.OPEN) openAnew();
  }

  function lose() {
    const banner = document.getElementById("stale");
    if (!banner.hidden) return;
    const at = new Date(heard);
    const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
    banner.textContent = banner.dataset.sentence.replace("{time}", time);
    banner.hidden = false;
    document.body.dataset.stale = "";
  }

  // A line that was cut tells nobody: its socket would stay open for minutes.
  function openAnew() {
    heard = Date.now() - SILENCE;
    socket.onclose = null;
    socket.close();
    wrapper.reconnect();
  }

  function hear() {
    heard = Date.now();
    const beat = document.getElementById("beat");
    if (beat?.dataset.now) ahead = Date.parse(beat.dataset.now) - heard;
    document.getElementById("stale").hidden = true;
    delete document.body.dataset.stale;
    if (focused && document.activeElement === document.body) {
      document.getElementById(focused)?.focus();
    }
    tick();
  }

  async function askForSignIn() {
    if (!("signedIn" in document.body.dataset)) return;
    const answer = await fetch("/api/v1/me").catch(() => null);
    if (answer?.status === 401) window.signInAgain();
  }

  // Whoever reads and points does something, though nothing is sent for it.
  function use() {
    if (Date.now() - used < USED_EVERY || socket?.readyState !== WebSocket.OPEN) return;
    used = Date.now();
    socket.send("used");
  }

  window.signInAgain = () => {
    location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  };

  if ("signedIn" in document.body.dataset) {
    for (const one of ["keydown", "pointerdown", "pointermove", "wheel"]) {
      document.addEventListener(one, use, { passive: true });
    }
  }
  document.addEventListener("htmx:wsBeforeMessage", (event) => {
    event.preventDefault(); // htmx keeps the line; it would put whole fragments anew
    focused = document.activeElement?.id;
    window.redraw(event.detail.message);
    hear();
  });
  document.addEventListener("htmx:wsError", lose);
  document.addEventListener("htmx:wsOpen", ({ detail }) => {
    wrapper = detail.socketWrapper;
  });
  document.addEventListener("htmx:wsClose", ({ detail }) => {
    if (detail.event.target !== socket) return;
    lose();
    askForSignIn();
    if (!RETRIED.includes(detail.event.code)) {
      setTimeout(() => detail.socketWrapper.reconnect(), 1000);
    }
  });
  setInterval(tick, 250);
  tick();
})();
