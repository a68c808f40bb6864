// Tells when numbers have been painted: WATCHED is a CSS selector of the elements that they stand in.

(() => {
  "use strict";

  const seen = new WeakSet();

  // Whoever is drawn anew is another element, of which the browser tells once when it was first shown.
  function look() {
    for (const one of document.querySelectorAll(WATCHED)) {
      if (seen.has(one)) continue;
      seen.add(one);
      one.arrived = performance.now();
      one.setAttribute("elementtiming", "called");
    }
  }

  new MutationObserver(look).observe(document, { childList: true, subtree: true });

  new PerformanceObserver((list) => {
    for (const { element, renderTime } of list.getEntries()) {
      if (!element) continue; // it is gone again
      painted(JSON.stringify({ text: element.textContent, at: renderTime, arrived: element.arrived }));
    }
  }).observe({ type: "element" });
})();
