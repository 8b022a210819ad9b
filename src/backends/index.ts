import type { Backend } from './backend.ts';
import { javascript } from './javascript.ts';
import { wasm } from './wasm/wasm.ts';

/** Every backend by name. */
export const backends = { wasm, javascript } satisfies Record<string, Backend>;
