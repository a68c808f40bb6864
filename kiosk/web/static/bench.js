// The bench's hands: every button is one request, a click on the touch screen is a touch.

(() => {
  "use strict";

  const main = document.querySelector("main");
  const sentence = document.getElementById("sentence");

  function tell(text) {
    sentence.textContent = text;
    sentence.hidden = !text;
  }

  async function post(address, body) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: {
          "Accept-Language": document.documentElement.lang,
          "Content-Type": "application/json",
        },
        body: JSON.stringify(body),
      });
      if (answer.ok) return tell("");
      const problem = await answer.json();
      tell(problem.detail || problem.title);
    } catch {
      tell(main.dataset.interrupted);
    }
  }

  function touch(picture, event) {
    // The picture is smaller than the screen that it shows; its attributes have the screen's size.
    const box = picture.getBoundingClientRect();
    const [width, height] = ["width", "height"].map((side) => Number(picture.getAttribute(side)));
    post(picture.dataset.touch, {
      x: Math.round(((event.clientX - box.left) * width) / box.width),
      y: Math.round(((event.clientY - box.top) * height) / box.height),
      number: Number(picture.dataset.number),
    });
  }

  function press(button) {
    const { post: address, body, card } = button.dataset;
    if (!card) return post(address, body ? JSON.parse(body) : {});
    return post(address, { card, manner: document.getElementById("manner").value });
  }

  const player = new Audio();

  function listen(address) {
    player.src = address;
    player.play().catch(() => tell(main.dataset.interrupted));
  }

  document.addEventListener("click", (event) => {
    const picture = event.target.closest("[data-touch]");
    if (picture) touch(picture, event);
    const button = event.target.closest("[data-post]");
    if (button) press(button);
    const sound = event.target.closest("[data-sound]");
    if (sound) listen(sound.dataset.sound);
  });
})();
