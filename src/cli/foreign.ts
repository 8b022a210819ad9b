/** Beginnings of files that are no text: where, the bytes, and what the file is and what is to be done. */
const beginnings: readonly (readonly [at: number, bytes: readonly number[], said: string])[] = [
  [
    0,
    [0x50, 0x4b, 3, 4],
    'a zip archive, or a spreadsheet; unpack it and give the files or the folder, or save the spreadsheet as CSV',
  ],
  [
    257,
    [...'ustar'].map((letter) => letter.charCodeAt(0)),
    'a tar archive; unpack it (tar xf) and give the files or the folder',
  ],
  [0, [0x42, 0x5a, 0x68], 'packed by bzip2; unpack it, or pack it with gzip'],
  [0, [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'packed by xz; unpack it, or pack it with gzip'],
  [0, [0x28, 0xb5, 0x2f, 0xfd], 'packed by zstd; unpack it, or pack it with gzip'],
  [0, [0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive; unpack it and give the files or the folder'],
  [0, [0x52, 0x61, 0x72, 0x21], 'a rar archive; unpack it and give the files or the folder'],
  [0, [0xd0, 0xcf, 0x11, 0xe0], 'a spreadsheet of Excel; save it as CSV'],
  [0, [0x50, 0x41, 0x52, 0x31], 'a Parquet file; write it as CSV or npz'],
  [0, [0x41, 0x52, 0x52, 0x4f, 0x57], 'an Arrow file; write it as CSV or npz'],
  [0, [0x89, 0x48, 0x44, 0x46], 'an HDF5 file; write its arrays as npz'],
  [0, [...'MATLAB'].map((letter) => letter.charCodeAt(0)), 'a file of MATLAB; write its arrays as CSV or npz'],
  [0, [...'SQLite'].map((letter) => letter.charCodeAt(0)), 'a database of SQLite; write a table of it as CSV'],
  [0, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 'an array of NumPy; let its name end in .npy'],
  [0, [0x80, 4, 0x95], 'a pickle of Python; write its arrays as npz'],
  [0, [0x25, 0x50, 0x44, 0x46], 'a PDF; wanted the data themselves'],
  ...[8, 9, 11, 12, 13, 14].map(
    (type) => [0, [0, 0, type], 'an idx file (as of MNIST): write it as npy, (recordings, rows, columns)'] as const,
  ),
];

/** What a file is that is no text in rows, and what is to be done, told by its first bytes; undefined for all others. */
export function foreign(bytes: Uint8Array): string | undefined {
  const found = beginnings.find(([at, wanted]) => wanted.every((byte, i) => bytes[at + i] === byte));
  if (found) return found[2];
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 256)).trimStart();
  if (/^<(!doctype html|html)/i.test(head)) return 'a web page; fetch the file that it shows ("raw")';
  if (/^<\?xml/i.test(head)) return 'XML; write it as CSV';
  if (/^(\{|\[\s*[[{])/.test(head)) return 'JSON; write it as CSV, a row for each sample';
  return bytes.subarray(0, 4096).includes(0) ? 'no text; wanted CSV, .ts, .npy or .npz' : undefined;
}
