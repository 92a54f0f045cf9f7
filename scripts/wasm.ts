// From WebAssembly as a person writes it to the module that is loaded.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';

const SOURCE = new URL('../src/decode/csv/field-mapper.wat', import.meta.url);

/** The module with the code. */
export const WASM_MODULE: string = fileURLToPath(
  new URL('../src/decode/csv/field-mapper-code.ts', import.meta.url),
);

/** Compiles the source. @throws Error with the line of the source that is wrong */
export async function compileWasm(): Promise<Uint8Array> {
  const wabt = await loadWabt();
  const parsed = wabt.parseWat('field-mapper.wat', await readFile(SOURCE, 'utf8'), { simd: true });
  try {
    parsed.validate();
    return parsed.toBinary({}).buffer;
  } finally {
    parsed.destroy();
  }
}

/** The text of {@link WASM_MODULE}. */
export function toWasmModule(code: Uint8Array): string {
  const lines =
    Buffer.from(code)
      .toString('base64')
      .match(/.{1,100}/g) ?? [];
  const text = lines.map((line) => `  '${line}'`).join(' +\n');
  return `// Made of field-mapper.wat by \`npm run wasm\`: not to be edited.\n
/** The WebAssembly code of the field mapper, in base64. */
export const FIELD_MAPPER_CODE: string =\n${text};\n`;
}
