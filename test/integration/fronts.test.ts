// The protocols of the prediction function, as bytes and as requests, at each of its fronts.
import { after, before } from 'node:test';
import { testRequests } from './bad-requests-suite.ts';
import { type Front, startFronts } from './fronts.ts';
import { testProtocol } from './protocol-suite.ts';

const NOT_YET: Front = { url: '', stop: async () => undefined };
const fronts = { bare: NOT_YET, front: NOT_YET, alone: NOT_YET };
before(async () => Object.assign(fronts, await startFronts()));
after(() => Promise.all(Object.values(fronts).map((front) => front.stop())));

testProtocol(fronts);
testRequests(fronts);
