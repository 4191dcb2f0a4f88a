/** Exit codes (stable API, docs/architecture.md) and how errors become them. */
import { errorMessage, ImprintError, isImprintError, printable } from '../core/index.js';
import type { ImageErrorCode } from '../provenance/index.js';
import { ImageError } from '../provenance/index.js';

export const EXIT = {
  satisfied: 0,
  operational: 1,
  violated: 2,
  absent: 3,
  untrusted: 4,
  unsupported: 5,
  usage: 64,
} as const;

const IMAGE_EXIT: Record<ImageErrorCode, number> = {
  IMAGE_NOT_FOUND: EXIT.operational,
  IMAGE_NOT_A_FILE: EXIT.operational,
  IMAGE_UNREADABLE: EXIT.operational,
  IMAGE_TIMEOUT: EXIT.operational,
  IMAGE_ENCODE: EXIT.operational,
  IMAGE_EMPTY: EXIT.unsupported,
  IMAGE_TOO_LARGE: EXIT.unsupported,
  IMAGE_TOO_MANY_PIXELS: EXIT.unsupported,
  IMAGE_UNSUPPORTED: EXIT.unsupported,
  IMAGE_MALFORMED: EXIT.unsupported,
  IMAGE_CONTAINER_LIMIT: EXIT.unsupported,
};

/** Options that cannot be meant: told with the usage, exit 64. */
export class UsageError extends ImprintError<'CLI_USAGE'> {
  constructor(message: string) {
    super({ code: 'CLI_USAGE', message });
  }
}

const USAGE_CODES = new Set([
  'CLI_USAGE',
  'GENERATE_PROMPT_EMPTY',
  'GENERATE_PROMPT_TOO_LONG',
  'GENERATE_PROMPT_UNREADABLE',
  'GENERATE_OPTION',
  'CHECK_POLICY',
  'CHECK_BASELINE',
  'CHECK_NOTHING',
  'CHECK_DIFF',
]);

export function exitCodeOf(error: unknown): number {
  if (error instanceof ImageError) return IMAGE_EXIT[error.code];
  if (isImprintError(error) && USAGE_CODES.has(error.code)) return EXIT.usage;
  if (isImprintError(error) && error.code === 'C2PA_UNSUPPORTED_FORMAT') return EXIT.unsupported;
  if (isImprintError(error) && error.code === 'CHECK_EVIDENCE') return EXIT.violated;
  // The library's argument checks have one message form; here every argument came from the user.
  // Any other TypeError is a mistake of ours and must not be told as theirs.
  return /^"[\w.]+" expected /.test(errorMessage(error)) ? EXIT.usage : EXIT.operational;
}

/** As `exitCodeOf`, of an error that came from another thread. */
export function exitCodeOfCode(code: string): number {
  if (code === 'C2PA_UNSUPPORTED_FORMAT') return EXIT.unsupported;
  return (IMAGE_EXIT as Record<string, number | undefined>)[code] ?? EXIT.operational;
}

/** One line, with the stable code where there is one. */
export function describeError(error: unknown): string {
  const message = inOptions(printable(errorMessage(error).split('\n')[0] ?? '', 1000));
  return isImprintError(error) && error.code !== 'CLI_USAGE'
    ? `${message} [${error.code}]`
    : message;
}

/** Advice of the library names its own options; here they are called otherwise. */
export function inOptions(text: string): string {
  return text
    .replace(/\bmin(Psnr|Ssim)\b/g, (_, what: string) => `--min-${what.toLowerCase()}`)
    .replace(/"?\blatentMark\b"?/g, '--latent-mark');
}
