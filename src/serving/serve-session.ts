import type { MessagePort } from 'node:worker_threads';
import { toErrorMessage } from '../errors.ts';
import type { Session } from '../model/session.ts';
import { enterGate, leaveGate, type RunGate } from './run-gate.ts';
import type { SessionAnswer, SessionRequest } from './session-messages.ts';
import { toTransferable } from './transfer.ts';

/**
 * Serves a session to the thread at the other end of a port, until that asks for the end. Every failure
 * is an answer; an error that is thrown here ends the thread.
 *
 * @param open opens the model; its bytes are gone once it has
 */
export function serveSession(port: MessagePort, open: (model: Uint8Array) => Promise<Session>): void {
  let gate: RunGate | undefined;
  let session: Session | undefined;
  const serve = async (request: SessionRequest): Promise<void> => {
    if (request.kind === 'open') {
      gate = request.gate;
      session = await inside(gate, () => open(request.model));
      request.model.buffer.transfer(0); // freed now, not when this idle thread happens to collect garbage
      const { inputs, outputs } = session;
      port.postMessage({ kind: 'opened', inputs, outputs } satisfies SessionAnswer);
    } else if (session === undefined || gate === undefined) {
      if (request.kind === 'run') throw new Error('a run was asked for before a session was open');
      port.close();
    } else if (request.kind === 'run') {
      const { frame, plan } = request;
      const opened = session;
      const tensors = await inside(gate, () => opened.run(frame, plan));
      const { elements, buffers } = toTransferable(tensors.map(({ data }) => data));
      const own = tensors.map((tensor, index) => ({ ...tensor, data: elements[index] ?? tensor.data }));
      port.postMessage({ kind: 'ran', tensors: own } satisfies SessionAnswer, buffers);
    } else {
      const opened = session;
      await inside(gate, () => opened.release()).finally(() => port.close());
    }
  };
  const fail = (error: unknown): void =>
    port.postMessage({ kind: 'failed', error: toErrorMessage(error) } satisfies SessionAnswer);
  port.on('message', (request: SessionRequest) => {
    serve(request).catch(fail);
  });
  port.on('messageerror', fail);
}

/** Does native work where nobody ends the thread meanwhile. */
async function inside<T>(gate: RunGate, work: () => Promise<T>): Promise<T> {
  if (!enterGate(gate)) return new Promise(() => {}); // closed: this thread is being ended
  try {
    return await work();
  } finally {
    leaveGate(gate);
  }
}
