// A customer's own page: asks what is new, says so, and says when it has lost the branch.

(() => {
  "use strict";

  const { language, again } = document.body.dataset;
  const EVERY = 1000 * again;
  const PATIENCE = 8000; // ms for one answer
  const MOVES_ON = 4000; // ms to read that the number has changed

  const progress = document.getElementById("progress");
  const lost = document.getElementById("lost");
  const updated = document.getElementById("updated");
  const shake = document.getElementById("shake");

  let tag = document.body.dataset.tag;
  let heard = Date.now();
  let timer = 0;
  let asking = false;

  const part = () => progress.firstElementChild;
  const two = (value) => String(value).padStart(2, "0");

  function clock() {
    const at = new Date(heard);
    return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
  }

  function hear() {
    heard = Date.now();
    updated.textContent = updated.dataset.sentence.replace("{time}", clock());
    lost.hidden = true;
    delete document.body.dataset.stale;
  }

  function lose() {
    if (!lost.hidden) return;
    lost.textContent = lost.dataset.sentence.replace("{time}", clock());
    lost.hidden = false;
    document.body.dataset.stale = "";
  }

  function show(html) {
    const { headline, calls } = part().dataset;
    progress.innerHTML = html;
    const now = part().dataset;
    document.title = now.title;
    if (now.headline !== headline) document.getElementById("told").textContent = now.headline;
    if (Number(now.calls) > Number(calls) && shake.getAttribute("aria-pressed") === "true") {
      navigator.vibrate([400, 200, 400, 200, 800]);
    }
    settle();
  }

  function settle() {
    const onward = document.getElementById("onward");
    const over = "lasting" in part().dataset;
    if (onward) {
      onward.search = `?language=${language}`;
      setTimeout(() => location.replace(onward.href), MOVES_ON);
    }
    shake.hidden = !navigator.vibrate || over || Boolean(onward);
    document.getElementById("board").hidden = over;
    if (!over && !onward) timer = setTimeout(ask, EVERY);
  }

  async function ask() {
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    const ending = new AbortController();
    const patience = setTimeout(() => ending.abort(), PATIENCE);
    try {
      const answer = await fetch(`?live=1&language=${language}`, {
        headers: { "If-None-Match": tag },
        cache: "no-store",
        credentials: "omit",
        signal: ending.signal,
      });
      const html = await answer.text();
      if (![200, 304, 404].includes(answer.status)) throw new Error(answer.statusText);
      hear();
      if (answer.status === 304) {
        timer = setTimeout(ask, EVERY);
      } else {
        tag = answer.headers.get("etag");
        show(html);
      }
    } catch {
      lose();
      timer = setTimeout(ask, EVERY);
    } finally {
      clearTimeout(patience);
      asking = false;
    }
  }

  function back() {
    if (document.hidden || "lasting" in part().dataset) return;
    if (Date.now() - heard > 2 * EVERY) lose();
    ask();
  }

  shake.addEventListener("click", () => {
    const on = shake.getAttribute("aria-pressed") !== "true";
    shake.setAttribute("aria-pressed", String(on));
    if (on) navigator.vibrate(100);
  });
  document.addEventListener("visibilitychange", back);
  window.addEventListener("pageshow", ({ persisted }) => persisted && back());
  window.addEventListener("online", back);
  window.addEventListener("offline", lose);
  hear(); // the phone's own clock from the first moment on
  settle();
})();
