"""Has Optuna try simulations of an app, several at once, and prints how many seconds all of them took, from the first trial to the last.

Run as `python optimise.py BUNDLE TRIALS AT_ONCE SECONDS`, the last how long a simulation takes.
"""
import sys
import time

import optuna

from mops_cold import Client

bundle, trials, at_once, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
optuna.logging.set_verbosity(optuna.logging.WARNING)


def main() -> None:
    with Client.from_env().simulation(bundle, "models.bench/baseline", "loss") as loss:
        loss(x=0.0, seconds=0.0)  # what a new app has to fetch and start first

        def objective(trial: optuna.Trial) -> float:
            return loss(x=trial.suggest_float("x", 0, 1), seconds=seconds)

        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
        begun = time.perf_counter()
        study.optimize(objective, n_trials=trials, n_jobs=at_once)
        took = time.perf_counter() - begun
    states = {trial.state for trial in study.trials}
    if len(study.trials) != trials or states != {optuna.trial.TrialState.COMPLETE}:
        raise SystemExit(f"Cannot bench Optuna: of {trials} trials there are {len(study.trials)}, {states}.")
    print(took)


main()
