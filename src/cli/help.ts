import { panels } from '../expressivity/panels.ts';
import { readings } from '../expressivity/readings.ts';
import type { Topic } from './commands.ts';
import { commonHelp, configuredHelp, dataHelp, entry, exitCodes } from './help-parts.ts';
import { quickPanels } from './quick-panels.ts';
import { trainHelp } from './train-help.ts';

const general = `rivulet: liquid time-constant networks, from an equation to a trained model

Learn
  rivulet init [FILE…] [options]   write a config file, so that bare \`rivulet train\` learns from them
  rivulet data FILE… [options]     say what files hold, as training would understand them
  rivulet train DATA [options]     train on a data set or on files; writes the model and a report

Judge
  rivulet eval MODEL [DATA]        judge a trained network on the test part of some data
  rivulet compare DIR… [options]   list trainings side by side, and draw their curves together
  rivulet inspect MODEL [options]  say what a trained network is and what is certain about it

Use
  rivulet predict MODEL FILE…      what a trained network says of each row of files
  rivulet stream MODEL [options]   what it says of each line of standard input, as it comes
  rivulet compile MODEL [options]  write a trained network as one small file that runs by itself

Check
  rivulet conform PATH… [options]  compare with reference files, array by array
  rivulet expressivity [options]   repeat the published trajectory-length experiments

MODEL is a model.safetensors that training wrote, or the folder of the training.
More of a command: \`rivulet train --help\`, or \`rivulet help train\`. The version: \`rivulet --version\`.

Options of a command may stand in rivulet.config.json, or .ts, .js (\`rivulet init\` writes one); the
command line wins over it. Errors are told in a line, with --debug where they came from.

Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly, 130 interrupted.

Examples
  npx rivulet train sine
  npx rivulet init room.csv && npx rivulet train
  tail -f room.csv | npx rivulet stream runs/room`;

const data = `rivulet data FILE… [options]

Say what files hold as training would understand them: recordings, columns and their kinds, missing
values, how often classes come, times and their spacing; with a target, also inputs and parts.

  FILE…                    .csv, .tsv, .txt, .data, .dat; .ts of the UEA and UCR archives, and their
                           NAME_TRAIN.tsv; .arff; .npy, .npz; each may be packed (.gz); or a folder
${dataHelp}
  --json                   print everything as JSON
${configuredHelp}

${exitCodes}

Examples
  npx rivulet data FILE.csv
  npx rivulet data FILE.csv --target COLUMN --json`;

const init = `rivulet init [FILE…] [options]

Look at files as \`rivulet data\` does and write rivulet.config.json, with which a bare \`rivulet train\`
learns from them: the data, what to predict (the last column that can be learned; few whole numbers are
classes), and the settings that a training begins with.

  FILE…                    files, a folder, or a data set of the package, as of rivulet train (default
                           the data set sine)
${dataHelp}
  --ts                     rivulet.config.ts, whose settings an editor completes and checks
  --force                  write over the file that is there
${commonHelp}

Exit code: 0 done, 1 failed (also when there is a config file already), 2 called wrongly.

Examples
  npx rivulet init FILE.csv
  npx rivulet init FILE.csv --target COLUMN --ts`;

const conform = `rivulet conform PATH… [options]

Compare this library with reference files (safetensors with parameters, inputs, outputs and gradients,
a state dict of ncps beside its .io file, or wirings*.json): the largest error of each array, relative
to the largest entry of the reference, on each backend and precision. Folders are searched for them.

  --json                   print everything as JSON
${configuredHelp}

Exit code: 0 all agree, 1 some array is beyond tolerance or some file is damaged, 2 there was nothing to
compare.

Example, in a clone of the repository
  npx rivulet conform test/golden`;

const compile = `rivulet compile MODEL [options]

Write a trained network as one WebAssembly module, its parameters inside. \`load\` of rivulet/inference
runs it in a page, a worker or Node, at once and without the rest of the library. It does not learn.

  MODEL                    a model.safetensors that training wrote, or the folder of the training
  --out FILE               where it goes (default beside the model, as .wasm)
  --precision NAME         float32 (default), float64
${configuredHelp}

${exitCodes}

Example
  npx rivulet compile runs/sine/model.safetensors`;

const expressivity = `rivulet expressivity [options]

Repeat the published trajectory-length experiments (Hasani et al. 2021: Figures 1 to 3 and S1, Table 2):
draw the networks anew, measure how long the paths of their states are, set ours beside what is printed.

  --panel NAME,…           ${panels.map(({ name }) => name).join(', ')},
                           or all (default ${quickPanels.join()})
  --samples N              draws of each panel (default 100)
  --as NAME                a reading of the paper, whose code, text and figures differ (default code):
${Object.entries(readings)
  .map(([name, { title }]) => entry(`  ${name}`, title))
  .join('\n')}
  --seed N                 of the draws (default 1)
  --jobs N                 draws at once (default as many as there are cores); changes no result
  --out DIR                where the figures and results.json go (default runs/expressivity)
  --json                   print results.json instead of tables
${configuredHelp}

Ctrl-C ends the command, and nothing is written.
Exit code: 0 done, 1 failed, 2 called wrongly, 130 interrupted.

Examples
  npx rivulet expressivity
  npx rivulet expressivity --panel 3B
  npx rivulet expressivity --panel D,T2 --as one-A`;

const inspect = `rivulet inspect MODEL [options]

Say what a trained network is: its equation, wiring and parameters, the bounds that its states and time
constants never leave, and which solvers are stable; along data, how fast each neuron forgets.

  MODEL                    a model.safetensors that training wrote, or the folder of the training
  --data NAME              the beginning of a test recording of a data set, or of a file, in the units
                           that the network was trained in: time constants and memory along it
  --target COLUMN          files: what was predicted (default what the network says)
  --time COLUMN,…          files: the column of times (default what the network says, or found)
  --inputs LO,HI           what each input may be, as the network sees it (default any number)
  --kernels                the kernels too: lines in loops, and WebAssembly text
  --json                   print everything as JSON
  --out FILE               write it there: .html is one page with figures, .json and .txt as printed
${configuredHelp}

${exitCodes}

Example
  npx rivulet inspect runs/sine/model.safetensors --data sine --out inspection.html`;

const compare = `rivulet compare DIR… [options]

List trainings: the settings in which they differ (those of the data where trainings on the same data
do), epochs, the best epoch's result on the validation part, the result on the test part. A training
that is under way, or was killed, is listed as far as it came.

  DIR                      what \`rivulet train\` wrote to, or a folder of such folders
  --out FILE.html          write a page with the curves of validation in one figure, and the table
  --json                   print everything as JSON, the curves too
${configuredHelp}

${exitCodes}

Examples
  npx rivulet compare runs
  npx rivulet compare runs/slow runs/fast --out comparison.html`;

const evaluation = `rivulet eval MODEL [DATA] [options]

Judge a trained network on the test part of the data that it was trained on, or of DATA, beside the
baselines.

  MODEL                    a model.safetensors that training wrote, or the folder of the training
  DATA                     the name of a data set, or a file or folder with the same columns (default
                           what the network was trained on)
  --target, --time, --split, --labels, --test, --repeated, --header, --date-order, --recording, --long,
  --na                     files: as of rivulet train (default as in training; labels and files to test
                           that belong to the training files are not those of others)
  --json                   print everything as JSON, with all metrics
${configuredHelp}

${exitCodes}

Example
  npx rivulet eval runs/sine/model.safetensors`;

const predict = `rivulet predict MODEL FILE… [options]

What a trained network says of each row of files: the targets in their own units, or a class and the
probability of each. The rows of a file are one sequence, in order of time; of several files, a folder
or an archive, each recording is one, and its name stands first. Columns are found by the names that
the network was trained with, others are not read. A network that forecasts says at each row what the
row as many rows ahead will hold as in training; one that answers once for a recording answers once.

  MODEL                    a model.safetensors that training wrote, or the folder of the training
  FILE…                    as of rivulet train: CSV, .ts, .arff, .npy, .npz, packed or not; or a folder
  --recording COLUMN       the column that says which recording a row is of (default as in training)
  --long NAME,…,VALUE      the columns of quantity and value of files with a row for each value (default
                           as in training, where they have such columns)
  --time COLUMN,…          the column of times, or those that make one (default what the network says)
  --json                   a line of JSON a row instead of CSV
  --out FILE               write it there
${configuredHelp}

${exitCodes}

Example
  npx rivulet predict runs/room/model.safetensors fresh.csv --out predicted.csv`;

const stream = `rivulet stream MODEL [options]

What a trained network says of each line of standard input, as soon as it comes.

A line is CSV (by the names of a header, or without one the network's inputs in their order, after the
time or without), a list of JSON in that order, or an object of JSON by name. Times are seconds,
milliseconds since 1970, or ISO 8601. {"TIME": 12.5}, with the name of the time and nothing else, asks
for a prediction then; it changes nothing. A bad line is told on standard error and left out.

  MODEL                    a model.safetensors that training wrote, or the folder of the training
  --state FILE             go on from the state in this file, if there is one, and keep it there: saved
                           at the end, on Ctrl-C and SIGTERM, and now and then
  --save-every SECONDS     how often, while lines come (default 10; 0 after every batch of lines)
  --time NAME,…            of the time (default what the network says, or else time)
  --json                   a line of JSON for each instead of CSV
${configuredHelp}

Exit code: 0 done, also by Ctrl-C; 1 failed, or not one line was good; 2 called wrongly.

Example
  tail -f room.csv | npx rivulet stream runs/room/model.safetensors --state room.json`;

const texts: Readonly<Record<Topic, string>> = {
  train: trainHelp,
  data,
  init,
  conform,
  compile,
  expressivity,
  inspect,
  eval: evaluation,
  predict,
  stream,
  compare,
};

/** The help text of a command, or of the program. */
export function help(topic: Topic | undefined): string {
  return topic === undefined ? general : texts[topic];
}
