"""A small writer of SVG, with colours for light and dark surroundings."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

# The picture brings its own background, so that it can be read on any page.
STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 15px; } .small { font-size: 11px; fill: #59636e; }
.page { fill: #ffffff; } .grid { stroke: #d1d9e0; } .range { stroke: #1f2328; }
.first { fill: #0969da; } .second { fill: #d4820c; } .line { stroke: #0969da; stroke-width: 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .small { fill: #9198a1; }
  .page { fill: #0d1117; } .grid { stroke: #3d444d; } .range { stroke: #e6edf3; }
  .first { fill: #4493f8; } .second { fill: #e3a008; } .line { stroke: #4493f8; }
}
"""


class Drawing:
    """A picture that grows by elements; sizes and places in px, from the upper left corner."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._elements: list[str] = []

    def text(self, x: float, y: float, text: str, style: str = "", anchor: str = "start") -> None:
        """A line of text; anchor is where x is: start, middle or end."""
        self._elements.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class={quoteattr(style)}>{escape(text)}</text>'
        )

    def box(self, x: float, y: float, width: float, height: float, style: str) -> None:
        """A filled rectangle."""
        self._elements.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class={quoteattr(style)}/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        """A straight line."""
        self._elements.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class={quoteattr(style)}/>'
        )

    def dot(self, x: float, y: float, style: str) -> None:
        """A filled circle."""
        self._elements.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class={quoteattr(style)}/>')

    def render(self, height: float, description: str) -> str:
        """The whole picture as a document, described for those who can't see it."""
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {height:.0f}" role="img">',
                f"<title>{escape(description)}</title>",
                f"<style>{STYLE}</style>",
                f'<rect width="{self.width}" height="{height:.0f}" rx="6" class="page"/>',
                *self._elements,
                "</svg>\n",
            ]
        )
