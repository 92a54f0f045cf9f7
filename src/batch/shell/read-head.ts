import { createCrc32c } from '../../crc32c.ts';
import { isNotFound, ScorerError } from '../../errors.ts';
import type { CsvSettings } from '../../features/csv-settings.ts';
import type { ObjectInfo, Storage } from '../../ports/storage.ts';
import { isGzip, toPlainBytes } from '../plain-bytes.ts';
import type { Head, Refusal } from '../protocol/plan.ts';
import { openCsv } from '../score-csv.ts';

/** The head of an input, with what came along. */
export interface ReadHead {
  readonly head: Head;
  /** Bytes of a record, by the records that came along; undefined where there are none. */
  readonly rowBytes: number | undefined;
}

/**
 * Reads the head of one generation of an object.
 *
 * @returns why it has none, where that is so
 * @throws ScorerError `OBJECT_NOT_FOUND` when the generation is gone, and what is ours to retry
 */
export async function readInputHead(
  storage: Storage,
  { uri, generation }: ObjectInfo,
  csv: CsvSettings,
  signal: AbortSignal,
): Promise<ReadHead | Refusal> {
  let gzip: boolean | undefined;
  const checksum = createCrc32c();
  const raw = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of storage.read(uri, { generation, signal })) {
      gzip ??= isGzip(chunk);
      yield chunk;
    }
  };
  const seen: Uint8Array[] = [];
  const plain = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of toPlainBytes(raw())) {
      seen.push(Buffer.from(chunk));
      yield chunk;
    }
  };
  try {
    const { head, close } = await openCsv(plain(), csv);
    await close();
    const bytes = Buffer.concat(seen);
    checksum.update(bytes.subarray(0, head.end));
    const { header, end, lines } = head;
    return {
      head: {
        gzip: gzip === true,
        dialect: header.dialect,
        header: Buffer.from(header.raw).toString('base64'),
        start: end,
        first_line: lines + 1,
        header_crc32c: checksum.digest(),
      },
      rowBytes: toRowBytes(bytes.subarray(end)),
    };
  } catch (error) {
    if (!(error instanceof ScorerError) || error.retryable || isNotFound(error)) throw error;
    return { code: error.code, message: error.message };
  }
}

function toRowBytes(bytes: Buffer): number | undefined {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return lines === 0 ? undefined : bytes.length / lines;
}
