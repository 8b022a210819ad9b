export type { Config } from './cli/config.ts';
