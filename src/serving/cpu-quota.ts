/** What is asked of the machine to know its CPUs. */
export interface CpuSource {
  /** CPUs that this process may be scheduled on, at least 1. */
  readonly availableParallelism: number;
  /** The text of a small file; undefined when it can't be read. */
  readonly readText: (path: string) => string | undefined;
}

const ROOT = '/sys/fs/cgroup';
const V1_MOUNTS = ['cpu', 'cpu,cpuacct', 'cpuacct,cpu'];

/**
 * How many CPUs this process may keep busy: those that it sees, or fewer where its container has a quota
 * (control groups of version 2 or 1; the tightest of all groups that it is in). Parts of a CPU don't count, but
 * the first is always there.
 */
export function countCpus({ availableParallelism, readText }: CpuSource): number {
  const groups = parseGroups(readText('/proc/self/cgroup') ?? '');
  const v2 = ancestors(groups.v2).map((path) => parseCpuMax(readText(`${ROOT}${path}/cpu.max`) ?? ''));
  const v1 = V1_MOUNTS.flatMap((mount) =>
    ancestors(groups.v1).map((path) =>
      parseCfsQuota(
        readText(`${ROOT}/${mount}${path}/cpu.cfs_quota_us`) ?? '',
        readText(`${ROOT}/${mount}${path}/cpu.cfs_period_us`) ?? '',
      ),
    ),
  );
  return Math.max(1, Math.floor(Math.min(availableParallelism, ...v2, ...v1)));
}

/** The process's groups of both versions, from `/proc/self/cgroup`; the root where it names none. */
export function parseGroups(text: string): { readonly v2: string; readonly v1: string } {
  const groups = { v2: '/', v1: '/' };
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    // seen from outside the container's root a path begins with "..": then only the root is ours to read
    if (controllers === undefined || path === undefined || path.startsWith('/..')) continue;
    if (controllers === '') groups.v2 = path;
    else if (controllers.split(',').includes('cpu')) groups.v1 = path;
  }
  return groups;
}

/** CPUs that `cpu.max` allows, such as `150000 100000`; infinity for `max 100000` and for no such text. */
export function parseCpuMax(text: string): number {
  const [quota = '', period = ''] = text.trim().split(/\s+/);
  return toCpus(quota, period);
}

/** CPUs that `cpu.cfs_quota_us` and `cpu.cfs_period_us` allow; infinity for `-1` and for no such texts. */
export function parseCfsQuota(quota: string, period: string): number {
  return toCpus(quota.trim(), period.trim());
}

function toCpus(quota: string, period: string): number {
  const isLimit = /^[1-9]\d*$/.test(quota) && /^[1-9]\d*$/.test(period);
  return isLimit ? Number(quota) / Number(period) : Number.POSITIVE_INFINITY;
}

/** A group's path under the root and those above it: `/a/b` gives `/a/b`, `/a` and the empty text of the root. */
function ancestors(path: string): string[] {
  const parts = path.split('/').filter(Boolean);
  return [...parts.keys(), parts.length].map((count) =>
    parts
      .slice(0, count)
      .map((part) => `/${part}`)
      .join(''),
  );
}
