#!/usr/bin/env python3
"""Fits the shipped curve to the output of `evidence`, and prints it: see README.md beside this file."""

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

# As in crates/helpdex/src/model.rs.
LEAST_MARGIN = 0.1
UNKNOWN_MARGIN = 0.2
SHORT_TICKET, LONG_TICKET = 8, 24
THRESHOLD = 0.5
# The order is that of `main`. README.md beside this file says how these differ from the fitted ones.
SHIPPED = np.array([-1.62, 1.18, -2.63, 5.0, 2.07, 1.0, 0.9, -2.49])
# The weight of all questions of a kind together, where the tickets of a help center have 1.
KIND_WEIGHT = {"own": 1, "typo": 0.3, "withheld": 0.3, "unrelated": 0.45}
# The weight of a help center of few articles, and of one without titles.
SMALL_WEIGHT, BODIES_WEIGHT = 0.15, 0.3
# The coefficient of the covered information is given. The likelihood prefers 1.0, which shows an article to more unrelated
# questions; 2.0 shows fewer, but takes a sixth of the right answers from help centers whose articles are titles of two words.
COVERED = 1.5
# The fit is repeated: a help center whose calibration error is above the bar weighs more the next time, one below it less,
# and so do unrelated questions, by the share of them that gets an article.
ROUNDS = 16
ERROR_BAR, ERROR_STEP = 0.1, 6
UNRELATED_BAR, UNRELATED_STEP = 0.02, 12
# A calibration error of fewer tickets is mostly noise.
LEAST_TICKETS = 200
# Of the squares of the coefficients.
SHRINKAGE = 2e-4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", type=Path, help="folder of the help centers that are fitted to")
    parser.add_argument("--confirm", type=Path, help="folder of others, to apply the curve to")
    parser.add_argument(
        "--general", nargs="*", default=[], help="beginnings of names of help centers about anything: they set no bar for unrelated questions"
    )
    arguments = parser.parse_args()
    fitted = Rows(arguments.worlds)
    coefficients = fit(fitted, tuple(arguments.general))
    bias, lead, strangeness, *right = coefficients
    print(f"answerable: bias {bias:.2f}, covered {COVERED}, lead {lead:.2f}, strangeness {strangeness:.2f}")
    print("right: bias {:.2f}, margin {:.2f}, lead {:.2f}, aboutness {:.2f}, length {:.2f}".format(*right))
    for name, curve in {"fitted": coefficients, "shipped": SHIPPED}.items():
        print(f"the {name} curve")
        report(fitted, curve)
        if arguments.confirm:
            print("confirmed on")
            report(Rows(arguments.confirm), curve)


class Rows:
    """The questions of all help centers in a folder."""

    def __init__(self, folder: Path) -> None:
        self.world, self.kind, self.right, answerable, right = [], [], [], [], []
        for world in sorted(path for path in folder.iterdir() if (path / "evidence.jsonl").exists()):
            labels, evidence = (read(world / name) for name in ("labels.jsonl", "evidence.jsonl"))
            for label, found in zip(labels, evidence, strict=True):
                article, scores = found or (None, {"best": 0.0, "second": None, "following": 0.0, "coverage": NOTHING})
                features = self.features(scores)
                self.world.append(world.name)
                self.kind.append(label["kind"])
                self.right.append(article in label["right"])
                answerable.append(features[:4])
                right.append(features[4:])
        self.world, self.kind = np.array(self.world), np.array(self.kind)
        self.right = np.array(self.right, float)
        self.answerable, self.is_right = np.array(answerable), np.array(right)
        self.is_small = np.char.find(self.world, ".") > 0
        self.is_bodies = np.char.find(self.world, "-bodies") > 0

    @staticmethod
    def features(scores: dict) -> list[float]:
        coverage = scores["coverage"]
        best = max(scores["best"], 1e-38)
        margin = UNKNOWN_MARGIN if scores["second"] is None else 1 - scores["second"] / best
        lead = np.log(1 - scores["following"] / best + LEAST_MARGIN)
        return [
            np.log1p(coverage["told"] * coverage["share"]),
            1,
            lead,
            coverage["unknown"] * (1 - coverage["title_share"]),
            1,
            np.log(margin + LEAST_MARGIN),
            lead,
            1 - (1 - coverage["title_share"]) * (1 - coverage["share"] ** 2),
            np.log(np.clip(coverage["words"], SHORT_TICKET, LONG_TICKET) / SHORT_TICKET),
        ]

    def weights(self) -> np.ndarray:
        """The families weigh the same, and so do the help centers of a family."""
        weights = np.zeros(len(self.right))
        families = np.array([world.split("-")[0].split(".")[0] for world in self.world])
        for world in sorted(set(self.world)):
            of_world = (SMALL_WEIGHT if "." in world else 1) * (BODIES_WEIGHT if "-bodies" in world else 1)
            for kind, weight in KIND_WEIGHT.items():
                rows = (self.world == world) & (self.kind == kind)
                if rows.any():
                    weights[rows] = weight * of_world / rows.sum()
        for family in sorted(set(families)):
            weights[families == family] /= weights[families == family].sum()
        return weights / weights.sum()

    def whole(self) -> dict[str, np.ndarray]:
        """The rows of each help center with all of its articles and their titles."""
        return {
            world: self.world == world
            for world in sorted(set(self.world))
            if "." not in world and "-bodies" not in world
        }


NOTHING = {"told": 0.0, "share": 0.0, "title_share": 0.0, "unknown": 0.0, "words": 0}


def probabilities(rows: Rows, coefficients: np.ndarray) -> np.ndarray:
    answerable = np.concatenate([[COVERED], coefficients[:3]])
    return expit(rows.answerable @ answerable) * expit(rows.is_right @ coefficients[3:])


def fit(rows: Rows, general: tuple[str, ...]) -> np.ndarray:
    weights = rows.weights()
    is_general = np.array([world.startswith(general) for world in rows.world])
    unrelated = (rows.kind == "unrelated") & ~rows.is_bodies & ~is_general
    is_unanswerable = np.isin(rows.kind, ["withheld", "unrelated"])
    coefficients = np.array([-1.5, 1.0, -2.0, 5.0, 2.0, 1.0, 1.0, -2.0])
    for _ in range(ROUNDS):
        coefficients = most_likely(rows, weights, coefficients)
        p = probabilities(rows, coefficients)
        for world in rows.whole().values():
            own = world & (rows.kind == "own")
            if own.sum() >= LEAST_TICKETS:
                excess = calibration_error(p, rows.right, own) - ERROR_BAR
                weights[world & ~is_unanswerable] *= np.exp(ERROR_STEP * np.clip(excess, -0.05, 0.1))
        shown = (p >= THRESHOLD).astype(float)
        share = (mean(shown, unrelated & ~rows.is_small) + mean(shown, unrelated & rows.is_small)) / 2
        weights[is_unanswerable] *= np.exp(UNRELATED_STEP * np.clip(share - UNRELATED_BAR, -0.02, 0.03))
        weights /= weights.sum()
    return coefficients


def most_likely(rows: Rows, weights: np.ndarray, start: np.ndarray) -> np.ndarray:
    def loss(coefficients: np.ndarray) -> float:
        p = np.clip(probabilities(rows, coefficients), 1e-9, 1 - 1e-9)
        likelihood = weights @ (rows.right * np.log(p) + (1 - rows.right) * np.log(1 - p))
        return SHRINKAGE * (coefficients**2).sum() - likelihood

    return minimize(loss, start, method="L-BFGS-B").x


def report(rows: Rows, coefficients: np.ndarray) -> None:
    p = probabilities(rows, coefficients)
    shown = p >= THRESHOLD
    groups = rows.whole()
    groups |= {f"of {size} articles": np.char.find(rows.world, f".{size}.") > 0 for size in (6, 20)}
    print(f"{'':28} first right, offered right, precision, calibration error, of typos; offered: withheld, unrelated")
    for name, group in groups.items():
        of = {kind: group & (rows.kind == kind) for kind in KIND_WEIGHT}
        own = of["own"]
        figures = [
            mean(rows.right, own),
            mean(rows.right * shown, own),
            mean(rows.right, own & shown),
            calibration_error(p, rows.right, own),
            calibration_error(p, rows.right, of["typo"]),
            mean(shown, of["withheld"]),
            mean(shown, of["unrelated"]),
        ]
        print(f"{name:28} " + " ".join(f"{figure:6.3f}" for figure in figures))


def mean(values: np.ndarray, rows: np.ndarray) -> float:
    return float(values[rows].mean()) if rows.any() else float("nan")


def calibration_error(p: np.ndarray, right: np.ndarray, rows: np.ndarray, bins: int = 10) -> float:
    if not rows.any():
        return float("nan")
    order = np.flatnonzero(rows)[np.argsort(p[rows], kind="stable")]
    parts = np.array_split(order, bins)
    return sum(abs(p[part].mean() - right[part].mean()) * len(part) for part in parts if len(part)) / len(order)


def read(path: Path) -> list[dict]:
    with path.open() as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main()
