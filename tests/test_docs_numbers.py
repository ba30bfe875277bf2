"""The numbers in docs/ are those of the manifest, the packages those of the tree."""

import json
import re
from pathlib import Path

import pytest

from tests.test_boundaries import MAY_IMPORT

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "docs" / "explanation" / "models.md"
SHOWN = {
    "stylevae_decoder": {
        "joint_error_cm": "{:.2f} cm",
        "joint_error_walks_and_runs_cm": "{:.2f} cm",
        "bone_error_percent": "{:.2f} %",
        "foot_speed_in_contact_ratio": "{:.2f}",
        "style_block_balanced_accuracy": "{:.1%}",
        "swap_read_as_style": "{:.1%}",
        "interpolation_bone_error_percent": "{:.2f} %",
        "random_worst_joint_speed_mps": "{:.2f} m/s",
    },
    "restyling": {
        "read_as_style": "{:.1%}",
        "speed_ratio": "{:.2f}",
        "amplitude_ratio": "{:.2f}",
        "phase_apart": "{:.3f}",
        "foot_speed_in_contact_90th": "{:.3f}",
        "join_ratio": "{:.2f}",
        "map_read_as_style": "{:.1%}",
        "map_speed_ratio": "{:.2f}",
        "random_bone_error_percent": "{:.2f} %",
        "random_speed_ratio": "{:.2f}",
        "frechet_distance": "{:.1f}",
    },
    "deepphase": {
        "phase_forward": "{:.1%}",
        "turns_per_cycle": "{:.3f}",
        "strike_spread": "{:.3f} cycle",
        "standing_ratio": "{:.3f}",
    },
}


@pytest.mark.parametrize(("model", "metric"), [(m, k) for m, ks in SHOWN.items() for k in ks])
def test_the_page_shows_what_the_manifest_measured(model: str, metric: str) -> None:
    manifest = json.loads((ROOT / "assets" / "models" / "manifest.json").read_text())
    models = manifest["models"]
    metrics = {name: entry["metrics"] for name, entry in models.items() if "metrics" in entry}
    metrics["restyling"] = metrics["stylevae_decoder"]["restyling"]
    measured = metrics[model][metric]
    shown = SHOWN[model][metric].format(measured).replace("%", " %").replace("  %", " %")
    assert f"| {shown} |" in MODELS.read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["", "_run", "_spinkick"])
def test_the_page_shows_how_good_the_policies_are(ending: str) -> None:
    manifest = json.loads((ROOT / "assets" / "models" / "manifest.json").read_text())
    metrics = manifest["models"][f"deepmimic_actor{ending}"]["metrics"]
    pushes = metrics["push_survival"]
    shown = (
        f"{metrics['upright']:.1%}".replace("%", " %"),
        f"{metrics['reward']:.3f}",
        f"{metrics['captured']['reward']:.3f}",
        f"{pushes['mean']:.2f}",
        ", ".join(f"{pushes[way]:.2f}" for way in ("forward", "left", "back", "right")),
        f"{metrics['critic_correlation']:.3f}",
        f"{metrics['critic_correlation_calm']:.3f}",
    )
    page = MODELS.read_text(encoding="utf-8")
    table = page.partition("| DeepMimic, own clips |")[2].partition("\n\n")[0]
    lines = [[cell.strip() for cell in line.split("|")] for line in table.splitlines()[2:]]
    column = 3 + ["", "_run", "_spinkick"].index(ending)
    assert tuple(line[column] for line in lines) == shown


def test_the_architecture_says_what_each_package_imports() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    section = page.partition("## The tree")[2].partition("\n\nBeside them")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    told = {row[1].strip(" `/"): set(re.findall(r"`(\w+)`", row[3])) for row in rows}
    assert told == {name: may for name, may in MAY_IMPORT.items() if name != "main"}
