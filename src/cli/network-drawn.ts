import { networkBounds } from '../analysis/network-bounds.ts';
import type { Network } from '../network.ts';
import { layersOf, wiringOf } from '../report/describe-network.ts';
import { count } from '../report/quantity.ts';
import type { ReportData } from '../report/report-data.ts';

/** Synapses up to which bounds are certified for a report: about two seconds of work. */
const MOST_SYNAPSES = 40_000;

/** The wiring of every model of a network, and what is certain of it, whatever its inputs. */
export function networkDrawn(net: Network): Pick<ReportData, 'wirings' | 'bounds'> {
  const layers = layersOf(net);
  const wirings = layers.map(({ model }) => wiringOf(model));
  const synapses = wirings.reduce((sum, { counts }) => sum + counts.reduce((all, each) => all + each.synapses, 0), 0);
  if (synapses > MOST_SYNAPSES) {
    const why = `A network of ${count(synapses)} synapses takes a while; \`npx rivulet inspect\` on its file says what is certain of it.`;
    return { wirings, bounds: [{ name: '', bounds: { why } }] };
  }
  const certain = networkBounds(net);
  return { wirings, bounds: layers.map(({ name }, k) => ({ name, bounds: certain[k]! })) };
}
