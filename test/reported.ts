import { confusion } from '../src/analysis/confusion.ts';
import { errorMeasures } from '../src/analysis/error-measures.ts';
import { networkBounds } from '../src/analysis/network-bounds.ts';
import { lstm } from '../src/cells/lstm.ts';
import { synaptic } from '../src/cells/synaptic.ts';
import { mathml } from '../src/equation/mathml.ts';
import { model } from '../src/model.ts';
import { random } from '../src/random.ts';
import type { ReportData } from '../src/report/report-data.ts';
import { autoNcp } from '../src/wirings/ncp.ts';
import { synapseCounts } from '../src/wirings/synapse-counts.ts';

const steps = 60;
const times = Float64Array.from({ length: steps }, (_, t) => t / 2);
const wave = (shift: number) => times.map((t) => Math.sin(t / 2 + shift));

/** A report of made-up numbers about a network with `outputs` outputs or `classes` classes, which flows or, as an LSTM, jumps. */
export function reported({
  outputs = 1,
  classes = 0,
  answers = 400,
  flows = true,
}: {
  readonly outputs?: number;
  readonly classes?: number;
  readonly answers?: number;
  readonly flows?: boolean;
}): ReportData {
  const source = random(3);
  const net = flows
    ? model({ cell: synaptic(), inputs: 2, wiring: autoNcp({ units: 12, outputs: 2 }), seed: 1 })
    : model({ cell: lstm(), inputs: 2, units: 6, seed: 1 });
  const { cell, connections } = net;
  const names = Array.from({ length: outputs }, (_, k) => `output ${k}`);
  const numbers = names.map((name, output) => {
    const truth = Float64Array.from({ length: answers }, () => source.normal());
    return { name, output, truth, predicted: truth.map((value) => 0.9 * value + 0.2 * source.normal()) };
  });
  const told = Float64Array.from({ length: classes * answers }, () => source.normal());
  const wanted = Float64Array.from({ length: classes > 0 ? answers : 0 }, () => source.integer(classes));
  wanted.forEach((k, row) => {
    told[row * classes + k]! += 2;
  });
  return {
    title: 'Forecasting "load" of a-file-with-quite-a-long-name-of-its-own.csv.gz one row ahead',
    summary: 'A network of 12 synaptic units and 543 parameters. Its test mean squared error is 0.1234.',
    settings: [
      ['cell', 'synaptic'],
      ['optimizer', 'adamw:weight-decay=0.05,beta1=0.9'],
    ],
    command: 'npx rivulet train a-file-with-quite-a-long-name-of-its-own.csv.gz --target load --epochs 9 --seed 1',
    maker: 'Made by rivulet',
    curves: {
      lossName: 'mean squared error',
      points: Array.from({ length: 9 }, (_, i) => ({ epoch: i + 1, train: 5 / (i + 1), valid: 6 / (i + 1) })),
      bestEpoch: 9,
    },
    results: {
      metric: 'mean squared error',
      lowerIsBetter: true,
      rows: [
        { name: 'this model', value: 0.1234, ours: true, note: 'weights of epoch 9', interval: { lo: 0.11, hi: 0.14 } },
        {
          name: 'persistence',
          value: 0.4367,
          note: 'computed: the value to come is the present one',
          interval: { lo: 0.41, hi: 0.46 },
          difference: { value: -0.3133, lo: -0.34, hi: -0.29 },
        },
        { name: 'LTC, paper', value: 2.308, spread: 0.015, note: 'printed in the paper' },
      ],
      said: ['This model is better.', '95 % intervals: of 2,000 draws of 81 test windows, 5 neighbours at a time.'],
    },
    data: {
      notes: ['a-file-with-quite-a-long-name-of-its-own.csv.gz: 17,420 rows', 'dt = 1 is 3,600 s'],
      tables: [
        {
          header: ['column', 'holds', 'missing', 'values'],
          rows: [['a_column_with_a_long_name', 'number', '12', '−22.71 to 23.64, mean 7.375']],
          texts: [1, 3],
        },
      ],
    },
    answers:
      classes > 0
        ? {
            kind: 'classes',
            names: Array.from({ length: classes }, (_, k) => `class number ${k}`),
            ...confusion(
              told,
              { batch: answers, steps: 1, x: [], target: wanted },
              { outputs: classes, when: 'every' },
            ),
          }
        : {
            kind: 'numbers',
            measures: numbers.map(({ name, truth, predicted }) => ({ name, ...errorMeasures(truth, predicted) })),
            shown: numbers.slice(0, 6),
          },
    trajectories: {
      title: 'One step ahead, over the beginning of a recording of the test part.',
      times,
      timeLabel: 'seconds',
      outputs: names.slice(0, 6).map((name) => ({ name, truth: wave(0), predicted: wave(0.3) })),
    },
    outputErrors: { metric: 'mean squared error', rows: names.map((name, k) => ({ name, value: k + 1 })) },
    ...(flows
      ? {
          timeConstants: {
            kind: 'liquid',
            tau: Float64Array.from({ length: steps * 12 }, (_, i) => 0.1 + (i % 7)),
            steps,
            units: 12,
            times,
            timeLabel: 'seconds',
            unit: 'seconds',
          },
          timeConstantCourse: {
            unit: 's',
            points: [
              { epoch: 1, value: 0.5 },
              { epoch: 2, value: 0.7 },
            ],
          },
        }
      : { memory: { note: 'It jumps.', states: [{ state: 'c', units: 6, least: 0, median: 0.5, most: 1.5 }] } }),
    network: {
      layers: [{ name: '', inputs: 2, neurons: 12, motor: 2, synapses: 60, dense: 168, parameters: 543 }],
      notes: [],
    },
    wirings: [{ ...connections, isSigned: flows, counts: synapseCounts(connections) }],
    bounds: networkBounds(net).map((bounds) => ({ name: '', bounds })),
    clock: { unit: 'seconds', length: 1 },
    equation: { mathml: mathml(cell.equation), source: cell.equation.source, paper: cell.paper },
  };
}
