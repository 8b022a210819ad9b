import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from './json-fault.ts';

test('a fault is told by line, column and what would have gone on there', () => {
  expect(jsonFault('{\n  "a": 1\n  "b": 2\n}')).toEqual({ line: 3, column: 3, wanted: '"," or "}"' });
  expect(jsonFault('{ "a": }')).toEqual({ line: 1, column: 8, wanted: 'a value' });
  expect(jsonFault('{ "a": [1, 2,] }')).toEqual({ line: 1, column: 14, wanted: 'a value' });
  expect(jsonFault('{ a: 1 }')).toEqual({ line: 1, column: 3, wanted: 'a name in double quotes' });
  expect(jsonFault('{ "a" 1 }')).toEqual({ line: 1, column: 7, wanted: '":"' });
  expect(jsonFault('{ "a": 01 }')).toEqual({ line: 1, column: 8, wanted: 'a value' });
  expect(jsonFault('{}\n// more')).toEqual({ line: 2, column: 1, wanted: 'the end of the text' });
  expect(jsonFault('')).toEqual({ line: 1, column: 1, wanted: 'a value' });
});

/** JSON with a character left out, put in or replaced, which may or may not be JSON still. */
const damaged = fc
  .tuple(fc.json(), fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]",:-+.e0123 tfn\\u\n\t\u0001\u2028\u007f'))
  .map(([text, place, cut, letter]) => {
    const at = place % (text.length + 1);
    return `${text.slice(0, at)}${cut > 1 ? '' : letter}${text.slice(at + (cut === 0 ? 0 : 1))}`;
  });

test('there is a fault exactly where the engine finds none that it can read', () => {
  const isJson = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(fc.oneof(fc.json(), damaged), (text) => {
      expect(jsonFault(text) === undefined).toBe(isJson(text));
    }),
    { seed: 9, numRuns: 3000 },
  );
});
