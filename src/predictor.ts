import type { Stream, StreamState } from './computation.ts';
import type { SavedModel } from './formats/model-file.ts';
import { checkOptions, type Kinds } from './options.ts';
import { type Prediction, predictions } from './predictor/prediction.ts';
import {
  changesFrom,
  namedReading,
  type Reading,
  type Sensors,
  sampleOf,
  secondsOf,
  sensorsOf,
  type Value,
} from './predictor/sensors.ts';
import { signatureOf } from './predictor/signature.ts';

export type { Prediction, Sensors, Value };

/** What sensors say, by name, or in their order. */
export type Readings = Readonly<Record<string, Value>> | readonly Value[];

/** A time as a file or a message has it: seconds, milliseconds since 1970 (1e11 or more), or ISO 8601; where several names make a time, what each says. */
export type Time = Value | readonly Value[];

/** What a predictor remembers: plain data that survives JSON. */
export interface PredictorState {
  readonly state: StreamState;
  /** The last values of the sensors whose changes the network forecasts. */
  readonly present?: readonly number[];
}

/** A network that answers readings as they come, in the names and units that it was trained in. */
export interface Predictor {
  /** What it reads. */
  readonly sensors: Sensors;
  /**
   * Take readings in and answer. By name the time is among them; in the order of `sensors.names`, `time` is beside. A reading without a time
   * is one unit of time after the one before; all have times, or none has. Throws an error that names the sensor, and leaves the
   * state as it is, when something is no number, missing where nothing may be, or before the last reading.
   */
  push(readings: Readings, time?: Time): Prediction;
  /** The answer at a time since the last reading, which changes nothing. Throws when there is no reading with a time yet. */
  predictAt(time: Time): Prediction;
  /** A copy of the state. */
  readonly state: PredictorState;
  /** Go on from a state. Throws when it does not fit the network. */
  restore(state: PredictorState): void;
  /** Begin anew. */
  reset(): void;
}

/** Options of `predictor`. */
export interface PredictorOptions {
  /** What the times are read from; default what the notes say. */
  readonly time?: readonly string[] | undefined;
}

const kinds: Kinds<PredictorOptions> = {
  time: {
    wanted: 'a list of names',
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string'),
  },
};

/**
 * A predictor on a stream of a saved network, `program(model).stream()` or, of a compiled file, `program.stream()`, by the notes of the file: what
 * its inputs and outputs are called, were scaled by, and stand for. Throws when the notes do not fit the network.
 */
export function predictor(stream: Stream, notes: SavedModel['notes'], options: PredictorOptions = {}): Predictor {
  checkOptions('predictor', options, kinds);
  const signature = signatureOf(notes);
  const sensors = sensorsOf(stream, signature, options.time);
  const answer = predictions(stream.outputs, signature);
  let present: readonly number[] | undefined;
  /** Whether readings have times; undefined before the first. */
  let isTimed: boolean | undefined;

  return {
    sensors,
    push(readings, time) {
      const reading = readingOf(sensors, readings, time);
      const has = reading.time !== undefined;
      if (isTimed !== undefined && isTimed !== has)
        throw new Error(
          has ? `the time "${reading.time.join(' ')}", but those before have none` : 'no time, unlike those before',
        );
      const { x, seconds, present: now } = sampleOf(sensors, reading);
      const from = changesFrom(sensors, present, now);
      const outputs = stream.push(x, seconds);
      isTimed = has;
      if (sensors.changes.length > 0) present = from;
      return answer(outputs, 0, from);
    },
    predictAt(time) {
      const seconds = secondsOf(sensors, listed(sensors, time));
      return answer(stream.predictAt(seconds!), 0, changesFrom(sensors, present, undefined));
    },
    get state() {
      return { state: stream.state, ...(present === undefined ? {} : { present }) };
    },
    restore(from) {
      stream.restore(from.state);
      ({ present } = from);
      isTimed = undefined;
    },
    reset() {
      stream.reset();
      present = undefined;
      isTimed = undefined;
    },
  };
}

const isList = Array.isArray as (value: unknown) => value is readonly unknown[];

/** What each name of a time says. Throws when they are not as many. */
function listed({ time: names }: Sensors, time: Time): readonly Value[] {
  const said = isList(time) ? time : [time];
  if (said.length === names.length) return said;
  throw new Error(
    names.length === 0
      ? 'a time, but the network was trained on rows without times: leave it out, or name it (time)'
      : `${said.length} parts of a time; wanted ${names.join(', ')}`,
  );
}

/** Readings in order, with their time. Throws when they are not as many as there are sensors, or none is of one. */
function readingOf(sensors: Sensors, readings: Readings, time: Time | undefined): Reading {
  const told = time === undefined ? undefined : listed(sensors, time);
  if (isList(readings)) {
    if (readings.length !== sensors.names.length)
      throw new Error(`${readings.length} readings; wanted ${sensors.names.join(', ')}`);
    return { time: told, values: readings };
  }
  return namedReading(sensors, readings, told);
}
