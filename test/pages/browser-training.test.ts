import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
// @ts-expect-error: the example is plain JavaScript
import { serve } from '../../examples/serve.mjs';
import { loadModel } from '../../src/formats/model-file.ts';
import { program } from '../../src/program.ts';
import { chromiumOptions } from '../chromium.ts';

/** As strict as a site may be: for workers too, which have the policy of their own answer and not that of the page's markup. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:";

let server: Server;
let browser: Browser;
let page: Page;
/** What the page complained of, and what it asked for from elsewhere. */
let complaints: string[];

beforeAll(async () => {
  server = await serve(0, { 'Content-Security-Policy': policy });
  browser = await chromium.launch(chromiumOptions());
});
afterAll(async () => {
  await browser.close();
  server.close();
});

beforeEach(async () => {
  complaints = [];
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  page = await browser.newPage({ reducedMotion: 'reduce' });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on(
    'request',
    (request) =>
      /^(data|blob):/.test(request.url()) || request.url().startsWith(origin) || complaints.push(request.url()),
  );
  await page.goto(`${origin}/examples/browser-training/`);
  await page.locator('#train:enabled').waitFor();
});
afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const status = () => page.locator('#status').innerText();
const saying = (text: string | RegExp) => page.locator('#status', { hasText: text }).waitFor();
/** The numbers under the drawing: rows, the network's error, and that of repeating the row before. */
const errors = async () =>
  (await page.locator('#errors').innerText()).match(/\d[\d.,]*\d/g)!.map((text) => Number(text.replaceAll(',', '')));
const saved = async () => {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
  return readFileSync(await download.path());
};

test('a page trains in its worker to the end, and the network it saves is loaded and streamed here and there', async () => {
  await page.locator('#epochs').fill('80');
  await page.locator('#train').click();
  await saying('Trained 80 epochs');
  const drawn = await page.locator('#curves svg path.curve').count();
  expect(drawn).toBe(2);
  const [rows, error, still] = await errors();
  expect(rows).toBe(180);
  // Two waves without noise: what is left is the first rows, of which the network knows too little.
  expect(error).toBeLessThan(still! / 10);

  const bytes = await saved();
  const { model, notes } = loadModel(bytes);
  expect(JSON.parse(notes.inputNames!)).toEqual(['wave']);
  expect(Number.isFinite(program(model).stream().push([0.5], 0)[0])).toBe(true);

  await page.reload();
  await page.locator('#train:enabled').waitFor();
  await page.locator('#load').setInputFiles({ name: 'model.safetensors', mimeType: '', buffer: bytes });
  await saying('model.safetensors is loaded');
  expect(await errors()).toEqual([rows, error, still]);
  expect(await saved()).toEqual(bytes);
});

test('while the worker trains the page goes on drawing and answering, and Stop ends it with the best so far', async () => {
  await page.locator('#epochs').fill('100000');
  await page.locator('#train').click();
  await saying(/^Epoch/);
  const epoch = async () => Number((await status()).match(/^Epoch (\d+) of 100000/)![1]);
  const before = await epoch();
  // Frames of the page's own thread, one after another. Were it training, there would be none before the last epoch.
  const frames = await page.evaluate(async () => {
    const count = 60;
    for (let k = 0; k < count; k++) await new Promise(requestAnimationFrame);
    return count;
  });
  expect(frames).toBe(60);
  await page.locator('#status', { hasNotText: `Epoch ${before} of` }).waitFor();
  expect(await epoch()).toBeGreaterThan(before);
  await page.locator('#stop').click();
  await saying('Stopped after');
  const [, error, still] = await errors();
  expect(error).toBeLessThan(still!);
  expect(await page.locator('#train').isEnabled()).toBe(true);
});

test("a CSV file of one's own is forecast, with the times that it has, without cross-origin isolation", async () => {
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  const at = (i: number) => new Date(Date.UTC(2024, 0, 1) + 60_000 * (i + (i % 3) / 5)).toISOString();
  const line = (_: unknown, i: number) => `${at(i)},${i % 7},${(20 + 5 * Math.sin(i / 2)).toFixed(3)}`;
  const csv = `time,day,level\n${Array.from({ length: 400 }, line).join('\n')}\n`;
  await page.locator('#file').setInputFiles({ name: 'tank.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.locator('#data', { hasText: 'tank.csv: 400 rows' }).waitFor();
  await page.locator('#train:enabled').waitFor();
  expect(await page.locator('#target option').allInnerTexts()).toEqual(['day', 'level']);
  await page.locator('#epochs').fill('40');
  await page.locator('#train').click();
  await saying('Trained 40 epochs');
  const [rows, error, still] = await errors();
  expect(rows).toBe(60);
  expect(error).toBeLessThan(still!);
  const { notes } = loadModel(await saved());
  expect([notes.timeNames, notes.outputNames]).toEqual(['["time"]', '["level"]']);
});

test('what is wrong with a file is said on the page, which stays usable', async () => {
  const give = (id: string, name: string, text: string) =>
    page.locator(id).setInputFiles({ name, mimeType: '', buffer: Buffer.from(text) });
  await give('#file', 'bad.csv', 'a,b\n1,2\n3\n');
  await saying('bad.csv:3: 1 field, wanted 2');
  await give('#load', 'table.safetensors', 'a,b\n1,2\n3,4\n');
  await saying('table.safetensors: safetensors: ');
  expect(await page.locator('#train').isEnabled()).toBe(true);
});

test('light or dark, wide or narrow, nothing sticks out', async () => {
  await page.locator('#epochs').fill('5');
  await page.locator('#train').click();
  await saying('Trained 5 epochs');
  for (const [colorScheme, width] of [
    ['light', 1200],
    ['dark', 360],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground === 'rgb(255, 255, 255)').toBe(colorScheme === 'light');
  }
});
