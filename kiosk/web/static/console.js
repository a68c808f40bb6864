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

  async function send(verb, body) {
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
          body,
        });
      } catch (lost) {
        if (Date.now() > until) throw lost;
        await pause(400);
      }
    }
  }

  async function carryOut(verb, body) {
    if (busy) return;
    busy = true;
    main.setAttribute("aria-busy", "true");
    tell("");
    try {
      const answer = await send(verb, body);
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

  // A verb of its own, or the question that comes before it.
  function press(button) {
    const question = document.getElementById(button.dataset.choices);
    if (question) question.showModal();
    else answer(button);
  }

  function answer(button) {
    button.closest("dialog")?.close();
    carryOut(button.dataset.verb, button.dataset.body);
  }

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const question = document.querySelector("dialog[open]");
    const button = question
      ? question.querySelector(`[data-digit="${CSS.escape(event.key)}"]`)
      : document.querySelector(`[data-key="${CSS.escape(letter(event))}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    press(button);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-verb]");
    if (button) press(button);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-verb]");
    if (!form) return;
    const number = Number(form.elements.number.value);
    form.reset();
    carryOut(form.dataset.verb, JSON.stringify({ number }));
  });
})();
