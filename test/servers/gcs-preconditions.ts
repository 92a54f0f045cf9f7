// The server that stands for Cloud Storage does not look at `ifGenerationMatch` where objects are joined or removed.
// Cloud Storage does: https://cloud.google.com/storage/docs/request-preconditions
import { request } from 'node:http';

/** A request that may have a precondition. */
export interface ConditionalRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Holds changes to their preconditions. */
export interface Preconditions {
  /** Calls `pass` when a request may go to the server, `refuse` when it must be answered 412; one of a kind at a time. */
  hold(asked: ConditionalRequest, pass: () => Promise<void>, refuse: () => void): void;
}

/** Creates it. @param behind the origin of the server */
export function createPreconditions(behind: () => string): Preconditions {
  let last: Promise<unknown> = Promise.resolve();
  return {
    hold(asked, pass, refuse) {
      const target = toTarget(asked);
      if (target === undefined) {
        void pass();
        return;
      }
      last = last.then(async () => {
        const present = await generationOf(behind() + target);
        const isGone = asked.method === 'DELETE' && present === NONE; // 404, as the server itself says
        return isGone || present === asked.query.get('ifGenerationMatch') ? pass() : refuse();
      });
    },
  };
}

/** The generation of what is not there. */
const NONE = '0';

/** The path of the object that a join or a removal with a precondition changes. */
function toTarget({ method, path, query }: ConditionalRequest): string | undefined {
  if (!query.has('ifGenerationMatch')) return undefined;
  if (method === 'DELETE') return path;
  return method === 'POST' && path.endsWith('/compose') ? path.slice(0, -'/compose'.length) : undefined;
}

/** What is there now. Paths are sent as they are: names may have dots for folders. */
function generationOf(url: string): Promise<string> {
  return new Promise((resolve) => {
    const asking = request(
      url,
      { agent: false, path: url.slice(url.indexOf('/', 'http://'.length)) },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        answer.on('end', () => {
          if (answer.statusCode !== 200) return resolve(NONE);
          resolve((JSON.parse(text) as { generation: string }).generation); // an object's resource
        });
      },
    );
    asking.on('error', () => resolve(NONE)); // then the change itself fails, too
    asking.end();
  });
}
