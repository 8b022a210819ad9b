// What a visitor sees: settings, curves while the worker trains, and the trained network at work.
import { lineChart, trajectory } from '../../dist/report/figures.js';
import { count, duration, quantity } from '../../dist/report/quantity.js';
import { reportStyle } from '../../dist/report/report-style.js';
import { replay } from './replay.js';

const style = new CSSStyleSheet();
style.replaceSync(reportStyle);
document.adoptedStyleSheets = [style];

const $ = (id) => document.getElementById(id);
const worker = new Worker('worker.js', { type: 'module' });

let test; // rows that training does not see
let saved; // the bytes of a network
let history = []; // epochs so far
let ending; // the last event of a training

const width = () => Math.min(720, $('choices').clientWidth);
const say = (text, isWrong = false) => {
  $('status').textContent = text;
  $('status').classList.toggle('wrong', isWrong);
};

/** Whether a training is under way, for all that can be pressed. */
function busy(is) {
  $('settings').disabled = is;
  $('train').disabled = is || test === undefined;
  $('stop').disabled = !is;
  $('save').disabled = is || saved === undefined;
}

// Frames that this page drew while the worker trained, and the longest pause between two.
const frames = { isOn: false, count: 0, last: Number.NaN, longest: 0 };
document.addEventListener('visibilitychange', () => {
  frames.last = Number.NaN;
});
const drawn = () => `${count(frames.count)} frames, at most ${Math.round(frames.longest)} ms apart`;

function frame(now) {
  if (!frames.isOn) return;
  frames.count++;
  if (now - frames.last > frames.longest) frames.longest = now - frames.last;
  frames.last = now;
  drawCurves();
  requestAnimationFrame(frame);
}

let drawnEpochs = 0;
function drawCurves() {
  const last = history.at(-1);
  if (last === undefined || history.length === drawnEpochs) return;
  drawnEpochs = history.length;
  const x = history.map(({ epoch }) => epoch);
  $('curves').hidden = false;
  $('curves').innerHTML = lineChart({
    label: 'Mean squared error of each epoch, in training and on the validation part',
    xLabel: 'epoch',
    yLabel: 'error',
    width: width(),
    series: [
      { name: 'training', tone: 'one', x, y: history.map(({ train }) => train) },
      { name: 'validation', tone: 'two', x, y: history.map(({ valid }) => valid.loss) },
    ],
  });
  if (frames.isOn) say(`Epoch ${last.epoch} of ${last.epochs}, ${duration(last.seconds)}. This page drew ${drawn()}.`);
}

const told = {
  data({ name, rows, names, target, test: rowsOfTest }) {
    test = rowsOfTest;
    $('data').textContent = `${name}: ${count(rows)} rows. Or drop a file anywhere.`;
    $('target').replaceChildren(...names.map((each) => new Option(each, each, false, each === target)));
    busy(false);
    say('');
    runs++;
    drawRows(trial());
  },
  start() {
    history = [];
    drawnEpochs = 0;
    Object.assign(frames, { isOn: true, count: 0, last: Number.NaN, longest: 0 });
    requestAnimationFrame(frame);
  },
  epoch: (event) => history.push(event),
  end(event) {
    ending = event;
  },
  trained({ bytes }) {
    frames.isOn = false;
    drawCurves();
    saved = bytes;
    busy(false);
    const what = { finished: 'Trained', aborted: 'Stopped after', 'early-stop': 'Ended early after' }[ending.reason];
    say(
      `${what} ${history.length} epochs, ${duration(ending.seconds)}; the best was epoch ${ending.epoch}. Meanwhile this page drew ${drawn()}.`,
    );
    run(bytes);
  },
  error({ message }) {
    frames.isOn = false;
    busy(false);
    say(message, true);
  },
};
worker.addEventListener('message', ({ data: { kind, ...event } }) => told[kind](event));
worker.addEventListener('error', ({ message }) => told.error({ message: message || 'The worker could not start.' }));

/** The first rows of the test part, and what is said of them: nothing yet. */
function trial() {
  const truth = test.truth.subarray(0, 240);
  return { truth, predicted: new Float64Array(truth.length).fill(Number.NaN) };
}

function drawRows({ truth, predicted }) {
  $('running').hidden = false;
  const rows = Float64Array.from(truth, (_, row) => row + 1);
  $('rows').innerHTML = trajectory({ name: test.target, truth, predicted }, rows, 'row', width());
  $('errors').textContent = '';
}

let runs = 0;
/** Load a network and give it these rows, one each frame. */
function run(bytes) {
  const own = ++runs;
  const next = replay(bytes, test);
  const { truth, predicted } = trial();
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let [at, squares, still] = [0, 0, 0];
  const step = () => {
    if (own !== runs) return;
    for (const end = isStill ? truth.length : at + 1; at < end; at++) {
      const { told, present } = next();
      predicted[at] = told;
      squares += (told - truth[at]) ** 2;
      still += (present - truth[at]) ** 2;
    }
    drawRows({ truth, predicted });
    $('errors').textContent =
      `Mean squared error over ${at} rows: ${quantity(squares / at, 3)}. Were each row to repeat the one before: ${quantity(still / at, 3)}.`;
    if (at < truth.length) requestAnimationFrame(step);
  };
  step();
}

const look = (order) => {
  busy(true);
  worker.postMessage({ kind: 'look', ...order });
};
let file;
const choose = (chosen) => {
  file = chosen;
  look({ file });
};
const open = async (chosen) => {
  try {
    const bytes = await chosen.arrayBuffer();
    run(bytes);
    saved = bytes;
    $('save').disabled = false;
    say(`${chosen.name} is loaded.`);
  } catch (error) {
    say(`${chosen.name}: ${error.message}`, true);
  }
};

$('file').addEventListener('change', ({ target }) => target.files[0] && choose(target.files[0]));
$('target').addEventListener('change', ({ target }) => look({ file, target: target.value }));
$('load').addEventListener('change', ({ target }) => target.files[0] && open(target.files[0]));
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  const [dropped] = event.dataTransfer.files;
  if (dropped) (dropped.name.endsWith('.safetensors') ? open : choose)(dropped);
});

$('choices').addEventListener('submit', (event) => {
  event.preventDefault();
  busy(true);
  say('The worker compiles the network …');
  worker.postMessage({ kind: 'train', units: $('units').valueAsNumber, epochs: $('epochs').valueAsNumber });
});
$('stop').addEventListener('click', () => worker.postMessage({ kind: 'stop' }));
$('save').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([saved]));
  link.download = 'model.safetensors';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});

look({});
