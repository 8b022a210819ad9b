import { density, networkNotes, phrase } from '../report/describe-network.ts';
import { count } from '../report/quantity.ts';
import { partSizes } from './part-sizes.ts';
import type { Plan } from './plan.ts';
import type { Recipe } from './recipes.ts';
import { understoodText } from './understood.ts';

const filling = {
  hold: 'each holds its last value, beside the time since it was seen',
  mean: 'the mean of the training part stands for each',
  zero: '0 stands for each',
} as const satisfies Record<NonNullable<Recipe['missing']>, string>;

/** What is about to be trained, and on what. */
export function introduce({ data, net, recipe: { cell, solver, unfolds, missing } }: Plan): string {
  const { inputs, outputs } = data.split;
  const answers = data.classes ? several(outputs, 'class', 'classes') : several(outputs, 'output');
  return [
    ...(data.understood === undefined ? [] : [`${understoodText(data.understood)}\n`]),
    `${data.name}: ${data.title}`,
    ...data.notes,
    ...(data.missing > 0
      ? [`missing inputs: ${count(data.missing)}; ${missing ? filling[missing] : `${cell} takes them as they are`}`]
      : []),
    `${partSizes(data.split, data.task)}; ${several(inputs, 'input')}, ${answers}`,
    [
      phrase(net),
      ...density(net),
      ...(solver === undefined ? [] : [unfolds === 1 ? solver : `${solver} × ${unfolds}`]),
      `${count(net.parameters.length)} parameters`,
    ].join(', '),
    ...networkNotes(net),
  ].join('\n');
}

function several(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
