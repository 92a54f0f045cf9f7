// How many CPUs a container may use, by the files that containers show.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { machineCpus, readSystemText } from '../../src/adapters/system/machine.ts';
import { countCpus, parseCfsQuota, parseCpuMax, parseGroups } from '../../src/serving/cpu-quota.ts';

const V1_GROUPS = `12:cpuset:/
11:memory:/docker/3601745b3bd5
9:cpu,cpuacct:/docker/3601745b3bd5
1:name=systemd:/docker/3601745b3bd5
0::/system.slice/containerd.service
`;
// all controllers in one tree, as gVisor shows them
const GVISOR_GROUPS = '7:pids:/\n6:memory:/\n5:job:/\n4:devices:/\n3:cpuset:/\n2:cpuacct:/\n1:cpu:/\n';
const POD = '/kubepods.slice/kubepods-pod1.slice/cri-containerd-2.scope';

const MACHINES: readonly {
  readonly name: string;
  readonly sees: number;
  readonly files: Readonly<Record<string, string>>;
  readonly cpus: number;
}[] = [
  { name: 'a system without control groups', sees: 8, files: {}, cpus: 8 },
  {
    name: 'a plain host, whose root has no cpu.max',
    sees: 16,
    files: {
      '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-3.scope\n',
      '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/user.slice/user-1000.slice/cpu.max': 'max 100000\n',
    },
    cpus: 16,
  },
  {
    name: 'a microVM of two CPUs without a limit (Cloud Run, second generation)',
    sees: 2,
    files: { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' },
    cpus: 2,
  },
  {
    name: 'a container of 1 CPU in a larger microVM (Cloud Run, second generation, with a sidecar)',
    sees: 2,
    files: { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '100000 100000\n' },
    cpus: 1,
  },
  {
    name: 'gVisor that shows no limit (Cloud Run, first generation)',
    sees: 2,
    files: {
      '/proc/self/cgroup': GVISOR_GROUPS,
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
    cpus: 2,
  },
  {
    name: 'gVisor with a limit of 0.583 CPUs (a function of 1 GiB)',
    sees: 2,
    files: {
      '/proc/self/cgroup': GVISOR_GROUPS,
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '58300\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
    cpus: 1,
  },
  {
    name: 'docker run --cpus=2.5, version 2',
    sees: 8,
    files: { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '250000 100000\n' },
    cpus: 2,
  },
  {
    name: 'docker run --cpus=4 on a machine of 2',
    sees: 2,
    files: { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '400000 100000\n' },
    cpus: 2,
  },
  {
    name: 'docker run --cpus=3, version 1, whose own group is mounted as the root',
    sees: 8,
    files: {
      '/proc/self/cgroup': V1_GROUPS,
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '300000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    },
    cpus: 3,
  },
  {
    name: 'a group of version 1 below the root, period of 50 ms',
    sees: 8,
    files: {
      '/proc/self/cgroup': V1_GROUPS,
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu/docker/3601745b3bd5/cpu.cfs_quota_us': '200000\n',
      '/sys/fs/cgroup/cpu/docker/3601745b3bd5/cpu.cfs_period_us': '50000\n',
    },
    cpus: 4,
  },
  {
    name: 'a pod whose limit stands one group above the container',
    sees: 32,
    files: {
      '/proc/self/cgroup': `0::${POD}\n`,
      [`/sys/fs/cgroup${POD}/cpu.max`]: 'max 100000\n',
      '/sys/fs/cgroup/kubepods.slice/kubepods-pod1.slice/cpu.max': '600000 100000\n',
      '/sys/fs/cgroup/kubepods.slice/cpu.max': '3100000 100000\n',
    },
    cpus: 6,
  },
  {
    name: 'a process outside the root of its container',
    sees: 4,
    files: { '/proc/self/cgroup': '0::/../other\n', '/sys/fs/cgroup/cpu.max': '200000 100000\n' },
    cpus: 2,
  },
];

describe('the CPUs of a process', () => {
  for (const { name, sees, files, cpus } of MACHINES) {
    it(`are ${cpus} in ${name}`, () => {
      assert.equal(countCpus({ availableParallelism: sees, readText: (path) => files[path] }), cpus);
    });
  }

  it('are at least one and no more than the scheduler gives, on this machine', () => {
    const cpus = countCpus({ availableParallelism: machineCpus(), readText: readSystemText });
    assert.ok(Number.isInteger(cpus) && cpus >= 1 && cpus <= machineCpus(), String(cpus));
  });
});

describe('a quota', () => {
  for (const [text, cpus] of [
    ['150000 100000\n', 1.5],
    ['max 100000\n', Number.POSITIVE_INFINITY],
    ['max\n', Number.POSITIVE_INFINITY],
    ['', Number.POSITIVE_INFINITY],
    ['0 100000', Number.POSITIVE_INFINITY],
    ['100000 0', Number.POSITIVE_INFINITY],
    ['1e5 100000', Number.POSITIVE_INFINITY],
  ] as const) {
    it(`of cpu.max ${JSON.stringify(text)} is ${cpus}`, () => assert.equal(parseCpuMax(text), cpus));
  }

  for (const [quota, period, cpus] of [
    ['50000\n', '100000\n', 0.5],
    ['-1\n', '100000\n', Number.POSITIVE_INFINITY],
    ['50000\n', '', Number.POSITIVE_INFINITY],
  ] as const) {
    it(`of ${JSON.stringify(quota)} in ${JSON.stringify(period)} is ${cpus}`, () =>
      assert.equal(parseCfsQuota(quota, period), cpus));
  }
});

describe('/proc/self/cgroup', () => {
  for (const [text, groups] of [
    ['0::/a/b\n', { v2: '/a/b', v1: '/' }],
    [V1_GROUPS, { v2: '/system.slice/containerd.service', v1: '/docker/3601745b3bd5' }],
    ['3:cpuset:/x\n', { v2: '/', v1: '/' }],
    ['0::/with:colon\n', { v2: '/with:colon', v1: '/' }],
    ['nonsense', { v2: '/', v1: '/' }],
  ] as const) {
    it(`${JSON.stringify(text)} is in ${JSON.stringify(groups)}`, () =>
      assert.deepEqual(parseGroups(text), groups));
  }
});
