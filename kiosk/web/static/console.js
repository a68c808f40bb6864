// The teller's keys and buttons: each press is carried out once, and answered where it was pressed.

(() => {
  "use strict";

  const PATIENCE = 6000; // ms for which a command that got no answer is repeated under its key
  const READ = 9000; // ms for which a sentence stays

  const main = document.querySelector("main");
  const question = document.getElementById("question");
  const sentence = document.getElementById("sentence");
  let busy = null; // the button whose commands are under way
  let then = null; // what was pressed meanwhile
  let asking = null; // the button whose question is open
  let fading = 0;

  // A sentence under the button that it is about: the live parts around it may be drawn anew.
  function tell(text, button, kind = "refusal") {
    clearTimeout(fading);
    sentence.textContent = text;
    sentence.className = `bubble ${kind}`;
    sentence.hidden = !text;
    if (!text) return;
    const at = (document.getElementById(button?.id) ?? main).getBoundingClientRect();
    const left = Math.min(at.left, innerWidth - sentence.offsetWidth - 16);
    const below = at.bottom + 8 + sentence.offsetHeight < innerHeight;
    const top = below ? at.bottom + 8 : at.top - 8 - sentence.offsetHeight;
    sentence.style.left = `${Math.max(left, 8) + scrollX}px`;
    sentence.style.top = `${top + scrollY}px`;
    fading = setTimeout(() => tell(""), READ);
  }

  // crypto.randomUUID is there on secure origins only.
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  async function send(path, body) {
    const headers = {
      "Accept-Language": document.documentElement.lang,
      "Idempotency-Key": newKey(),
      "Kiosk-Console": main.dataset.console,
    };
    const until = Date.now() + PATIENCE;
    for (;;) {
      try {
        return await fetch(`/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      } catch (lost) {
        if (Date.now() > until) throw lost;
        await pause(400);
      }
    }
  }

  // One command after the other; the first that is refused is the last. Tells whether all were done.
  async function give(steps, button, done) {
    let answer = null;
    for (const [path, body] of steps) {
      answer = await send(path, body);
      if (answer.ok) continue;
      if (answer.status === 401) return window.signInAgain();
      const problem = await answer.json();
      return tell(problem.detail || problem.title, button);
    }
    if (done) {
      const { number = "" } = await answer.json();
      tell(done.replace("{number}", number), button, "done");
    }
  }

  // The same button once more is the same press; another one has its turn afterwards.
  async function carryOut(steps, button, done) {
    if (busy) {
      if (busy !== button.id) then = [steps, button, done];
      return;
    }
    busy = button.id;
    main.setAttribute("aria-busy", "true");
    tell("");
    try {
      await give(steps, button, done);
    } catch {
      tell(main.dataset.interrupted, button);
    } finally {
      busy = null;
      main.removeAttribute("aria-busy");
      const following = then;
      then = null;
      if (following) carryOut(...following);
    }
  }

  // The letter on the key, or its place where the keyboard writes another script.
  function letter(event) {
    const key = event.key.toUpperCase();
    return /^[A-Z]$/.test(key) ? key : event.code.replace("Key", "");
  }

  // What is asked stays as it was when it was asked, whatever happens in the hall meanwhile.
  function ask(button) {
    const asked = document.getElementById(button.dataset.ask);
    if (!asked?.dataset.text) return;
    tell("");
    asking = button;
    question.replaceChildren(asked.content.cloneNode(true));
    question.setAttribute("aria-label", asked.dataset.text);
    question.showModal();
    question.querySelector("[name=number], .answers button")?.focus();
  }

  function press(button) {
    if (button.dataset.ask) ask(button);
    else carryOut(JSON.parse(button.dataset.steps), button, button.dataset.done);
  }

  function answer(button) {
    const [[path, body], ...others] = JSON.parse(button.dataset.steps);
    const steps = [[path, { ...body, ...ticked() }], ...others];
    question.close();
    carryOut(steps, asking, button.dataset.done);
  }

  // What was ticked besides the answer, as fields of the command.
  function ticked() {
    const said = {};
    for (const { name, value, dataset } of question.querySelectorAll("input:checked")) {
      if (dataset.kind === "list") (said[name] ??= []).push(value);
      else if (dataset.kind === "flag") said[name] = true;
      else said[name] = new Date(window.machineTime() + Number(value) * 60000).toISOString();
    }
    return said;
  }

  function tick(box) {
    if (box.dataset.kind === "minutes" && box.checked) {
      for (const other of question.querySelectorAll(`input[name="${box.name}"]`)) {
        other.checked = other === box;
      }
    }
  }

  function keyInQuestion(event) {
    const answers = [...question.querySelectorAll(".answers button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && answers.length) {
      const at = answers.indexOf(document.activeElement) + step;
      answers.at(at % answers.length).focus();
      return true;
    }
    const box = question.querySelector(`[data-tick="${CSS.escape(letter(event))}"]`);
    if (box) {
      box.checked = !box.checked;
      tick(box);
      return true;
    }
    const button = question.querySelector(`[data-digit="${CSS.escape(event.key)}"]`);
    if (button) answer(button);
    return Boolean(button);
  }

  function keyOnPage(event) {
    const button = document.querySelector(`[data-key="${CSS.escape(letter(event))}"]`);
    if (!button || button.disabled) return false;
    press(button);
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    if (question.open ? keyInQuestion(event) : keyOnPage(event)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-steps], button[data-ask]");
    if (!button) return;
    if (question.contains(button)) answer(button);
    else press(button);
  });

  // Whoever leaves without a word is locked out after a while; whoever comes back is reminded.
  const REMINDED = 60000; // ms after unlocking on which a break is asked about (OPR-24)

  let touched = Date.now();
  let unlocked = 0;

  for (const kind of ["keydown", "pointerdown", "pointermove"]) {
    document.addEventListener(kind, () => (touched = Date.now()), { passive: true });
  }

  function keepWatch() {
    const after = Number(main.dataset.lockAfter) * 60000;
    const lock = document.getElementById("verb-lock");
    if (after && lock && Date.now() - touched > after) {
      touched = Date.now();
      press(lock);
    }
    const password = document.getElementById("unlock-password");
    if (document.activeElement === document.body) password?.focus();
    const resting = document.querySelector("[data-remind]");
    if (!resting) unlocked = 0;
    else if (unlocked && Date.now() - unlocked > REMINDED) {
      unlocked = 0;
      tell(resting.dataset.remind, document.getElementById("verb-open"), "done");
    }
  }

  setInterval(keepWatch, 1000);

  async function unlock(form) {
    const body = { password: form.elements.password.value };
    form.reset();
    const answer = await send("unlock", body);
    if (answer.status === 401) window.signInAgain();
    else if (answer.ok) unlocked = Date.now();
    else tell((await answer.json()).detail, form.querySelector("input"));
  }

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "unlock") return;
    event.preventDefault();
    unlock(event.target).catch(() => tell(main.dataset.interrupted));
  });

  question.addEventListener("change", (event) => tick(event.target));

  question.addEventListener("submit", (event) => {
    const [[path, body]] = JSON.parse(event.target.dataset.steps);
    const number = Number(event.target.elements.number.value);
    carryOut([[path, { ...body, number }]], asking);
  });
})();
