"""What axe-core complains about on a page, and clocks that a screen reader would read out."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor/axe-core-4.14.1.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SPOKEN_CLOCKS = """
() => [...document.querySelectorAll("[aria-live], [role=status], [role=alert]")]
  .flatMap(live => [...live.querySelectorAll("[data-since], [data-until]")])
  .map(clock => `each second would be read out: ${clock.outerHTML}`)
"""


def complaints(page: Page) -> list[str]:
    """One line for each; none on a good page."""
    # Evaluated rather than added as a script: the policy on content lets nothing else in.
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: tags})", RULES)
    clocks: list[str] = page.evaluate(SPOKEN_CLOCKS)
    return clocks + [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
