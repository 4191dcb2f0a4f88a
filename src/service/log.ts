/** JSON lines (pino), without secrets. */
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { TOOL } from '../provenance/index.js';

/** What never stands in a log, wherever an object that holds it is logged. */
const SECRET_FIELDS = ['authorization', 'cookie', 'x-api-key', 'secret', 'password', 'token'];

export function createLog(level = 'info', to?: DestinationStream): Logger {
  const paths = SECRET_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  const options = { level, redact: { paths, censor: '[redacted]' }, base: { name: TOOL.name } };
  return to === undefined ? pino(options) : pino(options, to);
}
