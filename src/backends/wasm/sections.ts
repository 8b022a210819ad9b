import { writer } from './writer.ts';

/** A module with named sections of anything at its end. Source: WebAssembly 2.0, custom sections. */
export function withSections(
  module: Uint8Array,
  named: readonly (readonly [name: string, content: Uint8Array])[],
): Uint8Array<ArrayBuffer> {
  const out = writer(module.length);
  out.bytes(module);
  for (const [name, content] of named) {
    const [section, text] = [writer(), new TextEncoder().encode(name)];
    section.unsigned(text.length);
    section.bytes(text);
    section.bytes(content);
    out.byte(0);
    out.unsigned(section.written().length);
    out.bytes(section.written());
  }
  return out.written().slice();
}
