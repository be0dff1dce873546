// Every function registers itself when it is loaded.
import './health.js';
import './recordPoison.js';
import './runSimulation.js';
