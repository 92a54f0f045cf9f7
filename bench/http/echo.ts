// A bare node:http server: reads the body and answers the text of the environment variable ANSWER, whatever came.
import { createServer } from 'node:http';

const answer = Buffer.from(process.env['ANSWER'] ?? '');
const headers = { 'Content-Type': 'application/json', 'Content-Length': answer.length };

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    Buffer.concat(chunks);
    response.writeHead(200, headers).end(answer);
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
