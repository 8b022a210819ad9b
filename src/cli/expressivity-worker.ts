import { parentPort } from 'node:worker_threads';
import { measure } from '../expressivity/measure.ts';
import type { Task } from '../expressivity/panel.ts';

/** A thread that measures the tasks it is sent, one after another, and answers each with its measurement. */
const port = parentPort!;
port.on('message', (task: Task) => port.postMessage(measure(task)));
