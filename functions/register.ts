// Every function registers itself when it is loaded.
import './expandJob.js';
import './health.js';
import './recordExpandPoison.js';
import './recordPoison.js';
import './runSimulation.js';
