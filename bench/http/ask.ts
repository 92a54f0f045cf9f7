import { Agent, request } from 'node:http';
import { type Door, readLabels } from './door.ts';
import type { Scenario } from './scenarios.ts';

/** One answer, and what it took on the wire. */
export interface Asked {
  readonly text: string;
  /** With its status line and headers. */
  readonly bytes: number;
}

/**
 * Asks a server once over a connection that may be kept, as wrk does.
 *
 * @throws Error when the answer isn't the model's
 */
export async function ask(url: string, door: Door, scenario: Scenario): Promise<Asked> {
  const { status, text, bytes } = await post(url, door);
  if (status !== 200) throw new Error(`${door.path} answered ${status}: ${text.slice(0, 500)}`);
  const labels = readLabels(text);
  if (String(labels) !== String(scenario.labels)) {
    throw new Error(`${door.path} said the labels are ${labels}: expected ${scenario.labels}.`);
  }
  return { text, bytes };
}

function post(url: string, { path, contentType, body }: Door): Promise<Asked & { readonly status: number }> {
  const agent = new Agent({ keepAlive: true });
  const headers = { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) };
  return new Promise<Asked & { readonly status: number }>((resolve, reject) => {
    const asked = request(url + path, { method: 'POST', agent, headers }, (response) => {
      const { socket, statusCode = 0 } = response;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: statusCode, text, bytes: socket.bytesRead }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  }).finally(() => agent.destroy());
}
