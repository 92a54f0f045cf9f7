import type { IncomingMessage } from 'node:http';
import { ScorerError, show, toScorerError } from '../src/errors.ts';
import { type Answer, send } from './answer.ts';
import type { Handler } from './listener.ts';
import type { Operations } from './operation.ts';

/** A request whose body a framework may have read already. */
export type Request = IncomingMessage & { readonly rawBody?: Uint8Array };

/** What a path answers, and to which methods. */
export interface Route {
  readonly methods: readonly string[];
  /** What the methods do, for the function's own description. */
  readonly operations?: Operations;
  /**
   * @param query the URL's, without its question mark
   * @param names what stands in the URL for each `{name}` of the route's path, in their order, decoded
   */
  answer(request: Request, query: string, names: readonly string[]): Promise<Answer>;
}

/**
 * Makes a handler of routes by path: every request gets one answer. A `{name}` in a path stands for one segment.
 *
 * @param toErrorAnswer makes the answer of a failure; its status is the function's own affair
 * @param toHeaders what every answer to a request carries, failures too. @default nothing
 */
export function createRouter(
  routes: ReadonlyMap<string, Route>,
  toErrorAnswer: (error: ScorerError, request: Request) => Answer,
  { toHeaders }: { readonly toHeaders?: (request: Request) => Readonly<Record<string, string>> } = {},
): Handler {
  const patterns = [...routes].filter(([path]) => path.includes('{')).map(toPattern);
  return async (request, response) => {
    const reply = (answer: Answer): Promise<void> | undefined => send(response, answer, toHeaders?.(request));
    try {
      const { route, query, names } = findRoute(routes, patterns, request);
      await reply(
        request.method === 'OPTIONS' ? toOptions(route) : await route.answer(request, query, names),
      );
    } catch (error) {
      if (request.errored) return; // the client has gone
      const known = toScorerError(error);
      const { allow } = known.detail;
      const answer = toErrorAnswer(known, request);
      await reply(
        typeof allow === 'string' ? { ...answer, headers: { ...answer.headers, Allow: allow } } : answer,
      );
    }
  };
}

/** What a path takes: RFC 9110 §9.3.7. */
function toOptions({ methods }: Route): Answer {
  return { status: 204, contentType: '', body: '', headers: { Allow: [...methods, 'OPTIONS'].join(', ') } };
}

/** A route whose path has names in it. */
interface Pattern {
  readonly path: RegExp;
  readonly route: Route;
}

const NO_NAMES: readonly string[] = [];

function toPattern([path, route]: readonly [string, Route]): Pattern {
  const escaped = path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  return { path: new RegExp(`^${escaped.replaceAll(/\{\w+\}/g, '([^/]+)')}$`), route };
}

/** What was found for a request. */
interface Found {
  readonly route: Route;
  readonly query: string;
  readonly names: readonly string[];
}

function findRoute(
  routes: ReadonlyMap<string, Route>,
  patterns: readonly Pattern[],
  { url = '/', method = '' }: Request,
): Found {
  const mark = url.indexOf('?');
  const [path, query] = mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  const exact = path.includes('{') ? undefined : routes.get(path);
  const { route, names } =
    exact === undefined ? matchPattern(patterns, path) : { route: exact, names: NO_NAMES };
  if (route === undefined) {
    const known = [...routes.keys()].join(', ');
    throw new ScorerError(`There is nothing at ${show(path)}: expected one of ${known}.`, {
      code: 'NOT_FOUND',
    });
  }
  if (route.methods.includes(method) || method === 'OPTIONS') return { route, query, names };
  const allow = route.methods.join(', ');
  throw new ScorerError(`The method is ${method}: ${path} takes ${allow}.`, {
    code: 'METHOD_NOT_ALLOWED',
    detail: { allow },
  });
}

function matchPattern(
  patterns: readonly Pattern[],
  path: string,
): { readonly route: Route | undefined; readonly names: readonly string[] } {
  for (const { path: pattern, route } of patterns) {
    const names = pattern.exec(path)?.slice(1);
    if (names !== undefined) return { route, names: names.map(decodeSegment) };
  }
  return { route: undefined, names: NO_NAMES };
}

/** A segment that isn't well-formed names nothing there is: it stays as it came. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
