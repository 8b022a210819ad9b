import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readings, trainedRoom } from './room.ts';

/** The example runs in a process of its own, on what is built. */
const folder = mkdtempSync(join(tmpdir(), 'rivulet-websocket-'));
const example = new URL('../examples/websocket/server.js', import.meta.url).pathname;
const state = join(folder, 'state.json');
const children: ChildProcessWithoutNullStreams[] = [];
let room: Awaited<ReturnType<typeof trainedRoom>>;

beforeAll(async () => {
  room = await trainedRoom(folder);
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** The example at work at a port that is free, and its address. */
async function started() {
  const child = spawn(process.execPath, [example, room.path, '0', state]);
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: line.toString().trim() };
}

/** A client that sends messages, and has all answers to them. */
async function connected(url: string) {
  const socket = new WebSocket(url.replace('http', 'ws'));
  await once(socket, 'open');
  return {
    socket,
    asked(messages: readonly unknown[]): Promise<readonly unknown[]> {
      const found: unknown[] = [];
      const all = new Promise<readonly unknown[]>((resolve) => {
        socket.on('message', function take(data) {
          found.push(JSON.parse(data.toString()));
          if (found.length < messages.length) return;
          socket.off('message', take);
          resolve(found);
        });
      });
      for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      return all;
    },
  };
}

const answers = (stream: ReturnType<typeof room.opened>, from: number, to: number) =>
  readings.slice(from, to).map((each) => ({ ...each, ...stream.push(each) }));

test('each client over WebSockets is answered by a stream of its own, as the library answers; bad messages change nothing', async () => {
  const { child, url } = await started();
  const clients = await Promise.all([connected(url), connected(url), connected(`${url}/hall`)]);
  const found = await Promise.all(clients.map((client) => client.asked(readings.slice(0, 20))));
  for (const each of found) expect(each).toEqual(answers(room.opened(), 0, 20));
  const bad = await clients[0].asked(['{', '7', { ...readings[20], damp: 'wet' }, readings[3]]);
  expect(bad).toEqual([
    { error: expect.stringContaining('JSON') },
    { error: 'readings are 7; wanted values by name: warm, damp' },
    { error: expect.stringContaining('column "damp": "wet" is not a number') },
    { error: expect.stringContaining('time must not run backwards') },
  ]);
  expect(await clients[0].asked(readings.slice(20, 40))).toEqual(await clients[1].asked(readings.slice(20, 40)));

  // Named streams outlive a connection and, saved, the process.
  const hall = room.opened();
  answers(hall, 0, 20);
  clients[2].socket.close();
  const again = await connected(`${url}/hall`);
  expect(await again.asked(readings.slice(20, 30))).toEqual(answers(hall, 20, 30));
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  const then = await started();
  const later = await connected(`${then.url}/hall`);
  expect(await later.asked(readings.slice(30, 40))).toEqual(answers(hall, 30, 40));

  const page = await (await fetch(then.url)).text();
  expect(page).toContain('<textarea rows="3">{"seconds":0,"warm":0,"damp":0}</textarea>');
  then.child.kill('SIGTERM');
  expect(await once(then.child, 'exit')).toEqual([0, null]);
});

test('a client that does not read its answers is not read any further', async () => {
  const { child, url } = await started();
  const { socket } = await connected(url);
  const message = JSON.stringify({ ...readings[0], note: 'x'.repeat(10_000) });
  const count = 5000;
  socket.pause();
  let taken = 0;
  for (let k = 0; k < count; k++) socket.send(message, (error) => error || taken++);
  // Another client tells how far the server is: until nothing moves while it is answered often.
  const other = await connected(url);
  for (let [still, before] = [0, -1]; still < 200; still = taken === before ? still + 1 : 0) {
    before = taken;
    await other.asked([readings[0]]);
  }
  // 50 MB each way; pipes and buffers hold a few.
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(count / 2);
  let answered = 0;
  socket.on('message', () => answered++);
  socket.resume();
  while (answered < count) await once(socket, 'message');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
