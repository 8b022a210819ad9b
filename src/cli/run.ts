import { inspect } from 'node:util';
import { configured } from './configured.ts';
import { type Console, plain } from './console.ts';
import { networkFile } from './network-file.ts';
import { parse, topicOf } from './options.ts';
import { printable } from './printable.ts';
import type { Pipe } from './stream.ts';
import { isUsageError } from './usage-error.ts';
import { version } from './version.ts';

/** Run a command line (without the program's own name); no control character of a file reaches `tell`. Resolves to the exit code: 0 done, 1 failed, 2 called wrongly. */
export async function run(
  argv: readonly string[],
  io: Console,
  tell: (text: string) => void,
  pipe: Pipe = process,
): Promise<number> {
  const complain = (text: string) => tell(printable(text));
  let reword = (message: string) => message;
  try {
    const asked = await configured(argv);
    reword = asked.reword;
    const named = parse(asked.argv);
    const command = 'model' in named ? { ...named, model: await networkFile(named.model) } : named;
    switch (command.kind) {
      case 'help':
        io.out(`${(await import('./help.ts')).help(command.topic)}\n`);
        return 0;
      case 'version':
        io.out(`${await version()}\n`);
        return 0;
      case 'train': {
        const training = command.resume
          ? await (await import('./resumed-command.ts')).resumedCommand(command)
          : command;
        const shown = training.plain ? plain(io) : io;
        if (asked.file !== undefined && !training.json) io.out(`settings of ${asked.file}\n\n`);
        return training.seeds.length === 1
          ? await (await import('./train.ts')).train(training, shown)
          : await (await import('./train-seeds.ts')).trainSeeds(training, shown);
      }
      case 'data':
        return await (await import('./data.ts')).data(command, io);
      case 'init':
        return await (await import('./init.ts')).init(command, io);
      case 'conform':
        return await (await import('./conform.ts')).conform(command, io);
      case 'compile':
        return await (await import('./compile.ts')).compile(command, io);
      case 'expressivity':
        return await (await import('./expressivity.ts')).expressivity(command, io);
      case 'inspect':
        return await (await import('./inspect.ts')).inspect(command, io);
      case 'eval':
        return await (await import('./evaluate-saved.ts')).evaluateSaved(command, io);
      case 'predict':
        return await (await import('./predict.ts')).predict(command, io, complain);
      case 'stream':
        return await (await import('./stream.ts')).stream(command, io, complain, pipe);
      case 'compare':
        return await (await import('./compare.ts')).compare(command, io);
    }
  } catch (error) {
    const usage = isUsageError(error);
    const message = reword(error instanceof Error ? error.message : String(error));
    complain(argv.includes('--debug') && error instanceof Error ? `${inspect(error)}\n` : `rivulet: ${message}\n`);
    const topic = topicOf(argv[0]);
    if (usage) complain(`rivulet${topic ? ` ${topic}` : ''} --help says what there is.\n`);
    return usage ? 2 : 1;
  }
}
