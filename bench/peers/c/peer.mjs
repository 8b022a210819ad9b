// Compiles ltc.c for the case into a temporary folder and hands it this process's input and output.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = process.argv[2];
const { units, inputs, batch, steps, unfolds, motor } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
const sizes = { UNITS: units, INPUTS: inputs, BATCH: batch, STEPS: steps, UNFOLDS: unfolds, MOTOR: motor };
const temporary = mkdtempSync(join(tmpdir(), 'rivulet-c-'));
const program = join(temporary, 'ltc');
const built = spawnSync(process.env.CC ?? 'cc', [
  ...['-O3', '-march=native', '-ffast-math'],
  ...Object.entries(sizes).map(([name, value]) => `-D${name}=${value}`),
  ...[join(import.meta.dirname, 'ltc.c'), '-o', program, '-lm'],
]);
if (built.status !== 0) {
  console.log(JSON.stringify({ missing: `cc: ${built.error?.message ?? built.stderr}` }));
  rmSync(temporary, { recursive: true });
} else {
  const child = spawn(program, [folder], { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill());
  child.on('exit', (code) => {
    rmSync(temporary, { recursive: true });
    process.exitCode = code ?? 1;
  });
}
