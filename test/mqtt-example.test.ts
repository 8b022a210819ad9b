import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readings, trainedRoom } from './room.ts';

/** A real broker, in this process; the example runs in one of its own, on what is built. */
const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
const folder = mkdtempSync(join(tmpdir(), 'rivulet-mqtt-'));
const example = new URL('../examples/mqtt/predict.js', import.meta.url).pathname;
const state = join(folder, 'state.json');
let room: Awaited<ReturnType<typeof trainedRoom>>;
let sensors: mqtt.MqttClient;
let url = '';

beforeAll(async () => {
  room = await trainedRoom(folder);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sensors = await mqtt.connectAsync(url, { clientId: 'sensors' });
  await sensors.subscribeAsync('sensors/+/prediction');
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await sensors.endAsync();
  broker.close();
  server.close();
  rmSync(folder, { recursive: true });
});

const children: ChildProcess[] = [];

/** The example at work, subscribed. */
async function started(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [example, room.path, url, 'sensors/+', state]);
  children.push(child);
  await subscribed();
  return child;
}

/** Until the example has subscribed. */
const subscribed = () =>
  new Promise<void>((resolve) => {
    broker.once('subscribe', (_, { id }) => (id === 'rivulet' ? resolve() : resolve(subscribed())));
  });

/** The next `count` predictions, and their topics. */
function predicted(count: number): Promise<readonly (readonly [topic: string, said: unknown])[]> {
  const found: (readonly [string, unknown])[] = [];
  return new Promise((resolve) => {
    const take = (topic: string, payload: Buffer) => {
      found.push([topic, JSON.parse(payload.toString())]);
      if (found.length < count) return;
      sensors.off('message', take);
      resolve(found);
    };
    sensors.on('message', take);
  });
}

/** Messages one after another, each taken by the broker before the next. */
async function say(topic: string, messages: readonly unknown[]): Promise<void> {
  for (const message of messages)
    await sensors.publishAsync(topic, typeof message === 'string' ? message : JSON.stringify(message), { qos: 1 });
}

const stopped = async (child: ChildProcess) => {
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
};

test('readings over MQTT are answered as the library answers them, past bad ones, another process and a lost connection', async () => {
  const [hall, attic] = [room.opened(), room.opened()];
  const answers = (name: string, stream: typeof hall, from: number, to: number) =>
    readings.slice(from, to).map((each) => [`sensors/${name}/prediction`, { ...each, ...stream.push(each) }]);

  const first = await started();
  let complaints = '';
  first.stderr!.on('data', (text) => {
    complaints += text;
  });
  const early = predicted(30);
  await say('sensors/hall', readings.slice(0, 10));
  await say('sensors/attic', readings.slice(0, 10));
  await say('sensors/hall', ['{"seconds"', '[1]', { ...readings[10], warm: 'hot' }, readings[3]]);
  await say('sensors/hall', readings.slice(10, 20));
  expect(await early).toEqual([
    ...answers('hall', hall, 0, 10),
    ...answers('attic', attic, 0, 10),
    ...answers('hall', hall, 10, 20),
  ]);
  expect(complaints.trim().split('\n')).toEqual([
    expect.stringMatching(/^sensors\/hall: .*JSON.*; the message is left out$/),
    expect.stringMatching(/^sensors\/hall: 1 readings; wanted warm, damp/),
    expect.stringMatching(/^sensors\/hall: column "warm": "hot" is not a number/),
    expect.stringMatching(/^sensors\/hall: .* time must not run backwards/),
  ]);

  await stopped(first);
  // What comes while nobody is there waits at the broker.
  const waiting = predicted(20);
  await say('sensors/hall', readings.slice(20, 30));
  await say('sensors/attic', readings.slice(10, 20));
  const then = await started();
  expect((await waiting).toSorted(byTopic)).toEqual([
    ...answers('attic', attic, 10, 20),
    ...answers('hall', hall, 20, 30),
  ]);

  const again = once(broker, 'clientReady');
  (broker as unknown as { clients: Record<string, { conn: { destroy(): void } }> }).clients.rivulet!.conn.destroy();
  await again;
  const late = predicted(10);
  await say('sensors/hall', readings.slice(30, 40));
  expect(await late).toEqual(answers('hall', hall, 30, 40));
  await stopped(then);
});

/** In order of topics, those of one as they came. */
const byTopic = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => a.localeCompare(b);
