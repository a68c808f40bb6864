// The teller's keys and buttons: one command each, carried out once.

(() => {
  "use strict";

  const PATIENCE = 6000; // ms for which a command that got no answer is repeated under its key

  const main = document.querySelector("main");
  const sentence = document.getElementById("sentence");
  let busy = false;

  function tell(text) {
    sentence.textContent = text;
    sentence.hidden = !text;
  }

  // crypto.randomUUID is there on secure origins only.
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  async function send(verb) {
    const headers = {
      "Accept-Language": document.documentElement.lang,
      "Idempotency-Key": newKey(),
    };
    const until = Date.now() + PATIENCE;
    for (;;) {
      try {
        return await fetch(`/api/v1/counters/${main.dataset.counter}/${verb}`, {
          method: "POST",
          headers,
        });
      } catch (lost) {
        if (Date.now() > until) throw lost;
        await pause(400);
      }
    }
  }

  async function carryOut(verb) {
    if (busy) return;
    busy = true;
    main.setAttribute("aria-busy", "true");
    tell("");
    try {
      const answer = await send(verb);
      if (answer.status === 401) window.signInAgain();
      else if (!answer.ok) {
        const problem = await answer.json();
        tell(problem.detail || problem.title);
      }
    } catch {
      tell(main.dataset.interrupted);
    } finally {
      busy = false;
      main.removeAttribute("aria-busy");
    }
  }

  // The letter on the key, or its place where the keyboard writes another script.
  function letter(event) {
    const key = event.key.toUpperCase();
    return /^[A-Z]$/.test(key) ? key : event.code.replace("Key", "");
  }

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const button = document.querySelector(`[data-key="${CSS.escape(letter(event))}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    carryOut(button.dataset.verb);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-verb]");
    if (button) carryOut(button.dataset.verb);
  });
})();
