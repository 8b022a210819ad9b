// A saved network on this page's own thread: loaded from bytes, and given one row at a time.
import { loadModel, predictor, program } from '../../dist/index.js';

/** What takes the rows of `test` one by one and says what comes next. Throws when the network is for other columns. */
export function replay(bytes, test) {
  const { model, notes } = loadModel(bytes);
  const { sensors, push } = predictor(program(model).stream(), notes);
  const wanted = [...sensors.names, ...JSON.parse(notes.outputNames ?? '[]')].join(', ');
  const given = [...test.names, test.target].join(', ');
  if (wanted !== given) throw new Error(`this network is for ${wanted}, but the columns chosen here are ${given}`);
  const width = test.names.length;
  const place = test.names.indexOf(test.target);
  let at = 0;
  return function next() {
    const row = [...test.x.subarray(at * width, (at + 1) * width)];
    const { predicted } = push(row, test.times?.[at++]);
    return { told: predicted[test.target], present: row[place] };
  };
}
