import { expect, test } from 'vitest';
import { gru } from './cells/gru.ts';
import { ltc } from './cells/ltc.ts';
import { model } from './model.ts';
import { models, project, withParameters } from './network.ts';
import { bidirectional, stack } from './stack.ts';

const layer = (inputs: number, units: number, more = {}) => model({ cell: ltc(), inputs, units, ...more });
const last = { outputs: 2, when: 'last' } as const;

test('a stack has the inputs of its first layer, the outputs of its last, and the parameters of all', () => {
  const [a, b] = [layer(3, 4), layer(4, 2, { readout: last, seed: 1 })];
  const both = bidirectional({ forward: a, backward: layer(3, 5) });
  const net = stack({ layers: [both, layer(9, 4), b] });
  expect(net).toMatchObject({ inputs: 3, outputs: 2, readout: last, timeUnit: 1 });
  expect(both).toMatchObject({ inputs: 3, outputs: 9 });
  expect(net.layout.map(({ name }) => name)).toEqual(
    [
      ...['0.forward.', '0.backward.', '1.', '2.'].flatMap((prefix) => a.layout.map(({ name }) => prefix + name)),
    ].concat(['2.readout_W', '2.readout_b']),
  );
  for (const { name, offset, size } of net.layout.slice(-b.layout.length)) {
    const own = b.layout.find((slot) => `2.${slot.name}` === name)!;
    expect(net.parameters.slice(offset, offset + size), name).toEqual(
      b.parameters.slice(own.offset, own.offset + own.size),
    );
  }
});

test('a stack with other parameters has them in its layers too', () => {
  const net = stack({ cell: gru(), inputs: 1, units: [2, 3], bidirectional: true });
  const other = withParameters(
    net,
    net.parameters.map((_, k) => k),
  );
  const found = models(other).flatMap(({ model: each }) => [...each.parameters]);
  expect(found).toEqual([...net.parameters.keys()]);
  expect(models(other).map(({ prefix }) => prefix)).toEqual(['0.forward.', '0.backward.', '1.forward.', '1.backward.']);
  expect(models(other).map(({ model: each, offset }) => each.parameters[0] === offset)).not.toContain(false);
  expect(() => withParameters(net, [1])).toThrow(
    `withParameters: 1 parameters given, but the model has ${net.parameters.length}`,
  );
});

test('equal layers have the sizes they are told, other parameters each, and the readout on the last', () => {
  const options = { cell: gru(), inputs: 3, units: [5, 4], readout: last, seed: 7 };
  const [first, second] = stack(options).parts;
  expect([first!.inputs, first!.outputs, second!.inputs, second!.outputs]).toEqual([3, 5, 5, 2]);
  const both = stack({ ...options, bidirectional: true });
  expect(both.parts.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
    [3, 10],
    [10, 2],
  ]);
  const recurrent = both.layout.filter(({ name }) => name.endsWith('R_n'));
  const draws = recurrent.map(({ offset }) => both.parameters[offset]);
  expect(new Set(draws).size).toBe(4);
  expect(stack({ ...options, bidirectional: true })).toEqual(both);
  expect(stack({ ...options, bidirectional: true, seed: 8 }).parameters).not.toEqual(both.parameters);
});

test('only the first of equal layers takes in missing inputs', () => {
  const net = stack({ cell: ltc(), inputs: 2, units: [3, 3], missing: 'hold' });
  expect(models(net).map(({ model: each }) => each.missing)).toEqual(['hold', undefined]);
});

test('constraints are kept in every layer', () => {
  const net = stack({ cell: ltc(), inputs: 1, units: [2, 2], constraints: 'clip' });
  const parameters = net.parameters.map(() => -3);
  project(net, parameters);
  for (const { name, offset, size } of net.layout)
    expect(new Set(parameters.subarray(offset, offset + size)), name).toEqual(
      new Set([name.endsWith('tau') ? 1e-6 : -3]),
    );
});

test('what does not fit together is refused by the number of its layer', () => {
  const refused: [() => unknown, string][] = [
    [() => stack({ layers: [layer(3, 16), layer(8, 2)] }), 'stack: layer 1 has 8 inputs, but layer 0 gives 16 outputs'],
    [
      () => stack({ layers: [layer(3, 4), layer(4, 4, { readout: last }), layer(2, 2)] }),
      'stack: layer 1 has a readout of the last step, but layer 2 wants outputs at every step; only the last layer may have one',
    ],
    [
      () => stack({ layers: [layer(3, 4), layer(4, 4, { timeUnit: 60 })] }),
      'stack: layer 1 has a timeUnit of 60, but layer 0 one of 1',
    ],
    [() => stack({ layers: [] }), 'stack: layers is empty, but there must be at least one'],
    [
      () => stack({ layers: [layer(1, 1)], dropout: 0.5 }),
      'stack: dropout is 0.5, but lies between layers, and there is only one',
    ],
    [
      () => stack({ layers: [layer(1, 1), layer(1, 1)], dropout: 1 }),
      'stack: dropout is 1, but must be from 0 to below 1',
    ],
    [
      () => stack({ layers: [layer(1, 1)], units: [3] } as never),
      'stack: there is no option "units"; the options are layers, dropout',
    ],
    [
      () => stack({ cell: gru(), inputs: 1, units: 3 } as never),
      'stack: units is 3, but must be a list of numbers, one for each layer',
    ],
    [
      () => bidirectional({ forward: layer(3, 2), backward: layer(4, 2) }),
      'bidirectional: inputs is 3 in forward, but 4 in backward; they must be the same',
    ],
    [
      () => bidirectional({ forward: layer(3, 2), backward: layer(3, 4), merge: 'sum' }),
      'bidirectional: outputs is 2 in forward, but 4 in backward; they must be the same',
    ],
    [
      () => bidirectional({ forward: layer(3, 2), backward: layer(3, 2, { readout: last }) }),
      'bidirectional: forward puts out at "every" step, but backward at "last"; they must be the same',
    ],
    [
      () => bidirectional({ forward: layer(3, 2), backward: layer(3, 2), merge: 'mean' as never }),
      'bidirectional: merge is "mean", but must be "concatenate" or "sum"',
    ],
  ];
  for (const [make, message] of refused) expect(make).toThrow(new Error(message));
});
