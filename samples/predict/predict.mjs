// Asks for predictions with Node alone: node predict.mjs FILE [URL]
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

const TYPES = {
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.csv': 'text/csv',
  '.form': 'application/x-www-form-urlencoded',
};

const [file = '', url = 'http://localhost:8080/predict'] = process.argv.slice(2);
const type = TYPES[extname(file)];
if (type === undefined) throw new Error(`The file is "${file}": expected .json, .ndjson, .csv or .form.`);

const headers = { 'Content-Type': type };
const { TOKEN } = process.env; // a private function asks for an identity token
if (TOKEN) headers.Authorization = `Bearer ${TOKEN}`;

const answer = await fetch(url, { method: 'POST', headers, body: await readFile(file) });
process.stdout.write(await answer.text());
if (!answer.ok) process.exitCode = 1;
