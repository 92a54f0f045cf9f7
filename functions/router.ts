import type { IncomingMessage } from 'node:http';
import { type ErrorCode, ScorerError, show, toScorerError } from '../src/errors.ts';
import { type Answer, send } from './answer.ts';
import type { Handler } from './listener.ts';
import type { Operations } from './operation.ts';
import type { RowTally } from './row-tally.ts';

/** A request whose body a framework may have read already; `rows` is set by the route that scores them. */
export type Request = IncomingMessage & { readonly rawBody?: Uint8Array; rows?: RowTally };

/** What came of a request. */
export interface Outcome {
  /** The route's path as it was given to the router; `unknown` for none of them. */
  readonly route: string;
  /** 499 where the client went away before there was an answer. */
  readonly status: number;
  /** Why it failed as a whole. */
  readonly code: ErrorCode | undefined;
  /** What {@link Observer.begin} returned. */
  readonly startMs: number;
}

/** Is told of every request, once when it comes and once when its answer is out. */
export interface Observer {
  begin(): number;
  end(request: Request, outcome: Outcome): void;
}

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

/** What a router may do beside answering. */
export interface RouterOptions {
  /** What every answer to a request carries, failures too. @default nothing */
  readonly toHeaders?: (request: Request) => Readonly<Record<string, string>>;
  readonly observer?: Observer;
}

/** The status of a request whose client went away. */
const CLIENT_GONE = 499;

const UNKNOWN_ROUTE = 'unknown';

/**
 * Makes a handler of routes by path: every request gets one answer. A `{name}` in a path stands for one segment.
 *
 * @param toErrorAnswer makes the answer of a failure; its status is the function's own affair
 */
export function createRouter(
  routes: ReadonlyMap<string, Route>,
  toErrorAnswer: (error: ScorerError, request: Request) => Answer,
  { toHeaders, observer }: RouterOptions = {},
): Handler {
  const patterns = [...routes].filter(([path]) => path.includes('{')).map(toPattern);
  const allMethods = [...new Set([...routes.values()].flatMap(({ methods }) => methods))];
  return async (request: Request, response) => {
    const startMs = observer?.begin() ?? 0;
    let path = UNKNOWN_ROUTE;
    let status = CLIENT_GONE;
    let code: ErrorCode | undefined;
    const reply = (answer: Answer): Promise<void> | undefined => {
      ({ status, code } = answer);
      return send(response, answer, toHeaders?.(request));
    };
    try {
      if (request.url === '*' && request.method === 'OPTIONS') {
        await reply(toOptions({ methods: allMethods }));
        return;
      }
      const { route, query, names, path: known } = findRoute(routes, patterns, request);
      path = known;
      checkMethod(route, request);
      await reply(
        request.method === 'OPTIONS' ? toOptions(route) : await route.answer(request, query, names),
      );
    } catch (error) {
      const known = toScorerError(error);
      if (request.errored || known.detail['gone'] === true) return; // the client has
      const { allow } = known.detail;
      const answer = { ...toErrorAnswer(known, request), code: known.code };
      await reply(
        typeof allow === 'string' ? { ...answer, headers: { ...answer.headers, Allow: allow } } : answer,
      );
    } finally {
      observer?.end(request, { route: path, status, code, startMs });
    }
  };
}

/** What a path takes: RFC 9110 §9.3.7. */
function toOptions({ methods }: Pick<Route, 'methods'>): Answer {
  return { status: 204, contentType: '', body: '', headers: { Allow: [...methods, 'OPTIONS'].join(', ') } };
}

/** A route whose path has names in it. */
interface Pattern {
  readonly path: string;
  readonly expression: RegExp;
  readonly route: Route;
}

const NO_NAMES: readonly string[] = [];

function toPattern([path, route]: readonly [string, Route]): Pattern {
  const escaped = path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  return { path, expression: new RegExp(`^${escaped.replaceAll(/\{\w+\}/g, '([^/]+)')}$`), route };
}

/** What was found for a request. */
interface Found {
  /** As the route was given. */
  readonly path: string;
  readonly route: Route;
  readonly query: string;
  readonly names: readonly string[];
}

function findRoute(
  routes: ReadonlyMap<string, Route>,
  patterns: readonly Pattern[],
  { url = '/' }: Request,
): Found {
  const mark = url.indexOf('?');
  const [path, query] = mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  const exact = path.includes('{') ? undefined : routes.get(path);
  if (exact !== undefined) return { path, route: exact, query, names: NO_NAMES };
  for (const { path: known, expression, route } of patterns) {
    const names = expression.exec(path)?.slice(1);
    if (names !== undefined) return { path: known, route, query, names: names.map(decodeSegment) };
  }
  const known = [...routes.keys()].join(', ');
  throw new ScorerError(`There is nothing at ${show(path)}: expected one of ${known}.`, {
    code: 'NOT_FOUND',
  });
}

function checkMethod({ methods }: Route, { method = '', url = '/' }: Request): void {
  if (methods.includes(method) || method === 'OPTIONS') return;
  const path = url.split('?', 1)[0] ?? '/';
  const allow = methods.join(', ');
  throw new ScorerError(`The method is ${method}: ${path} takes ${allow}.`, {
    code: 'METHOD_NOT_ALLOWED',
    detail: { allow },
  });
}

/** A segment that isn't well-formed names nothing there is: it stays as it came. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
