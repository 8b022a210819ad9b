/** Attributes of an element; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for markup: the five special characters escaped, control characters (which XML forbids) dropped. */
export function safe(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"']/g, (c) => entities[c]!);
}

/** One element of SVG or HTML; children are markup, so text must come through `safe`. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly string[]): string {
  let head = name;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) head += ` ${key}="${typeof value === 'number' ? coordinate(value) : safe(value)}"`;
  }
  return children.length === 0 ? `<${head}/>` : `<${head}>${children.join('')}</${name}>`;
}

/** A drawing of `width` × `height` units that scales with its place; `label` is what a screen reader says. */
export function svg(width: number, height: number, label: string, ...children: readonly string[]): string {
  const viewBox = `0 0 ${coordinate(width)} ${coordinate(height)}`;
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox, width, height, role: 'img', 'aria-label': label },
    ...children,
  );
}

/** A text of a drawing at a point. */
export function label(text: string, x: number, y: number, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, safe(text));
}

/** A straight line of a drawing. */
export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

/** Path data through points; a point that is not finite breaks the line, and a point alone becomes a dot. */
export function pathThrough(xs: ArrayLike<number>, ys: ArrayLike<number>): string {
  let data = '';
  let run = 0;
  const end = () => {
    if (run === 1) data += 'h0';
    run = 0;
  };
  for (let i = 0; i < ys.length; i++) {
    if (!Number.isFinite(xs[i]!) || !Number.isFinite(ys[i]!)) {
      end();
      continue;
    }
    data += `${run === 0 ? 'M' : 'L'}${coordinate(xs[i]!)},${coordinate(ys[i]!)}`;
    run++;
  }
  end();
  return data;
}

/** Two decimals are a hundredth of a pixel; more only makes the file larger. */
function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
