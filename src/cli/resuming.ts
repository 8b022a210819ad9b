import type { StartEvent } from '../training/events.ts';
import { quoted } from './quoted.ts';

/** How to go on with the training in a folder. */
export const howToResume = (folder: string): string => `to go on: npx rivulet train --resume ${quoted(folder)}`;

/** Where a training goes on. */
export const goingOn = ({ history, epochs }: StartEvent): string =>
  history.length === 0 ? 'going on in epoch 1' : `going on: ${history.length} of ${epochs} epochs are done`;

/** What happens to a training that has not ended when another begins in its folder. */
export const unfinished = (folder: string): string =>
  `note: ${folder} holds a training that has not ended; this one takes its place when its first epoch ends, and --resume would go on with it`;
