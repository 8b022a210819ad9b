import type { Plan } from './plan.ts';
import { quoted } from './quoted.ts';

/** Every option that has a part in what a training comes to, as the command line has it, so that a later default cannot change its meaning; true stands for a flag. */
export function settingsOf({
  recipe,
  command,
  data,
  seed,
  options,
}: Plan): Readonly<Record<string, string | number | true>> {
  const all = {
    classify: command.classify,
    'mixed-memory': recipe.mixedMemory,
    bidirectional: recipe.bidirectional,
    target: command.target,
    task: command.task,
    horizon: command.horizon,
    window: command.window,
    calendar: data.task?.each === 'step' ? (data.task.calendar?.join() ?? 'none') : undefined,
    split: command.split,
    time: command.time?.join(),
    repeated: command.repeated,
    header: command.header,
    'date-order': command.dateOrder,
    recording: command.recording,
    long: command.long?.join(),
    na: command.na?.join(),
    ignore: command.ignore?.join(),
    labels: command.labels,
    test: command.test?.join(),
    cell: recipe.cell,
    wiring: recipe.wiring,
    solver: recipe.solver,
    units: recipe.units.join(),
    dropout: recipe.dropout || undefined,
    unfolds: recipe.solver && recipe.unfolds,
    interpolation: recipe.solver && recipe.interpolation,
    missing: recipe.missing,
    epochs: recipe.epochs,
    batch: recipe.batch,
    'learning-rate': recipe.learningRate,
    schedule: recipe.schedule,
    optimizer: recipe.optimizer,
    clip: command.clip,
    loss: command.loss ?? options.loss.name,
    metric: options.metric.name,
    gradient: recipe.gradient,
    patience: command.patience,
    seed,
    backend: command.backend,
    precision: command.precision,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined || value === false ? [] : [[name, value]])),
  );
}

/** The command that repeats a training, all its settings spelled out. */
export function commandLine(plan: Plan): string {
  const options = Object.entries(settingsOf(plan)).map(([name, value]) =>
    value === true ? `--${name}` : `--${name} ${quoted(String(value))}`,
  );
  return ['npx rivulet train', ...[plan.command.data, ...plan.command.more].map(quoted), ...options].join(' ');
}
