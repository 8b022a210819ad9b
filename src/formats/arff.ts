import { type CsvOptions, type CsvReader, csvReader, type Kind } from './csv.ts';
import { inLines } from './in-lines.ts';

const QUOTES = /^(?:'([^']*)'|"([^"]*)"|(\S+))\s+(.*)$/;

/** What attributes of these types hold. */
const kinds: readonly (readonly [type: RegExp, kind: Kind])[] = [
  [/^(numeric|real|integer)\b/i, 'number'],
  [/^date\b/i, 'time'],
  [/^(\{|string\b)/i, 'class'],
];

/**
 * A reader of the ARFF of Weka, piece by piece, as a table whose columns are its attributes. Throws an Error that names the line; relational attributes and sparse rows are refused.
 */
export function arffReader({
  name = 'arff',
  ...options
}: Pick<CsvOptions, 'name' | 'texts' | 'dateOrder' | 'decimalCommas' | 'missing' | 'whole'> = {}): CsvReader {
  const attributes: (readonly [string, Kind])[] = [];
  let line = 0;
  let body: CsvReader | undefined;
  const fail = (what: string): never => {
    throw new Error(`${name}:${line}: ${what}`);
  };
  const begin = (): CsvReader => {
    if (attributes.length === 0) fail('no @attribute before @data');
    const reader = csvReader({
      ...options,
      name,
      line,
      header: true,
      kinds: Object.fromEntries(attributes.filter(([column]) => !options.texts?.includes(column))),
    });
    reader.push(`${attributes.map(([column]) => `"${column.replaceAll('"', '""')}"`).join()}\n`);
    return reader;
  };
  const read = (text: string): void => {
    line++;
    const bare = text.trim();
    if (body) {
      if (bare.startsWith('{')) fail('a sparse row; wanted the values of all attributes between commas');
      // A row in single quotes is one in double quotes; a comment stays as an empty line.
      body.push(`${bare.startsWith('%') ? '' : bare.replaceAll(/'([^']*)'/g, '"$1"')}\n`);
    } else if (/^@data\b/i.test(bare)) body = begin();
    else if (/^@attribute\s/i.test(bare)) {
      const [, single, double, plain, type = ''] = QUOTES.exec(bare.replace(/^@attribute\s+/i, '')) ?? [];
      const kind = kinds.find(([pattern]) => pattern.test(type))?.[1];
      if (/^relational\b/i.test(type))
        fail('a relational attribute, as of series with several channels; take the .ts file of the same archive');
      attributes.push([
        single ?? double ?? plain ?? fail('wanted @attribute NAME TYPE'),
        kind ?? fail(`the type "${type}" is not known; wanted numeric, real, integer, date, string or {CLASS,…}`),
      ]);
    } else if (bare !== '' && !/^(%|@relation\b)/i.test(bare))
      fail('neither @relation, @attribute, @data nor a comment that begins with %');
  };
  const lines = inLines(read);
  return {
    push: lines.push,
    end() {
      lines.end();
      if (!body) throw new Error(`${name}: no @data; wanted @attribute lines, then @data, then rows`);
      return body.end();
    },
  };
}
