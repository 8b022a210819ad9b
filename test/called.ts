import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../src/cli/run.ts';

/** What a command line does without a terminal: its exit code, what it prints, and what it complains of. */
export async function called(...argv: string[]): Promise<{ code: number; out: string; complaints: string }> {
  let [out, complaints] = ['', ''];
  const io = {
    out: (text: string) => {
      out += text;
    },
    screen: undefined,
    colour: false,
    signal: new AbortController().signal,
  };
  const code = await run(argv, io, (text) => {
    complaints += text;
  });
  return { code, out, complaints };
}

/** The lines that `rivulet stream` answers some lines with. */
export async function streamed(model: string, lines: readonly string[]): Promise<string[]> {
  const stdout = new PassThrough();
  const answers = text(stdout);
  const io = { out: () => {}, screen: undefined, colour: false, signal: new AbortController().signal };
  const stdin = Readable.from(lines.map((line) => Buffer.from(`${line}\n`)));
  await run(['stream', model], io, () => {}, { stdin, stdout });
  stdout.end();
  return (await answers).trimEnd().split('\n');
}
