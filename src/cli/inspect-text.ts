import { boundsHeader, boundsRows, boundsSaid, whySaid } from '../report/certified-bounds.ts';
import {
  type Inspection,
  type ModelInspection,
  meaningOf,
  memoryHeader,
  memoryRows,
  parameterHeader,
  parameterRows,
  stabilityHeader,
  stabilityRows,
  stabilitySaid,
  synapseRows,
  type TimeConstantSeries,
  timeConstantHeader,
  timeConstantRows,
} from '../report/inspection.ts';
import { table } from '../report/table.ts';
import { wrapped } from '../report/wrapped.ts';

const width = 100;

/** An inspection as text of at most 100 columns, kernels aside. */
export function inspectionText(of: Inspection): string {
  const { data } = of;
  return [
    [of.title, of.summary, ...of.notes, ...(data ? [`Along ${data.title}: ${data.notes.join('; ')}.`] : [])]
      .map((line) => wrapped(line, width, 2))
      .join('\n'),
    ...of.models.flatMap((model) => parts(model, of)),
  ].join('\n\n');
}

function parts(model: ModelInspection, { data, clock }: Inspection): string[] {
  const { name, equation, settings, wiring, parameters, bounds, stability, timeConstants, memory, kernels } = model;
  const titled = (what: string, ...text: readonly string[]) =>
    [name === '' ? what : `${what} of ${name}`, ...text.filter((each) => each !== '').map(indented)].join('\n');
  return [
    titled('Equation', said(equation.paper), wrapped(equation.source, width - 2, 4)),
    titled('Settings', said(settings.map(([key, value]) => `${key}: ${value}`).join(' · '))),
    titled('Wiring', numbers(['', 'synapses', 'if all existed', ''], synapseRows(wiring.counts))),
    titled(
      'Parameters',
      'As the equation sees them.',
      numbers(parameterHeader(parameters), parameterRows(parameters), 3),
    ),
    titled(
      'Certified bounds',
      ...('why' in bounds
        ? [said(whySaid(bounds))]
        : [...boundsSaid(bounds, clock).map(said), numbers(boundsHeader, boundsRows(bounds, clock))]),
    ),
    titled(
      'Stability',
      ...('why' in stability
        ? [said(whySaid(stability))]
        : [
            ...stabilitySaid(stability, bounds, data !== undefined).map(said),
            numbers(stabilityHeader, stabilityRows(stability)),
          ]),
    ),
    ...(timeConstants
      ? [
          titled(
            'Time constants',
            ...('why' in timeConstants
              ? [said(whySaid(timeConstants))]
              : timeConstants.flatMap((each) => [
                  timeConstants.length > 1 ? `Of ${each.state}:` : '',
                  ...('why' in each ? [said(whySaid(each))] : tau(each)),
                ])),
          ),
        ]
      : []),
    ...(memory
      ? [
          titled(
            'Memory',
            ...('why' in memory
              ? [said(whySaid(memory))]
              : [said(meaningOf(memory)), numbers(memoryHeader, memoryRows(memory))]),
          ),
        ]
      : []),
    ...(kernels
      ? [
          titled('Kernels, as lines in loops', wrapped(kernels.loops, width - 2, 8)),
          titled('Kernels, as WebAssembly', wrapped(kernels.wasm, width - 2, 8)),
        ]
      : []),
  ];
}

function tau(series: TimeConstantSeries): string[] {
  const told = {
    liquid: `τ in ${series.unit}, over the steps.`,
    constant: `Constant: they depend on neither input nor state. τ in ${series.unit}.`,
    infinite: 'Infinite: the flow has no part that is proportional to its own state, so no neuron forgets by itself.',
  }[series.kind];
  const lead = said([series.note, told].filter(Boolean).join(' '));
  return series.kind === 'infinite' ? [lead] : [lead, numbers(timeConstantHeader, timeConstantRows(series), 2)];
}

const said = (text: string) => wrapped(text, width - 2);
const indented = (text: string) => text.replace(/^(?=.)/gm, '  ');

/** A table of which all columns but the first so many stand to the right; nothing where it has no rows. */
const numbers = (header: readonly string[], rows: readonly (readonly string[])[], texts = 1) =>
  rows.length === 0
    ? ''
    : table(
        header.map((each, k) => ({ header: each, align: k < texts ? 'left' : 'right' })),
        rows,
      );
