import { cells } from '../cells/index.ts';
import { gradients } from '../gradients/index.ts';
import { optimizers } from '../optimizers/index.ts';
import { solvers } from '../solvers/index.ts';
import { schedules } from '../training/schedules.ts';
import { cellOptions, gradientOptions, optimizerOptions, solverOptions, wiringOptions } from './choices.ts';
import { fittingLosses, fittingMetrics } from './fitting.ts';
import { commonHelp, configHelp, dataHelp, known, listed, optionsOf } from './help-parts.ts';
import { enoughSteps, fewestEpochs, mostEpochs, ordinary } from './recipes.ts';

/** What `rivulet train --help` prints. */
export const trainHelp = `rivulet train DATA [options]
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
${commonHelp}

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
