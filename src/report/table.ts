/** A column of a text table. */
export interface Column {
  readonly header: string;
  readonly align?: 'left' | 'right';
}

/** Rows of text in aligned columns two spaces apart, with a header and no boxes. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ header }, c) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[c] ?? '')), textWidth(header)),
  );
  const write = (cells: readonly string[]) =>
    columns
      .map(({ align }, c) => {
        const cell = cells[c] ?? '';
        const room = ' '.repeat(widths[c]! - textWidth(cell));
        return align === 'right' ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd();
  return [write(columns.map(({ header }) => header)), ...rows.map(write)].join('\n');
}

/** Terminal columns a text takes: code points, without colour sequences. */
export function textWidth(text: string): number {
  return [...withoutColour(text)].length;
}

/** Text without ANSI colour sequences. */
export function withoutColour(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a colour sequence
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}
