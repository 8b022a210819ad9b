import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

/** What a page downloads for an import, in kilobytes (1,000 bytes) after minifying and brotli. */
const budgets = [
  ['load', 'inference', 15],
  ['model, train', 'index', 40],
  ['model, ltc, train', 'index', 45],
  ['loadModel, program', 'index', 50],
] as const;

async function brotliKilobytes(names: string, file: string): Promise<number> {
  const entry = 'virtual:entry';
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    plugins: [
      {
        name: entry,
        resolveId: (id) => (id === entry ? id : null),
        load: (id) =>
          id === entry ? `export { ${names} } from ${JSON.stringify(`${process.cwd()}/src/${file}.ts`)}` : null,
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  const code = output.flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
  return code.reduce((sum, text) => sum + brotliCompressSync(text).length, 0) / 1000;
}

test.for(budgets)('a bundle of %s from %s stays within its budget of %i kB', async ([names, file, kilobytes]) => {
  const measured = await brotliKilobytes(names, file);
  console.log(`import { ${names} } from ${file}: ${measured.toFixed(1)} kB of ${kilobytes} kB`);
  expect(measured).toBeLessThanOrEqual(kilobytes);
});
