"""Figures: one file each, and the table at the end."""
import json


class Results:
    """The figures of one run."""

    def __init__(self, folder):
        self.folder = folder
        self.command = ""
        self.rows = []

    def add(self, name, figure, unit, at_least=None, at_most=None, note=""):
        """Takes a figure, with its target where it has one, and writes its file."""
        figure = float(f"{figure:.4g}") if isinstance(figure, float) else figure
        self.folder.mkdir(parents=True, exist_ok=True)
        content = {"figure": figure, "unit": unit, "command": self.command}
        (self.folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        target = verdict = ""
        if at_least is not None:
            target, verdict = f"≥ {at_least}", "met" if figure >= at_least else "MISSED"
        if at_most is not None:
            target, verdict = f"≤ {at_most}", "met" if figure <= at_most else "MISSED"
        self.rows.append((name, f"{figure:g}", unit, target, verdict, note))

    def show(self):
        """Prints the table."""
        if not self.rows:
            return
        rows = [("figure", "value", "unit", "target", "", "note"), *self.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(6)]
        for number, row in enumerate(rows):
            cells = [cell.rjust(width) if column == 1 else cell.ljust(width)
                     for column, (cell, width) in enumerate(zip(row, widths))]
            print("  ".join(cells).rstrip())
            if number == 0:
                print("  ".join("-" * width for width in widths))
