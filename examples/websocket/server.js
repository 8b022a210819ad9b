// Answers readings that arrive over WebSockets, one after another, and serves a page to try it.
//   node server.js model.safetensors 8080 state.json
// Each client has a stream of its own. One that connects to /hall, or another name, goes on with the stream of that name.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { loadModel, predictor, program } from 'rivulet';
import { createWebSocketStream, WebSocketServer } from 'ws';

const [modelPath, port, statePath] = process.argv.slice(2);
if (!statePath) {
  console.error('usage: node server.js MODEL PORT STATE, as in: model.safetensors 8080 state.json');
  process.exit(2);
}

const { model, notes } = loadModel(readFileSync(modelPath));
const network = program(model);
const named = new Map();
function streamOf(name, state) {
  if (named.has(name)) return named.get(name);
  const stream = predictor(network.stream(), notes);
  if (state) stream.restore(state);
  if (name !== '') named.set(name, stream);
  return stream;
}
const saved = existsSync(statePath) ? JSON.parse(readFileSync(statePath, 'utf8')) : {};
for (const [name, state] of Object.entries(saved)) streamOf(name, state);

/** What is said to each message; a bad one changes nothing. */
const answers = (stream) =>
  async function* (messages) {
    for await (const message of messages) {
      try {
        const readings = JSON.parse(message);
        yield JSON.stringify({ ...readings, ...stream.push(readings) });
      } catch (error) {
        yield JSON.stringify({ error: error.message });
      }
    }
  };

const page = readFileSync(new URL('page.html', import.meta.url), 'utf8');
const { names, time } = streamOf('').sensors;
const example = JSON.stringify(Object.fromEntries([...time, ...names].map((name) => [name, 0])));
const server = createServer((_, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8').end(page.replace('{}', () => example));
});
const sockets = new WebSocketServer({ server, maxPayload: 100_000 });
sockets.on('connection', (socket, { url }) => {
  const connection = createWebSocketStream(socket, { readableObjectMode: true, decodeStrings: false });
  // A pipeline reads no faster than its answers are read.
  pipeline(connection, answers(streamOf(url.slice(1))), connection).catch((error) => console.error(error.message));
});
server.listen(Number(port), () => console.log(`http://localhost:${server.address().port}`));

for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, () => {
    const states = Object.fromEntries([...named].map(([name, { state }]) => [name, state]));
    writeFileSync(`${statePath}.tmp`, JSON.stringify(states));
    renameSync(`${statePath}.tmp`, statePath);
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
