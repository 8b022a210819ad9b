import { cells } from '../cells/index.ts';
import { datasets } from '../datasets/index.ts';
import { panels } from '../expressivity/panels.ts';
import { readings } from '../expressivity/readings.ts';
import { gradients } from '../gradients/index.ts';
import { optimizers } from '../optimizers/index.ts';
import { solvers } from '../solvers/index.ts';
import { schedules } from '../training/schedules.ts';
import { type Kind, optionForms } from './choice.ts';
import { cellOptions, gradientOptions, optimizerOptions, solverOptions, wiringOptions } from './choices.ts';
import type { Topic } from './commands.ts';
import { fittingLosses, fittingMetrics } from './fitting.ts';
import { quickPanels } from './quick-panels.ts';
import { enoughSteps, fewestEpochs, mostEpochs, ordinary } from './recipes.ts';

/** The names of a table, in lines that stand one below the other beside the options. */
const listed = (table: object) => {
  const lines = Object.keys(table)
    .join(', ')
    .match(/.{1,75}(?:, |$)/g)!;
  return lines.map((line) => line.trimEnd()).join(`\n${' '.repeat(27)}`);
};
/** A name and what is said of it, a line or more. */
const entry = (name: string, said: string) => {
  const lines = said.match(/.{1,75}(?: |$)/g)!;
  return `  ${name.padEnd(25)}${lines.map((line) => line.trimEnd()).join(`\n${' '.repeat(27)}`)}`;
};
/** What members of some tables take as options, a member a line or more. */
const optionsOf = (...tables: readonly Readonly<Record<string, Readonly<Record<string, Kind>>>>[]) =>
  tables
    .flatMap((table) => Object.entries(table))
    .filter(([, kinds]) => Object.keys(kinds).length > 0)
    .map(([name, kinds]) => entry(name, optionForms(kinds).join(' ')))
    .join('\n');
const known = Object.values(datasets).map(({ name, title }) => `${name.padEnd(12)}${title}`);

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

const configHelp = `  --config FILE            options from there, not from rivulet.config.json (or .ts, .mts, .js, .mjs) in
                           the working directory; --no-config from none; --no-FLAG takes back a flag`;

const dataHelp = `  --target COLUMN,…        what to predict (default the label of recordings, where they have one);
                           several columns of numbers, or all of them
  --task NAME              forecast (a number some rows ahead; default for numbers), regress (a number
                           at each row, from the other columns), classify (at each row; as --classify),
                           sequence (one answer for each recording; default where they have labels)
  --classify               the target's numbers are classes (text always is)
  --horizon N              rows that a forecast looks ahead (default 1)
  --time COLUMN,…          the column of times; several make one: date and clock, or year, month, day, …
                           (default the only column of timestamps, else columns of these names)
  --date-order NAME        of dates such as 1/2/2024: dmy or mdy (default what the column leaves no
                           choice about)
  --recording COLUMN       the column that says which recording a row is of (default each file is one)
  --long NAME,…,VALUE      of a file with a row for each value (long format): the columns that say what
                           was measured, and that of its value; there will be a column for each quantity
  --repeated NAME          of rows at one time, keep the first or the last (default an error)
  --header yes|no          whether the first line of CSV holds names (default when it holds no number)
  --na VALUE,…             what means that there is no value, beside ?, NA, N/A, NaN, null and nothing:
                           -200, 9999, - (not in the columns of --time, --recording and names of --long)
  --ignore COLUMN,…        columns to leave out
  --labels FILE            of a folder: a row for each recording, its name or number, then what it is
  --test FILE,…            files that are the test part (default 15 % of the data)
  --split NAME             time (the end of each recording validates and tests) or recording (whole
                           ones do; default where each has one answer, or there are 10 or more)
  --window N               rows of the windows that recordings are cut in to train on, and that are read
                           before a row is judged (default 32)
  --calendar NAME,…        day, week, year: inputs made of the times, a sine and a cosine each; or none
                           (default for numbers at each row: those that the training part holds twice)`;

const train = `rivulet train DATA [options]
rivulet train --resume DIR
rivulet train                    all of it said by a config file, as \`rivulet init\` writes it

Train a network, watch it learn, measure it once on the test part, write the model and a report.

  DATA                     ${known.join('\n                           ')}
                           FILE…       your own: CSV with a row a sample, in order of time; .ts of the
                           UEA and UCR archives; ARFF; .npy, .npz; each may be packed (.gz)
                           FOLDER      of such files, a recording each; a file with other columns says
                           what each of them is

Data; for files
${dataHelp}
  --missing NAME           what stands for an empty input: hold (its last value, and the time since
                           beside it; default), mean (of the training part), zero

Network; defaults are those for files, a data set may have others, which its report lists
  --cell NAME              ${listed(cells)} (default ${ordinary.cell})
  --mixed-memory           an LSTM memory in front of the cell
  --wiring NAME            ${listed(wiringOptions)} (default ${ordinary.wiring})
  --units N,…              neurons of each layer (default ${ordinary.units.join()})
  --bidirectional          each layer reads its sequences from both ends
  --dropout X              share of a layer's outputs that the next one does not see in training
                           (default ${ordinary.dropout})
  --solver NAME            ${listed(solvers)}
                           (default ${ordinary.solver})
  --unfolds N              sub-steps of the solver per sample (default ${ordinary.unfolds}; 1 for dopri5 and tsit5)
  --interpolation NAME     the input between samples: hold (default), or linear from one to the next

Training; defaults as above
  --epochs N               passes over the training part (default as many as make
                           ${enoughSteps} steps of the optimizer, ${fewestEpochs} to ${mostEpochs})
  --batch N                sequences per step of the optimizer (default ${ordinary.batch})
  --learning-rate X        size of the optimizer's steps (default ${ordinary.learningRate})
  --schedule NAME          of the learning rate: ${listed(schedules)} (default ${ordinary.schedule})
  --optimizer NAME         ${listed(optimizers)} (default ${ordinary.optimizer})
  --clip X                 largest norm of the gradient (default no limit)
  --gradient NAME          how to go back through time: ${listed(gradients)}
                           (default ${ordinary.gradient})
  --loss NAME              what becomes small: ${listed(fittingLosses('numbers'))} (default mse);
                           of classes: ${listed(fittingLosses('classes'))}
  --metric NAME            what chooses the best epoch, on the validation part: ${listed(fittingMetrics('numbers'))} (default mse);
                           of classes: ${listed(fittingMetrics('classes'))} (default accuracy)
  --patience N             stop after N epochs without a better one (default never)

Running
  --seed N,…               of weights, order of sequences and dropout (default 1); several: the same
                           training with each, and a table of all results with median, range, mean
                           and standard deviation
  --seeds N                so many seeds, 1 to N, or from --seed on
  --jobs N                 of several seeds, how many to train at once (default as many as there are
                           cores); changes no result
  --threads N              that work on a minibatch (default 1); changes no result
  --precision NAME         float32 (default), float64
  --backend NAME           wasm (default), javascript (in float64)
  --out DIR                where the model, the report and all else of a run go (default runs/NAME);
                           of several seeds, each in a folder of its own there: DIR/seed-N
  --resume                 go on with the training there where it was interrupted or killed, to the bit;
                           with DIR in the place of DATA, all settings are those it was begun with
  --tensorboard            write an event file of TensorBoard there too
  --svg                    write each figure of the report there too, as figures/NAME.svg
  --plain                  one line an epoch instead of live curves
  --json                   print a line of JSON for each epoch and each result, and nothing else
${configHelp}
  --debug                  show where an error came from
  --help, -h               print this

Cells, wirings, solvers, optimizers, gradients and losses take options behind a colon,
NAME:OPTION=VALUE,OPTION=VALUE (those in brackets may be left out):
${optionsOf(cellOptions, wiringOptions, solverOptions, optimizerOptions, gradientOptions)}
${optionsOf(fittingLosses('numbers'), fittingLosses('classes'))}

Examples
  npx rivulet train sine --cell ltc --epochs 20
  npx rivulet train sine --cell lstm --units 32,16 --dropout 0.1
  npx rivulet train sine --cell cfc:mode=pure,backbone-units=64
  npx rivulet train sine --cell wired-cfc --wiring auto-ncp:sparsity=0.6 --units 28
  npx rivulet train sine --loss huber:delta=0.5 --optimizer sgd:momentum=0.9
  npx rivulet train FILE.csv --target COLUMN --classify --units 16
  npx rivulet train FILE.csv --target COLUMN --horizon 24 --window 64
  npx rivulet train NAME_TRAIN.ts --test NAME_TEST.ts
  npx rivulet train sine --seeds 5 --jobs 2
  npx rivulet train --resume runs/sine

Ctrl-C ends training, keeps the weights of each seed's best epoch so far and says how to resume.
A second one, or whatever else ends it, leaves the checkpoint of the last epoch.
Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly, 130 interrupted.`;

const data = `rivulet data FILE… [options]

Say what files hold as training would understand them: recordings, columns and their kinds, missing
values, how often classes come, times and their spacing; with a target, also inputs and parts.

  FILE…                    .csv, .tsv, .txt, .data, .dat; .ts of the UEA and UCR archives, and their
                           NAME_TRAIN.tsv; .arff; .npy, .npz; each may be packed (.gz); or a folder
${dataHelp}
  --json                   print everything as JSON
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly.

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
  --debug                  show where an error came from
  --help, -h               print this

Exit code: 0 done, 1 failed (also when there is a config file already), 2 called wrongly.

Examples
  npx rivulet init FILE.csv
  npx rivulet init FILE.csv --target COLUMN --ts`;

const conform = `rivulet conform PATH… [options]

Compare this library with reference files (safetensors with parameters, inputs, outputs and gradients,
a state dict of ncps beside its .io file, or wirings*.json): the largest error of each array, relative
to the largest entry of the reference, on each backend and precision. Folders are searched for them.

  --json                   print everything as JSON
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

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
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly.

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
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

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
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly.

Example
  npx rivulet inspect runs/sine/model.safetensors --data sine --out inspection.html`;

const compare = `rivulet compare DIR… [options]

List trainings: the settings in which they differ (those of the data where trainings on the same data
do), epochs, the best epoch's result on the validation part, the result on the test part. A training
that is under way, or was killed, is listed as far as it came.

  DIR                      what \`rivulet train\` wrote to, or a folder of such folders
  --out FILE.html          write a page with the curves of validation in one figure, and the table
  --json                   print everything as JSON, the curves too
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly.

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
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly.

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
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly.

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
  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
  --debug                  show where an error came from
  --help, -h               print this

Exit code: 0 done, also by Ctrl-C; 1 failed, or not one line was good; 2 called wrongly.

Example
  tail -f room.csv | npx rivulet stream runs/room/model.safetensors --state room.json`;

const texts: Readonly<Record<Topic, string>> = {
  train,
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
