"""Writes survival.json: what lifelines (https://lifelines.readthedocs.io) makes of its `waltons` data.

    python3 -m venv target/lifelines && target/lifelines/bin/pip install lifelines==0.30.3
    target/lifelines/bin/python tests/statistics/survival.py

`collector/src/metric/survival/tests.rs` holds our formulas against it. Times are days there and here.
"""

import json
import pathlib

from lifelines import KaplanMeierFitter
from lifelines.datasets import load_waltons
from lifelines.statistics import logrank_test, multivariate_logrank_test
from lifelines.utils import median_survival_times


def curve(data):
    fitter = KaplanMeierFitter().fit(data["T"], data["E"])
    band = fitter.confidence_interval_
    steps = [
        {"at": at, "share": share, "low": band.loc[at].iloc[0], "high": band.loc[at].iloc[1]}
        for at, share in fitter.survival_function_["KM_estimate"].items()
        if fitter.event_table.loc[at, "observed"] > 0
    ]
    low, high = median_survival_times(band).iloc[0]
    return {
        "waited": [[float(at), bool(arrived)] for at, arrived in zip(data["T"], data["E"])],
        "steps": steps,
        "median": [fitter.median_survival_time_, low, high],
        "quarters": [fitter.percentile(0.75), fitter.percentile(0.25)],
    }


waltons = load_waltons()
groups = {name: curve(data) for name, data in waltons.groupby("group")}
one, other = (data for _, data in waltons.groupby("group"))
two = logrank_test(one["T"], other["T"], one["E"], other["E"])
# A third group, by chance: every third of the control's.
thirds = waltons["group"].where(waltons.index % 3 != 0, "third")
three = multivariate_logrank_test(waltons["T"], thirds, waltons["E"])
golden = {
    "groups": groups,
    "two": {"chi_squared": two.test_statistic, "p": two.p_value},
    "three": {
        "groups": {name: curve(waltons[thirds == name])["waited"] for name in sorted(set(thirds))},
        "chi_squared": three.test_statistic,
        "p": three.p_value,
    },
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
