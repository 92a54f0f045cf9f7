import type { IncomingMessage } from 'node:http';
import { ScorerError, show, toScorerError } from '../src/errors.ts';
import { type Answer, send } from './answer.ts';
import type { Handler } from './listener.ts';

/** A request whose body a framework may have read already. */
export type Request = IncomingMessage & { readonly rawBody?: Uint8Array };

/** What a path answers, and to which methods. */
export interface Route {
  readonly methods: readonly string[];
  /** @param query the URL's, without its question mark */
  answer(request: Request, query: string): Promise<Answer>;
}

/**
 * Makes a handler of routes by path: every request gets one answer.
 *
 * @param toErrorAnswer makes the answer of a failure; its status is the function's own affair
 * @param toHeaders what every answer to a request carries, failures too. @default nothing
 */
export function createRouter(
  routes: ReadonlyMap<string, Route>,
  toErrorAnswer: (error: ScorerError, request: Request) => Answer,
  { toHeaders }: { readonly toHeaders?: (request: Request) => Readonly<Record<string, string>> } = {},
): Handler {
  return async (request, response) => {
    const reply = (answer: Answer): void => {
      const headers = toHeaders?.(request);
      send(
        response,
        headers === undefined ? answer : { ...answer, headers: { ...answer.headers, ...headers } },
      );
    };
    try {
      const { route, query } = findRoute(routes, request);
      reply(request.method === 'OPTIONS' ? toOptions(route) : await route.answer(request, query));
    } catch (error) {
      if (request.errored) return; // the client has gone
      const known = toScorerError(error);
      const { allow } = known.detail;
      const answer = toErrorAnswer(known, request);
      reply(typeof allow === 'string' ? { ...answer, headers: { ...answer.headers, Allow: allow } } : answer);
    }
  };
}

/** What a path takes: RFC 9110 §9.3.7. */
function toOptions({ methods }: Route): Answer {
  return { status: 204, contentType: '', body: '', headers: { Allow: [...methods, 'OPTIONS'].join(', ') } };
}

function findRoute(routes: ReadonlyMap<string, Route>, request: Request): { route: Route; query: string } {
  const { url = '/', method = '' } = request;
  const mark = url.indexOf('?');
  const [path, query] = mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  const route = routes.get(path);
  if (route === undefined) {
    const known = [...routes.keys()].join(', ');
    throw new ScorerError(`There is nothing at ${show(path)}: expected one of ${known}.`, {
      code: 'NOT_FOUND',
    });
  }
  if (route.methods.includes(method) || method === 'OPTIONS') return { route, query };
  const allow = route.methods.join(', ');
  throw new ScorerError(`The method is ${method}: ${path} takes ${allow}.`, {
    code: 'METHOD_NOT_ALLOWED',
    detail: { allow },
  });
}
