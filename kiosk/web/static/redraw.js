// Draws the machine's fragments into the page: what hasn't changed stays as it is, with its focus.

(() => {
  "use strict";

  const known = new Map(); // of each fragment, by its id: as the machine last sent it

  const leaf = (node) => node.firstElementChild === null;

  // Other words are another element: it is announced, and was never painted before.
  function isSame(before, now) {
    if (before.nodeName !== now.nodeName || before.nodeType !== Node.ELEMENT_NODE) return false;
    if (before.id !== now.id || leaf(before) !== leaf(now)) return false;
    return !leaf(now) || before.textContent === now.textContent;
  }

  const copy = (node) => document.importNode(node, true);

  function mark(shown, before, now) {
    for (const { name, value } of now.attributes) {
      if (before.getAttribute(name) !== value) shown.setAttribute(name, value);
    }
    for (const { name } of before.attributes) {
      if (!now.hasAttribute(name)) shown.removeAttribute(name);
    }
  }

  // Those at both ends that are as they were stay; what is between is compared one by one.
  function fill(shown, before, now) {
    const [here, old, fresh] = [shown, before, now].map((one) => [...one.childNodes]);
    const fewer = Math.min(old.length, fresh.length);
    let head = 0;
    let tail = 0;
    while (head < fewer && old[head].isEqualNode(fresh[head])) head += 1;
    while (tail < fewer - head && old.at(-1 - tail).isEqualNode(fresh.at(-1 - tail))) tail += 1;
    for (let at = head; at < fewer - tail; at += 1) draw(here[at], old[at], fresh[at]);
    for (const gone of here.slice(fewer - tail, old.length - tail)) gone.remove();
    for (const come of fresh.slice(fewer - tail, fresh.length - tail)) {
      shown.insertBefore(copy(come), here[old.length - tail] ?? null);
    }
  }

  // The page's own marks (a clock's time, a countdown) stay: what was sent is compared with what was sent.
  function draw(shown, before, now) {
    if (before.isEqualNode(now)) return;
    if (!isSame(before, now)) return shown.replaceWith(copy(now));
    mark(shown, before, now);
    if (!leaf(now)) fill(shown, before, now);
  }

  window.redraw = (html) => {
    const sent = document.createElement("template");
    sent.innerHTML = html;
    for (const now of sent.content.children) {
      const [shown, before] = [document.getElementById(now.id), known.get(now.id)];
      known.set(now.id, now);
      if (!shown) continue;
      // What is in a template is no child of it: two that differ are equal nodes.
      const whole = !before || now.localName === "template" || now.querySelector("template");
      if (whole) shown.replaceWith(copy(now));
      else draw(shown, before, now);
    }
  };
})();
