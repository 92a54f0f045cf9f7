// Model files with something broken: the same ones for the same seed.

/** Random integers from a seed (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Bytes with one bit changed, for even seeds; else one to four things: bits, bytes, lengths, a cut, a part twice or gone. */
export function mutate(bytes: Uint8Array, seed: number): Buffer {
  const random = createRandom(seed);
  let out = Buffer.from(bytes);
  if (seed % 2 === 0) {
    const at = random(out.length);
    out[at] = (out[at] ?? 0) ^ (1 << random(8));
    return out;
  }
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const at = random(Math.max(1, out.length));
    const end = Math.min(out.length, at + 1 + random(64));
    switch (random(8)) {
      case 0:
      case 1:
        out[at] = (out[at] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        out[at] = random(256);
        break;
      case 3: // a varint that is as large as it can be
        out.fill(0xff, at, Math.min(out.length, at + 1 + random(10)));
        break;
      case 4:
        out = out.subarray(0, at);
        break;
      case 5:
        out = Buffer.concat([out.subarray(0, end), out.subarray(at)]);
        break;
      case 6:
        out = Buffer.concat([out.subarray(0, at), out.subarray(end)]);
        break;
      default:
        out.fill(0, at, end);
    }
  }
  return out;
}
