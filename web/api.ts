/** Calls to the server that this page came from. */

export interface Problem {
  title: string;
  detail: string;
  code: string;
  requestId: string;
}

export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

const STORED = 'imprint-key';

/** A key in the address (`#key=`) is taken out of it: it must not stay in the history. */
export function startKey(input: HTMLInputElement): void {
  const given = /^#key=(imp_[\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(STORED, given);
    history.replaceState(null, '', location.pathname);
  }
  input.value = sessionStorage.getItem(STORED) ?? '';
  input.addEventListener('input', () => sessionStorage.setItem(STORED, input.value.trim()));
}

/** @throws ApiError with what the server said, or that it did not answer. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const key = sessionStorage.getItem(STORED) ?? '';
  const headers = new Headers(init.headers);
  if (key !== '') headers.set('X-Api-Key', key);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({
      title: 'The server does not answer',
      detail: 'Check the connection and try again.',
      code: 'NETWORK',
      requestId: '',
    });
  }
  if (response.ok) return response;
  throw new ApiError(await problemOf(response));
}

async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('application/problem+json')) return (await response.json()) as Problem;
  return { title: `The server answered ${response.status}`, detail: '', code: '', requestId: '' };
}

/** The data of each server-sent event, as it comes (a key cannot be sent by EventSource). */
export async function* events(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const response = await call(path, { signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data !== undefined) yield data;
    }
  }
}
