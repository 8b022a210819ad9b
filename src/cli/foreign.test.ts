import { expect, test } from 'vitest';
import { foreign } from './foreign.ts';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ['PK\x03\x04…', 'a zip archive'],
  [`${'x'.repeat(257)}ustar`, 'a tar archive'],
  ['PAR1', 'a Parquet file'],
  ['\x89HDF\r\n', 'an HDF5 file'],
  ['\x00\x00\x08\x03\x00\x00', 'an idx file (as of MNIST)'],
  ['\x93NUMPY\x01', 'an array of NumPy; let its name end in .npy'],
  ['\n<!DOCTYPE html><html>', 'a web page'],
  ['[{"a": 1}]', 'JSON'],
  ['a,b\n1,\x00\n', 'no text'],
])('%j is told for what it is', (text, said) => {
  expect(foreign(bytes(text))).toContain(said);
});

test('text in rows is not foreign', () => {
  for (const text of ['', 'a,b\n1,2\n', '<none>,1\n', '[a],b\n', '@relation x\n'])
    expect(foreign(bytes(text))).toBeUndefined();
});
