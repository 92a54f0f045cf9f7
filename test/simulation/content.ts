import { combineCrc32c, createCrc32c } from '../../src/crc32c.ts';

/** A stretch of the input of which an output tells. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Which model told it. */
  readonly model: string;
}

/** What an object holds: bytes, or of large files only of what they would tell. */
export interface Content {
  readonly size: number;
  readonly crc32c: string;
  /** Undefined for what is only told of. */
  readonly bytes: Uint8Array | undefined;
  readonly spans: readonly Span[];
}

/** Content that is really there. */
export function toContent(bytes: Uint8Array): Content {
  const crc32c = createCrc32c();
  crc32c.update(bytes);
  return { size: bytes.length, crc32c: crc32c.digest(), bytes, spans: [] };
}

/** Content that is only told of; its checksum is that of as many zeros. */
export function toldContent(size: number, spans: readonly Span[]): Content {
  return { size, crc32c: crcOfZeros(size), bytes: undefined, spans };
}

/** Contents one after the other; stretches that touch become one. */
export function joinContents(contents: readonly Content[]): Content {
  const [first = toContent(new Uint8Array()), ...rest] = contents;
  let { size, crc32c } = first;
  for (const content of rest) {
    crc32c = combineCrc32c(crc32c, content.crc32c, content.size);
    size += content.size;
  }
  const bytes = contents.flatMap((content) => (content.bytes === undefined ? [] : [content.bytes]));
  return {
    size,
    crc32c,
    bytes: bytes.length === contents.length ? Buffer.concat(bytes) : undefined,
    spans: joinSpans(contents.flatMap(({ spans }) => spans)),
  };
}

function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && last.to === span.from && last.model === span.model) {
      joined[joined.length - 1] = { ...last, to: span.to };
    } else {
      joined.push(span);
    }
  }
  return joined;
}

const doubled: string[] = [toContent(new Uint8Array(1)).crc32c];

/** The checksum of so many zeros. */
export function crcOfZeros(size: number): string {
  let crc = 'AAAAAA==';
  for (let rest = size, n = 0; rest > 0; rest = Math.floor(rest / 2), n += 1) {
    const previous = doubled[n - 1];
    if (previous !== undefined) doubled[n] ??= combineCrc32c(previous, previous, 2 ** (n - 1));
    if (rest % 2 === 1) crc = combineCrc32c(crc, doubled[n] as string, 2 ** n); // filled in order
  }
  return crc;
}
