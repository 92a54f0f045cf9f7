// Compiles src/decode/csv/field-mapper.wat into the module that holds its code: `npm run wasm`, after an edit of it.
import { writeFile } from 'node:fs/promises';
import { compileWasm, toWasmModule, WASM_MODULE } from './wasm.ts';

await writeFile(WASM_MODULE, toWasmModule(await compileWasm()));
