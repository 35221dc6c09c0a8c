"""classes.csv: the eleven technology classes."""

from case_rows import CLASSES, arguments, write
from citing import Citations

COLUMNS = ["class", "label", "nest", "powertrain", "status", "source", "note"]
LABELS = {
    "ice-mini": ("Combustion, below 80,000 RMB", "price band by the lowest trim, not a body size"),
    "ice-compact": ("Combustion, 80,000 to 150,000 RMB", "price band by the lowest trim, not a body size"),
    "ice-mid": ("Combustion, 150,000 to 250,000 RMB", "price band by the lowest trim, not a body size"),
    "ice-premium": ("Combustion, above 250,000 RMB", "price band by the lowest trim, not a body size"),
    "lsev": ("Low-speed electric car", "four wheels, lead batteries, 40 to 70 km/h; outside the official definition of a car"),
    "bev-a00": ("Battery-electric microcar (A00)", "as the trade association counts A00; some sources put the Seagull in A0"),
    "bev-a0": ("Battery-electric small car (A0)", ""),
    "bev-mid": ("Battery-electric mid-size car (A and B below the premium price)", ""),
    "bev-premium": ("Battery-electric premium car", "about 250,000 RMB and above"),
    "phev-mid": ("Plug-in hybrid, mid-size", ""),
    "phev-premium": ("Plug-in hybrid or range extender, premium", "about 250,000 RMB and above"),
}
NESTS = {"ice": "combustion", "lsev": "low-speed", "bev": "plug-in", "phev": "plug-in"}


def main():
    """Write the table."""
    options = arguments(__doc__)
    cites = Citations(options.facts)
    rows = []
    for name in CLASSES:
        powertrain = name.split("-")[0]
        label, note = LABELS[name]
        source = "gomes2025" if name in ("lsev", "bev-a00") else "zhao2024"
        rows.append({"class": name, "label": label, "nest": NESTS[powertrain], "powertrain": powertrain, "status": "derived",
                     "source": cites.own(source), "note": note})
    write(options.out / "classes.csv", COLUMNS, rows)
    cites.save(options.out)


if __name__ == "__main__":
    main()
