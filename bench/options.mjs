import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {boolean} json One JSON document instead of Markdown tables.
 * @property {boolean} quick Two shapes and few rounds.
 * @property {RegExp} only What is measured: names that match.
 * @property {readonly string[] | undefined} peers Names of the peers to race; undefined: all that are found.
 * @property {number} threads Threads of whoever can use more than one; 1 leaves them out.
 * @property {string | undefined} against A git revision to race this checkout against.
 * @property {boolean} counts Count instructions instead of measuring time.
 */

export const usage = `npm run bench -- [options]

  --quick          two shapes and few rounds
  --only PATTERN   measure what matches, such as "training LTC A32", "streaming", "cold", "memory", "scaling units"
  --peers LIST     names with commas between, or none; default all that are found (bench/peers/)
  --threads N      threads of whoever can use more than one, default 2; 1 leaves them out
  --against REV    build another revision and race this one against it, without peers
  --counts         count WebAssembly instructions instead of measuring time
  --json           one JSON document instead of Markdown`;

/** @returns {Options} What the command line asks for. Throws when an option is unknown or not of its kind. */
export function readOptions(/** @type {string[]} */ argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      counts: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      peers: { type: 'string' },
      threads: { type: 'string', default: '2' },
      against: { type: 'string' },
    },
  });
  const threads = Number(values.threads);
  if (!(Number.isInteger(threads) && threads >= 1))
    throw new Error(`--threads is ${values.threads}, but must be a whole number from 1`);
  if (values.counts && values.against !== undefined)
    throw new Error('--counts and --against were both given; counts are compared by running --counts in each checkout');
  return {
    ...values,
    against: values.against,
    threads,
    only: new RegExp(values.only, 'i'),
    peers: values.peers === undefined ? undefined : values.peers.split(',').filter((name) => name !== 'none'),
  };
}
