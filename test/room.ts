import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from '../src/formats/model-file.ts';
import { predictor } from '../src/predictor.ts';
import { program } from '../src/program.ts';
import { called } from './called.ts';

/** Readings at irregular times, by name. */
export const readings = Array.from({ length: 300 }, (_, k) => ({
  seconds: 60 * k + 7 * (k % 3),
  warm: 20 + 3 * Math.sin(k / 9),
  damp: 60 + 8 * Math.cos(k / 9),
}));

/** A small network that is trained on the readings from the command line, to say how warm it will be; and a predictor of it. */
export async function trainedRoom(folder: string) {
  const data = join(folder, 'room.csv');
  const rows = readings.map(({ seconds, warm, damp }) => `${seconds},${warm},${damp}\n`);
  writeFileSync(data, `seconds,warm,damp\n${rows.join('')}`);
  const options = ['--target', 'warm', '--time', 'seconds', '--units', '5', '--epochs', '1'];
  const { code, complaints } = await called('train', data, ...options, '--out', folder);
  if (code !== 0) throw new Error(complaints);
  const path = join(folder, 'model.safetensors');
  const { model, notes } = loadModel(readFileSync(path));
  return { path, opened: () => predictor(program(model).stream(), notes) };
}
