/** The tabs that mark and generate. */
import { call, events } from './api.js';
import { byId, card, download, el, facts, onFile } from './dom.js';
import { focusOn, problem } from './verify.js';

interface Facts {
  mime: string;
  width: number;
  height: number;
  manifestId: string | null;
  watermark: { payload: string; psnr: number; ssim: number };
  warnings: string[];
  seed?: number;
}

interface Job {
  id: string;
  status: 'waiting' | 'active' | 'succeeded' | 'failed' | 'cancelled';
  progress: { stage: string; step: number; steps: number; image: number; images: number } | null;
  problem: { title: string; detail: string; code: string; requestId: string } | null;
  result: Facts[] | null;
  images: string[];
}

function made(blob: Blob, facts_: Facts, name: string): HTMLElement {
  const { watermark, manifestId, width, height, warnings, seed } = facts_;
  const box = card(
    'Marked and signed',
    el('img', { src: URL.createObjectURL(blob), alt: 'The marked image', class: 'made' }),
    facts([
      ['Size', `${width} × ${height}`],
      ['Seed', seed === undefined ? null : String(seed)],
      ['Watermark', watermark.payload],
      [
        'Against the unmarked image',
        `${watermark.psnr.toFixed(1)} dB, SSIM ${watermark.ssim.toFixed(4)}`,
      ],
      ['Manifest', manifestId],
    ]),
    ...warnings.map((text) => el('p', { class: 'soft' }, text)),
    el('p', {}, download('Download the image', name, blob)),
  );
  return box;
}

const extension = (mime: string): string => mime.split('/').at(-1)!.replace('jpeg', 'jpg');

export function startMark(): void {
  const status = byId('mark-status', HTMLElement);
  const result = byId('mark-result', HTMLElement);
  const input = byId('mark-file', HTMLInputElement);
  onFile(byId('mark-drop', HTMLElement), input, (file) => {
    status.textContent = `${file.name} is chosen.`;
  });
  byId('mark-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const [file] = input.files ?? [];
    if (file !== undefined) void mark(file);
  });

  async function mark(file: File): Promise<void> {
    status.textContent = `Marking ${file.name} …`;
    result.replaceChildren();
    const source = byId('mark-source', HTMLSelectElement).value;
    const query = source === '' ? '' : `?${new URLSearchParams({ source }).toString()}`;
    const body = new FormData();
    body.append('file', file);
    const headers = { Accept: 'application/json' };
    const shown = await call(`/v1/mark${query}`, { method: 'POST', body, headers })
      .then((response) => response.json() as Promise<{ images: (Facts & { base64: string })[] }>)
      .then(({ images: [image] }) => {
        const bytes = Uint8Array.from(atob(image!.base64), (character) => character.charCodeAt(0));
        const stem = file.name.replace(/\.[^.]*$/, '');
        const blob = new Blob([bytes], { type: image!.mime });
        return [made(blob, image!, `${stem}.marked.${extension(image!.mime)}`)];
      })
      .catch(problem);
    status.textContent = '';
    result.replaceChildren(...shown);
    focusOn(result);
  }
}

export function startGenerate(): void {
  const status = byId('generate-status', HTMLElement);
  const result = byId('generate-result', HTMLElement);
  const bar = byId('generate-progress', HTMLProgressElement);
  const stop = byId('generate-stop', HTMLButtonElement);
  let job: string | null = null;
  stop.addEventListener('click', () => {
    if (job !== null) void call(`/v1/jobs/${job}`, { method: 'DELETE' }).catch(() => undefined);
  });
  byId('generate-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (job === null) void generate();
  });

  async function generate(): Promise<void> {
    const prompt = byId('generate-prompt', HTMLInputElement).value;
    const seed = byId('generate-seed', HTMLInputElement).value;
    const asked = { kind: 'generate', prompt, ...(seed === '' ? {} : { seed: Number(seed) }) };
    result.replaceChildren();
    status.textContent = 'Waiting for a worker …';
    try {
      const begun = await call('/v1/jobs', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(asked),
      });
      job = ((await begun.json()) as Job).id;
      bar.hidden = stop.hidden = false;
      result.replaceChildren(...(await follow(job)));
      focusOn(result);
    } catch (error) {
      result.replaceChildren(...problem(error));
    } finally {
      job = null;
      bar.hidden = stop.hidden = true;
    }
  }

  async function follow(id: string): Promise<HTMLElement[]> {
    const away = new AbortController();
    for await (const data of events(`/v1/jobs/${id}/events`, away.signal)) {
      const state = JSON.parse(data) as Job;
      if (state.progress !== null) show(state.progress);
      if (state.status === 'cancelled') {
        status.textContent = 'Stopped.';
        return [];
      }
      if (state.status === 'failed') {
        status.textContent = '';
        const { title, detail, code } = state.problem!;
        return [
          card(
            'That did not work',
            el('p', { class: 'state' }, title),
            el('p', {}, detail),
            el('p', { class: 'soft' }, code),
          ),
        ];
      }
      if (state.status === 'succeeded') {
        status.textContent = 'Done.';
        const blobs = await Promise.all(
          state.images.map(async (path) => (await call(path)).blob()),
        );
        return blobs.map((blob, i) => {
          const image = state.result![i]!;
          return made(blob, image, `imprint-${image.seed ?? i}.${extension(image.mime)}`);
        });
      }
    }
    status.textContent = 'The connection ended before the image was done.';
    return [];
  }

  function show({ stage, step, steps }: NonNullable<Job['progress']>): void {
    bar.max = steps;
    bar.value = step;
    // Read aloud once for each stage; the bar tells the rest.
    const text = `Stage: ${stage}`;
    if (status.textContent !== text) status.textContent = text;
  }
}
