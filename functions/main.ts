// What the host loads (`main` in package.json): the app's functions, each of which registers itself.
import './health.js';
import './recordPoison.js';
import './runSimulation.js';
