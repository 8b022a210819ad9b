import { expect, test } from 'vitest';
import { panels } from './panels.ts';
import { publishedDepths, publishedLengths } from './published.ts';

const panelOf = (name: string) => panels.find((panel) => panel.name === name)!;

test('every panel of Figures 1, 2, 3 and S1 and Table 2 is there, once', () => {
  expect(panels.map(({ name }) => name).join(' ')).toBe('1 A B C D E 3A 3B 3C 3D S1a S1b S1c S1d S1e T2');
});

test.for(panels.map(({ name }) => name))('the settings of panel %s are told apart by their labels', (name) => {
  const { settings, columns, samples, shows } = panelOf(name);
  expect(new Set(settings.map(({ label }) => label)).size).toBe(settings.length);
  if (columns === 'layers') expect(settings).toHaveLength(1);
  else expect(settings.every(({ depth }) => depth === 1)).toBe(true);
  expect(samples).toBe(shows === 'paths' ? 1 : 100);
});

test('every printed length belongs to a layer of a panel, and every panel of Figure 2 has all of its lengths', () => {
  for (const name of ['A', 'B', 'C', 'D', 'E']) {
    const { settings, models } = panelOf(name);
    const places = settings.flatMap(({ label, depth }) =>
      models.flatMap((model) => Array.from({ length: depth }, (_, layer) => `${label}, ${layer}, ${model}`)),
    );
    const printed = publishedLengths
      .filter(({ panel }) => panel === name)
      .map(({ setting, layer, model }) => `${setting}, ${layer}, ${model}`);
    expect([...printed].sort()).toEqual([...places].sort());
  }
  expect(publishedLengths).toHaveLength(45);
});

test('Table 2 has a depth for every activation and model', () => {
  const { settings, models } = panelOf('T2');
  const places = settings.flatMap(({ label }) => models.map((model) => `${label}, ${model}`));
  expect(publishedDepths.map(({ setting, model }) => `${setting}, ${model}`).sort()).toEqual([...places].sort());
});
