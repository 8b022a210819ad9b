import { cells } from '../cells/index.ts';
import { datasets } from '../datasets/index.ts';
import { solvers } from '../solvers/index.ts';
import { schedules } from '../training/schedules.ts';
import type { Topic } from './options.ts';

const listed = (table: object) => Object.keys(table).join(', ');
const known = Object.values(datasets).map(({ name, title }) => `${name.padEnd(12)}${title}`);

const general = `rivulet: liquid time-constant networks, from an equation to a trained model

  rivulet train DATA [options]     train on a data set or a CSV file
  rivulet conform PATH… [--json]   compare with reference files, array by array
  rivulet --help, --version        rivulet train --help says more

Example
  npx rivulet train sine`;

const train = `rivulet train DATA [options]

Train a network, watch it learn, measure it once on the test part, write the model and a report.

  DATA                     ${known.join('\n                           ')}
                           FILE.csv    your own: a header, a row a sample, in order of time

  --target COLUMN          CSV: what to predict; numbers one row ahead, classes at each row
  --time COLUMN            CSV: the column of times (default: the only column of timestamps)
  --classify               CSV: the target's numbers are classes (text always is)
  --cell NAME              ${listed(cells)}
  --solver NAME            ${listed(solvers)}
  --units N                neurons
  --unfolds N              sub-steps of the solver per sample
  --epochs N               passes over the training part
  --batch N                sequences per step of the optimizer
  --learning-rate X        of Adam
  --schedule NAME          ${listed(schedules)}
  --patience N             stop after N epochs without a better one
  --seed N                 of the first weights and the order of sequences (default 1)
  --precision float32|float64          --backend wasm|javascript
  --out DIR                where model.safetensors and report.html go (default runs/NAME)
  --plain                  one line an epoch instead of live curves
  --debug                  show where an error came from

Examples
  npx rivulet train sine --cell ltc --epochs 20
  npx rivulet train FILE.csv --target COLUMN --classify --units 16

Ctrl-C ends training and keeps the weights of the best epoch so far.
Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly, 130 interrupted.`;

const conform = `rivulet conform PATH… [--json]

Compare this library with reference files (safetensors with parameters, inputs, outputs and gradients,
or a state dict of ncps beside its .io file): the largest error of each array, relative to the largest
entry of the reference, on each backend and precision. Folders are searched for *.safetensors.

  --json                   print everything as JSON
  --debug                  show where an error came from

Exit code: 0 all agree, 1 some array is beyond tolerance or some file is damaged, 2 there was nothing to
compare. Files of cells that are not here yet are skipped, and do not count.

Example, in a clone of the repository
  npx rivulet conform test/golden`;

/** The help text of a command, or of the program. */
export function help(topic: Topic | undefined): string {
  return topic === undefined ? general : { train, conform }[topic];
}
