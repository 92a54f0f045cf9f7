// The program of a worker thread: a session of the runtime, served to the thread that started it.
import { parentPort } from 'node:worker_threads';
import { createSession } from '../model/session.ts';
import { serveSession } from './serve-session.ts';

if (parentPort !== null) serveSession(parentPort, createSession);
