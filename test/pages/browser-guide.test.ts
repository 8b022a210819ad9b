import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error: the example is plain JavaScript
import { serve } from '../../examples/serve.mjs';
import { chromiumOptions } from '../chromium.ts';

/** The files that docs/browser.md shows, by the name in their first line, as a site without a bundler would have them. */
const files = new Map(
  [...readFileSync('docs/browser.md', 'utf8').matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```/gm)].map(
    ([, name, text]) => [name!, text!.replaceAll(`'rivulet'`, `'/dist/index.js'`)],
  ),
);

let browser: Browser;
const servers: Server[] = [];
beforeAll(async () => {
  browser = await chromium.launch(chromiumOptions());
});
afterAll(async () => {
  await browser.close();
  for (const server of servers) server.close();
});

/** An empty page of a site that has these files, and answers with these headers. */
async function opened(headers: Readonly<Record<string, string>> = {}): Promise<Page> {
  const server: Server = await serve(0, headers);
  servers.push(server);
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const page = await browser.newPage();
  for (const [name, body] of files)
    await page.route(`${origin}/${name}`, (route) =>
      route.fulfill({ body, contentType: 'text/javascript', headers: { ...headers } }),
    );
  await page.route(`${origin}/`, (route) =>
    route.fulfill({ body: '', contentType: 'text/html', headers: { ...headers } }),
  );
  await page.goto(origin);
  return page;
}

/** What code in a page comes to; as text, because the test's own modules are not the page's. */
const inPage = (page: Page, code: string): Promise<unknown> =>
  page.evaluate(`(async () => {
    const { ltc, model, program } = await import('/dist/index.js');
    ${code}
  })()`);

test('the worker of the guide trains and its page streams what it trained', async () => {
  const page = await opened();
  await inPage(page, `await import('/page.js');`);
  await page.locator('body', { hasText: /epoch 30: 0\.\d{4}/ }).waitFor();
  await page.locator('body', { hasText: /after 0\.5 comes 0\.\d\d/ }).waitFor();
});

test('a network is kept in the database of the browser and downloaded as the guide shows', async () => {
  const page = await opened();
  const same = await inPage(
    page,
    `const { keep, kept } = await import('/keep.js');
    const net = model({ cell: ltc(), inputs: 1, units: 3, seed: 5 });
    await keep('tank', net);
    const back = await kept('tank');
    return [back.parameters.join() === net.parameters.join(), (await kept('another')) === undefined];`,
  );
  expect(same).toEqual([true, true]);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    inPage(page, `(await import('/keep.js')).download(model({ cell: ltc(), inputs: 1, units: 3 }));`),
  ]);
  expect(file.suggestedFilename()).toBe('model.safetensors');
});

/** What a program says of itself after a batch of 32 on two threads. */
const answer = (page: Page) =>
  inPage(
    page,
    `const running = program(model({ cell: ltc(), inputs: 1, units: 3 }), { threads: 2 });
    const { outputs } = running.forward({ batch: 32, steps: 3, x: new Float32Array(96) });
    return { backend: running.backend, threads: running.threads, numbers: outputs.length };`,
  );
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

test('what a page needs is as the guide says', async () => {
  const scripts = (...more: string[]) => ({
    'Content-Security-Policy': ["default-src 'none'; script-src 'self'", ...more].join(' '),
  });
  const numbers = 32 * 3 * 3;
  expect(await answer(await opened(scripts()))).toEqual({ backend: 'javascript', threads: 1, numbers });
  expect(await answer(await opened(scripts("'wasm-unsafe-eval'")))).toEqual({ backend: 'wasm', threads: 1, numbers });
  expect(await answer(await opened(isolation))).toEqual({ backend: 'wasm', threads: 2, numbers });
  // Workers from blobs are forbidden here; the work is done all the same.
  const alone = await answer(await opened({ ...isolation, ...scripts("'wasm-unsafe-eval'") }));
  expect(alone).toMatchObject({ backend: 'wasm', numbers });
});
