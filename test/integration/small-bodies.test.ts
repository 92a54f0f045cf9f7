// Bodies that come with their headers are taken at once, over real sockets.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { readBody, takeBody } from '../../functions/request-body.ts';

describe('a small body', () => {
  const taken: (string | undefined)[] = [];
  const read: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void (async () => {
      await undefined; // the parser goes on with what it has read
      const body = takeBody(request);
      taken.push(body === undefined ? undefined : String(body));
      read.push(String(body ?? (await readBody(request))));
      response.end('ok');
    })();
  });
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());

  /** Sends bytes in parts, each on its way before the next, and waits for so many answers. */
  async function exchange(parts: readonly string[], answers: number): Promise<void> {
    taken.length = 0;
    read.length = 0;
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay();
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    for (const [index, part] of parts.entries()) {
      socket.write(part);
      // the server has seen a part once the request that it is of has come to its handler
      if (index < parts.length - 1) while (taken.length === 0) await new Promise((go) => setImmediate(go));
    }
    while (text.split('\r\n\r\nok').length <= answers) await once(socket, 'data');
    socket.destroy();
  }

  const head = (length: number): string => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;

  it('is taken without a listener where it came with its headers', async () => {
    await exchange([`${head(5)}hello`], 1);
    assert.deepEqual(taken, ['hello']);
  });

  it('is taken from each of several requests that came at once', async () => {
    await exchange([`${head(3)}one${head(3)}two${head(5)}three`], 3);
    assert.deepEqual(read, ['one', 'two', 'three']);
    assert.deepEqual(taken, ['one', 'two', 'three']);
  });

  it('is left to be read where a part of it is still under way, or its length is not told', async () => {
    await exchange([`${head(5)}he`, 'llo'], 1);
    assert.deepEqual([taken, read], [[undefined], ['hello']]);
    await exchange(
      [
        'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n',
        '3\r\nllo\r\n0\r\n\r\n',
      ],
      1,
    );
    assert.deepEqual([taken, read], [[undefined], ['hello']]);
  });
});
