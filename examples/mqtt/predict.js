// Answers readings that arrive over MQTT: what is said at sensors/hall is answered at sensors/hall/prediction, each topic a stream of its own.
//   node predict.js model.safetensors mqtt://localhost:1883 'sensors/+' state.json
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import mqtt from 'mqtt';
import { loadModel, predictor, program } from 'rivulet';

const [modelPath, url, topics, statePath] = process.argv.slice(2);
if (!statePath) {
  console.error(
    "usage: node predict.js MODEL URL TOPICS STATE, as in: model.safetensors mqtt://localhost 'sensors/+' state.json",
  );
  process.exit(2);
}

const { model, notes } = loadModel(readFileSync(modelPath));
const network = program(model);
const streams = new Map();
function streamOf(topic, state) {
  if (!streams.has(topic)) {
    const stream = predictor(network.stream(), notes);
    if (state) stream.restore(state);
    streams.set(topic, stream);
  }
  return streams.get(topic);
}
const saved = existsSync(statePath) ? JSON.parse(readFileSync(statePath, 'utf8')) : {};
for (const [topic, state] of Object.entries(saved)) streamOf(topic, state);

// The broker keeps what comes for a client of this name while it is away; `?clientId=NAME` behind the URL is another.
const client = mqtt.connect(url, { clientId: 'rivulet', clean: false });
client.on('connect', () => client.subscribe(topics, { qos: 1 }));
client.on('error', (error) => console.error(error.message));

async function answer({ topic, payload }) {
  try {
    const readings = JSON.parse(payload.toString());
    const prediction = streamOf(topic).push(readings);
    // Ends when the socket has room again. At QoS 1 it would wait for an acknowledgement, which waits for this message.
    await client.publishAsync(`${topic}/prediction`, JSON.stringify({ ...readings, ...prediction }), { qos: 0 });
  } catch (error) {
    console.error(`${topic}: ${error.message}; the message is left out`);
  }
}

// One message after another: each is acknowledged when it has been answered, and the socket is not read any further until then.
let last = Promise.resolve();
let isStopping = false;
client.handleMessage = (packet, done) => {
  if (isStopping) return; // not acknowledged: it comes again
  last = answer(packet).then(() => done());
};

for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, async () => {
    isStopping = true;
    await last;
    const states = Object.fromEntries([...streams].map(([topic, { state }]) => [topic, state]));
    writeFileSync(`${statePath}.tmp`, JSON.stringify(states));
    renameSync(`${statePath}.tmp`, statePath);
    await client.endAsync();
  });
