// What `rivulet stream` adds to a stream: samples or lines in a second of processor time, and how long one line takes there and back. As Markdown, for docs/streaming.md.
// Run: npm run build && node bench/lines.mjs (a minute). Answers are checked first; contestants take turns, five rounds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { quantile } from './statistics.mjs';

// As the command does, for the same bits.
if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
const { autoNcp, model, predictor, program, saveModel, synaptic } = await import('../dist/index.js');
const { run } = await import('../dist/cli/run.js');
const { signatureNotes } = await import('../dist/predictor/signature.js');

const [count, rounds] = [200_000, 5];
const net = model({
  cell: synaptic(),
  inputs: 2,
  wiring: autoNcp({ units: 19, outputs: 1, seed: 1 }),
  timeUnit: 60,
  seed: 1,
});
const notes = signatureNotes({
  inputNames: ['warm', 'damp'],
  outputNames: ['co2'],
  timeNames: ['seconds'],
  scaler: { mean: [20, 60], deviation: [2, 10] },
  targetScaler: { mean: [400], deviation: [50] },
});
const readings = Array.from({ length: count }, (_, k) => ({
  seconds: 60 * k + (k % 3),
  warm: Number((20 + 3 * Math.sin(k / 9)).toFixed(2)),
  damp: Number((60 + 8 * Math.cos(k / 9)).toFixed(1)),
}));
const folder = mkdtempSync(join(tmpdir(), 'rivulet-lines-'));
const saved = join(folder, 'model.safetensors');
writeFileSync(saved, saveModel(net, notes));
const csv = `seconds,warm,damp\n${readings.map(({ seconds, warm, damp }) => `${seconds},${warm},${damp}\n`).join('')}`;
const json = readings.map((each) => `${JSON.stringify(each)}\n`).join('');

/** The command in this process, so that its time can be told from what else the machine does. */
async function streamed(lines, ...options) {
  const stdout = new PassThrough();
  const out = text(stdout);
  const io = { out() {}, screen: undefined, colour: false, signal: new AbortController().signal };
  const stdin = Readable.from(pieces(lines), { objectMode: false });
  const code = await run(['stream', saved, ...options], io, console.error, { stdin, stdout });
  if (code !== 0) throw new Error(`the command ended with ${code}`);
  stdout.end();
  return out;
}

/** As a pipe gives it, 64 KiB at a time. */
function* pieces(lines) {
  const bytes = Buffer.from(lines);
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

const contestants = {
  '`stream.push(x, seconds)`': () => {
    const stream = program(net).stream();
    const x = new Float64Array(2);
    for (const { seconds, warm, damp } of readings) {
      x[0] = (warm - 20) / 2;
      x[1] = (damp - 60) / 10;
      stream.push(x, seconds);
    }
  },
  '`predictor(…).push(readings)`': () => {
    const each = predictor(program(net).stream(), notes);
    for (const reading of readings) each.push(reading);
  },
  '`rivulet stream`, CSV': () => streamed(csv),
  '`rivulet stream --json`, JSON': () => streamed(json, '--json'),
};

const wanted = predictor(program(net).stream(), notes);
const answers = readings.map((each) => ({ time: each.seconds, ...wanted.push(each) }));
const rows = `time,predicted_co2\n${answers.map(({ time, predicted }) => `${time},${predicted.co2}\n`).join('')}`;
if ((await streamed(csv)) !== rows) throw new Error('the command answers CSV otherwise than the library');
if ((await streamed(json, '--json')) !== answers.map((each) => `${JSON.stringify(each)}\n`).join(''))
  throw new Error('the command answers JSON otherwise than the library');

const rates = new Map(Object.keys(contestants).map((name) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (const [name, act] of Object.entries(contestants)) {
    const begun = process.cpuUsage();
    await act();
    const { user, system } = process.cpuUsage(begun);
    rates.get(name).push((1e6 * count) / (user + system));
  }
const thousands = (rate) => (1000 * Math.round(rate / 1000)).toLocaleString('en');
console.log('| | a second of processor time | lowest and highest of five |\n| --- | --- | --- |');
for (const [name, of] of rates)
  console.log(
    `| ${name} | ${thousands(quantile(of, 0.5))} | ${thousands(Math.min(...of))} – ${thousands(Math.max(...of))} |`,
  );

// One line at a time, to a process of its own: the next is written when the last has been answered.
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
const child = spawn(process.execPath, [main, 'stream', saved, '--json'], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const waits = [];
for (const reading of readings.slice(0, 5000)) {
  const begun = performance.now();
  child.stdin.write(`${JSON.stringify(reading)}\n`);
  await lines.next();
  waits.push(performance.now() - begun);
}
child.stdin.end();
await once(child, 'close');
const later = waits.slice(1000);
console.log(
  `\nThere and back, one line: median ${quantile(later, 0.5).toFixed(3)} ms, 99 % within ${quantile(later, 0.99).toFixed(3)} ms.`,
);
rmSync(folder, { recursive: true });
