import { visit } from '../expression/node.ts';
import { show } from '../expression/show.ts';
import type { Compiled } from './compile.ts';
import type { Kernel, Nest } from './kernel.ts';

/** Check that compiled kernels are legal: every index is bound by a loop, every array has a place that fits its use. Throws at the first fault. */
export function verify(compiled: Compiled): void {
  for (const kernel of Object.values(compiled.kernels)) {
    for (const [number, nest] of kernel.nests.entries())
      verifyNest(compiled, kernel, nest, `kernel ${kernel.name}, nest ${number}`);
  }
}

function verifyNest({ places, relations, sizes, regions }: Compiled, kernel: Kernel, nest: Nest, where: string): void {
  const fail = (what: string): never => {
    throw new Error(`${where}: ${what}`);
  };
  const access = (name: string, at: readonly { axis: string }[]) => {
    const place = places.get(name) ?? fail(`array ${name} has no place`);
    if (place.axes.length !== at.length)
      fail(`${name} has ${place.axes.length} axes, but is read at ${at.length} indices`);
    if (place.offset + place.size > regions[place.region]) fail(`${name} ends beyond its region ${place.region}`);
    if (kernel.scalar && place.region !== 'static')
      fail(`${name} is not static, but the kernel runs once for all sequences`);
    at.forEach((i, k) => {
      if (!nest.loops.includes(i as never)) fail(`${name} is read at an index of axis ${i.axis} that no loop binds`);
      const own = sizes[place.axes[k]!]!;
      if (sizes[i.axis]! > own)
        fail(`${name} has ${own} entries along ${place.axes[k]}, but its index runs to ${sizes[i.axis]}`);
    });
    if (!place.edge) return;
    if (nest.edge?.relation !== place.edge.relation)
      fail(`${name} has an entry per synapse of ${place.edge.relation}, but the nest does not run over them`);
    if (at[place.edge.source] !== nest.edge!.source) fail(`${name} is read against the direction of its synapses`);
  };
  if (nest.edge) {
    const inner = nest.loops.slice(-2);
    if (inner[0] !== nest.edge.target || inner[1] !== nest.edge.source)
      fail('the innermost loops of synapses run over targets, then sources');
    if (!relations[nest.edge.relation]) fail(`there is no relation ${nest.edge.relation}`);
  }
  for (const sink of nest.sinks) {
    access(sink.array, sink.at);
    if (!sink.reduction && nest.loops.some((i) => !sink.at.includes(i)))
      fail(`${sink.array} is written at fewer indices than the loops have, without a reduction`);
    visit([sink.value], (node) => {
      if (node.over) fail(`the reduction ${show(node)} was not made a line`);
      if (node.op === 'ref') access(node.name!, node.at!);
    });
  }
}
