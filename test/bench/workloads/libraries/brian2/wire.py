import brian2
from brian2 import NeuronGroup, SpikeMonitor, Synapses, ms, mV, run


def wire(entrypoint, params, seed):
    """Spikes of an integrate-and-fire network of 400 neurons."""
    brian2.seed(seed)
    neurons = NeuronGroup(
        400,
        "dv/dt = (drive - v) / (10*ms) + sigma*xi*(10*ms)**-0.5 : volt (unless refractory)\ndrive : volt\nsigma : volt",
        threshold="v > 15*mV",
        reset="v = 0*mV",
        refractory=2 * ms,
        method="euler",
    )
    neurons.drive = params["drive"] * mV
    neurons.sigma = 3 * mV
    synapses = Synapses(neurons, neurons, "w : volt", on_pre="v_post += w", delay=1 * ms)
    synapses.connect(p=0.05)
    synapses.w = "0.2*mV*rand()"
    spikes = SpikeMonitor(neurons)
    run(params["duration"] * ms)
    return {"spikes": int(spikes.num_spikes)}
