// The administrator's hands: every button is one request; how it goes the page tells by itself.

(() => {
  "use strict";

  const main = document.querySelector("main");
  const said = document.getElementById("said");
  const choice = document.getElementById("slip-choice");
  const picture = document.getElementById("slip-picture");

  function tell(text) {
    said.textContent = text;
    said.hidden = !text;
  }

  async function post(button) {
    button.disabled = true;
    tell("");
    try {
      const answer = await fetch(button.dataset.post, {
        method: "POST",
        headers: { "Accept-Language": document.documentElement.lang },
      });
      if (answer.status === 401) return window.signInAgain();
      if (answer.ok) return;
      const problem = await answer.json();
      tell(problem.detail || problem.title);
    } catch {
      tell(main.dataset.interrupted);
    } finally {
      const present = document.getElementById(button.id);
      if (present === button) button.disabled = false; // else the machine has drawn another one
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-post]");
    if (button) post(button);
  });
  choice.addEventListener("change", () => {
    picture.src = `/admin/slip.png?${new URLSearchParams(new FormData(choice))}`;
  });
})();
