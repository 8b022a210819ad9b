import { resolve } from 'node:path';
import { saveFile } from '../files.ts';
import { type Inspection, inspection } from '../report/inspection.ts';
import type { InspectCommand } from './commands.ts';
import type { Console } from './console.ts';
import { inspectionOf } from './inspect-data.ts';
import { inspectionText } from './inspect-text.ts';
import { inspectedData } from './inspected-data.ts';
import { savedNetwork } from './saved-network.ts';
import { usageError } from './usage-error.ts';
import { version } from './version.ts';

/** Say what a saved network is, as text, JSON or one page. Exit code 0. */
export async function inspect(command: InspectCommand, io: Console): Promise<number> {
  const { model: path, data: name, form, out } = command;
  if (out !== undefined && resolve(out) === resolve(path))
    throw usageError(`inspect: --out "${out}" is the network itself; wanted another file`);
  const saved = await savedNetwork(path, 'inspect');
  const data = name === undefined ? undefined : await inspectedData({ ...command, data: name }, saved);
  const names = { title: path, maker: `Made by rivulet ${await version()}` };
  const text = forms[form](inspectionOf(command, saved, data, names));
  if (out === undefined) io.out(text);
  else {
    await saveFile(out, text);
    io.out(`${out}\n`);
  }
  return 0;
}

const forms: Readonly<Record<InspectCommand['form'], (of: Inspection) => string>> = {
  text: (of) => `${inspectionText(of)}\n`,
  // What is not finite is null.
  json: (of) =>
    `${JSON.stringify(of, (_, value) => (ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value), 2)}\n`,
  page: inspection,
};
