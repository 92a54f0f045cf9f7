import { readdirSync, readFileSync } from 'node:fs';

/** What a server has used, with all processes below it. */
export interface TreeUsage {
  /** Resident memory in bytes; pages that its processes share are counted once. */
  readonly rssBytes: number;
  readonly cpuSeconds: number;
}

/** Ticks a second in /proc, the same on every Linux. */
const TICKS = 100;

/** The process and all below it, as they are now. Linux alone tells it. */
export function listTree(root: number): readonly number[] {
  const children = Map.groupBy(listProcesses(), ({ parent }) => parent);
  const found: number[] = [];
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    found.push(pid);
    waiting.push(...(children.get(pid) ?? []).map((child) => child.pid));
  }
  return found;
}

/** What the processes use now, those that have gone left out. */
export function readUsage(pids: readonly number[]): TreeUsage {
  let [own, shared, cpuSeconds] = [0, 0, 0];
  for (const pid of pids) {
    const [rollup, stat] = [read(`/proc/${pid}/smaps_rollup`), read(`/proc/${pid}/stat`)];
    if (rollup === undefined || stat === undefined) continue;
    const mine = toBytes(rollup, 'Private_Clean') + toBytes(rollup, 'Private_Dirty');
    own += mine;
    shared = Math.max(shared, toBytes(rollup, 'Rss') - mine);
    const fields = toFields(stat);
    cpuSeconds += (Number(fields[11]) + Number(fields[12])) / TICKS; // utime, stime
  }
  return { rssBytes: own + shared, cpuSeconds };
}

/** Seconds of all processors since the machine started: of work, and of those that the host gave to others. */
export function readMachine(): { readonly busySeconds: number; readonly stolenSeconds: number } {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (read('/proc/stat') ?? '')
    .slice(4, 200)
    .trimStart()
    .split(/\s+/, 8)
    .map(Number);
  return { busySeconds: (user + nice + system + irq + softirq) / TICKS, stolenSeconds: steal / TICKS };
}

/** Seconds that processes took which this one started, and which have ended. */
export function readEndedChildren(): number {
  const fields = toFields(read('/proc/self/stat') ?? '');
  return (Number(fields[13]) + Number(fields[14])) / TICKS; // cutime, cstime
}

function listProcesses(): readonly { readonly pid: number; readonly parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(toFields(read(`/proc/${name}/stat`) ?? '')[1]) }));
}

/** The fields after the name, which may have spaces and brackets: proc_pid_stat(5) from `state` on. */
function toFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function toBytes(rollup: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? 0) * 1024;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // the process has gone
  }
}
