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
