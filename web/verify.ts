/** The tab that verifies. */
import { ApiError, call } from './api.js';
import { byId, card, download, el, onFile } from './dom.js';
import { renderPicture } from './picture.js';
import type { Report } from './report.js';
import { renderReport } from './report.js';

export function startVerify(): void {
  const status = byId('verify-status', HTMLElement);
  const result = byId('verify-result', HTMLElement);
  const input = byId('verify-file', HTMLInputElement);
  const url = byId('verify-url', HTMLInputElement);
  let latest = 0;

  async function run(
    what: string,
    picture: string | null,
    ask: () => Promise<Response>,
  ): Promise<void> {
    const mine = ++latest;
    status.textContent = `Looking at ${what} …`;
    result.replaceChildren();
    result.setAttribute('aria-busy', 'true');
    const shown = await ask()
      .then((response) => response.json() as Promise<Report>)
      .then((report) => answer(report, picture), problem);
    // An answer that another question has overtaken is not shown.
    if (mine !== latest) return;
    status.textContent = '';
    result.removeAttribute('aria-busy');
    result.replaceChildren(...shown);
    focusOn(result);
  }
  const verifyFile = (file: File): void => {
    const body = new FormData();
    body.append('file', file);
    void run(file.name, URL.createObjectURL(file), () =>
      call('/v1/verify?heatmap', { method: 'POST', body }),
    );
  };

  onFile(byId('verify-drop', HTMLElement), input, verifyFile);
  document.addEventListener('paste', (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file !== undefined && !byId('verify', HTMLElement).hidden) verifyFile(file);
  });
  byId('verify-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const [file] = input.files ?? [];
    const address = url.value.trim();
    if (address !== '') {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ url: address });
      void run(address, null, () =>
        call('/v1/verify/url?heatmap', { method: 'POST', headers, body }),
      );
    } else if (file !== undefined) verifyFile(file);
    else status.textContent = 'Choose an image or give the address of one.';
  });
}

function answer(report: Report, picture: string | null): HTMLElement[] {
  const { heatmapPng = null, ...rest } = report;
  const shown = renderPicture(picture, heatmapPng);
  const blob = new Blob([JSON.stringify(rest, null, 2)], { type: 'application/json' });
  return [
    ...(shown === null ? [] : [shown]),
    ...renderReport(report),
    el('p', {}, download('Download the report', 'imprint-report.json', blob)),
  ];
}

/** What went wrong, for people. @throws what is no problem of the server's. */
export function problem(error: unknown): HTMLElement[] {
  if (!(error instanceof ApiError)) throw error;
  const { title, detail, code, requestId } = error.problem;
  const box = card('That did not work', el('p', { class: 'state' }, title), el('p', {}, detail));
  box.classList.add('problem');
  box.setAttribute('role', 'alert');
  const id = requestId === '' ? '' : `, request ${requestId}`;
  box.append(el('p', { class: 'soft' }, `${code}${id}`));
  return [box];
}

/** Where the reader of a screen should go on. */
export function focusOn(result: HTMLElement): void {
  const heading = result.querySelector('h2');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
}
