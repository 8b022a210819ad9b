import { expect, test } from 'vitest';
import { fault, reachesOut } from '../../test/markup.ts';
import { reported } from '../../test/reported.ts';
import { report } from './report.ts';

const kinds = {
  'one output': reported({}),
  'many answers of many outputs': reported({ outputs: 17, answers: 3000 }),
  'two classes': reported({ classes: 2 }),
  'many classes': reported({ classes: 40, answers: 5000 }),
  'a network that jumps': reported({ flows: false }),
};

test.for(Object.entries(kinds))('a report of %s is whole, and asks nothing of a network', ([, data]) => {
  const html = report(data);
  expect(fault(html)).toBeUndefined();
  expect(reachesOut(html)).toBeUndefined();
  // Points are drawn one by one only where they are few, so a page stays small whatever the test part is.
  expect(html.length).toBeLessThan(400_000);
});

/** Do something with a report that is shown in a frame so wide, without scripts, as a browser shows a file. */
async function shown<T>(html: string, width: number, look: (page: Window) => T): Promise<T> {
  const frame = document.createElement('iframe');
  frame.style.width = `${width}px`;
  frame.style.height = '900px';
  const ready = new Promise((resolve) => {
    frame.onload = resolve;
  });
  frame.srcdoc = html;
  document.body.append(frame);
  await ready;
  try {
    return look(frame.contentWindow!);
  } finally {
    frame.remove();
  }
}

/** What browsers are told to pretend: the scheme that the reader prefers, the medium. */
async function emulated<T>(media: string, scheme: string, look: () => Promise<T>): Promise<T> {
  const { cdp } = await import('vitest/browser');
  const tell = (media: string, value: string) =>
    cdp().send('Emulation.setEmulatedMedia', { media, features: [{ name: 'prefers-color-scheme', value }] });
  await tell(media, scheme);
  try {
    return await look();
  } finally {
    await tell('', '');
  }
}

/** Relative luminance of a CSS colour, WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [...colour.matchAll(/[\d.]+/g)].map(([value]) => {
    const c = Number(value) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
const contrast = (a: string, b: string) => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

/** Elements that hold text of their own. */
const texts = (page: Window) =>
  [...page.document.querySelectorAll('body *')].filter(
    (each) =>
      each.localName !== 'title' &&
      [...each.childNodes].some((child) => child.nodeType === 3 && child.nodeValue!.trim() !== ''),
  );

test.for(Object.entries(kinds))('a report of %s loads nothing, and fits a phone and a desk', async ([, data]) => {
  for (const width of [400, 1200]) {
    await shown(report(data), width, (page) => {
      const { scrollWidth, clientWidth } = page.document.documentElement;
      expect(scrollWidth, `${width} px wide`).toBeLessThanOrEqual(clientWidth);
      // Pictures are part of the file: they are data addresses, and nothing else is asked for.
      const asked = page.performance.getEntriesByType('resource').map(({ name }) => name);
      expect(asked.filter((name) => !name.startsWith('data:'))).toEqual([]);
      expect(page.document.querySelectorAll('svg').length).toBeGreaterThan(4);
    });
  }
});

test('every text of a report stands out from its ground, light, dark and on paper', async () => {
  for (const [media, scheme] of [
    ['screen', 'light'],
    ['screen', 'dark'],
    ['print', 'light'],
    ['print', 'dark'],
  ] as const) {
    await emulated(media, scheme, () =>
      shown(report(kinds['two classes']), 900, (page) => {
        const ground = page.getComputedStyle(page.document.body).backgroundColor;
        expect(luminance(ground) < 0.5, `${media} ${scheme}`).toBe(media === 'screen' && scheme === 'dark');
        for (const each of texts(page)) {
          const { color, fill } = page.getComputedStyle(each);
          const told = each.namespaceURI?.endsWith('svg') ? fill : color;
          // 4.5 is what WCAG 2.2 asks of small text (success criterion 1.4.3).
          expect(contrast(told, ground), `${media} ${scheme}: ${each.textContent}`).toBeGreaterThanOrEqual(4.5);
        }
      }),
    );
  }
});

test('figures in the cells of a confusion matrix stand out from the darkest cell', async () => {
  for (const scheme of ['light', 'dark']) {
    await emulated('screen', scheme, () =>
      shown(report(kinds['two classes']), 900, (page) => {
        const svg = page.document.querySelector('svg[aria-label^="Confusion matrix"]')!;
        const style = (selector: string) => page.getComputedStyle(svg.querySelector(selector)!);
        const ground = page.getComputedStyle(page.document.body).backgroundColor;
        for (const tone of ['.bar.one', '.bar.two']) {
          const parts = (colour: string) => [...colour.matchAll(/[\d.]+/g)].map(([value]) => Number(value));
          const [over, under] = [parts(style(tone).fill), parts(ground)];
          const mixed = over.map((value, k) => 0.5 * value + 0.5 * under[k]!);
          expect(contrast(style('.value').fill, `rgb(${mixed.join()})`), `${scheme} ${tone}`).toBeGreaterThanOrEqual(
            4.5,
          );
        }
      }),
    );
  }
});

test('on paper every section is there, with all its figures', async () => {
  const html = report(kinds['one output']);
  const count = (page: Window) =>
    [...page.document.querySelectorAll('section, svg, table')].filter(
      (each) => each.closest('details') === null && each.getBoundingClientRect().height > 0,
    ).length;
  const screen = await shown(html, 900, count);
  const paper = await emulated('print', 'light', () => shown(html, 900, count));
  expect(screen).toBeGreaterThan(15);
  expect(paper).toBe(screen);
});
